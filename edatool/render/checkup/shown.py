"""A checkup as it is shown."""

from collections.abc import Sequence

from edatool.checkup.check import Check
from edatool.frozen import frozen
from edatool.render.paint import Paint, unpainted


@frozen
class ShownCheckup:
    """What was looked at, under its title; ``paint`` colours the text."""

    checks: Sequence[Check]
    title: str = ""
    paint: Paint = unpainted
