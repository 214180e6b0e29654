"""The codes of findings as they are shown."""

from collections.abc import Sequence

from edatool.checks.catalogue import Rule
from edatool.frozen import frozen


@frozen
class ShownRules:
    """The rules that somebody asked for, or ``all_of_them``, of which text is but a list."""

    rules: Sequence[Rule]
    all_of_them: bool
