"""Regular expressions in time linear in the text: RE2, which has no backreferences and no lookaround."""

from dataclasses import field
from typing import Any

from edatool.frozen import frozen


@frozen
class Regex:
    """A compiled regular expression; equal to any other of the same text."""

    text: str
    _compiled: Any = field(repr=False, compare=False)

    def found_in(self, text: str) -> bool:
        """Say whether some part of a text matches; ``^`` and ``$`` are its ends."""
        return self._compiled.search(text) is not None


def compile_regex(text: str) -> Regex | str:
    """Compile a regular expression in RE2's syntax, or say in a few words what is wrong with it."""
    import re2  # noqa: PLC0415 - few filters have a regular expression

    options = re2.Options()
    options.log_errors = False
    try:
        return Regex(text, re2.compile(text, options))
    except re2.error as error:
        reason = error.args[0]
        return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
