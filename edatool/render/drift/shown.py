"""Drift as it is shown."""

from edatool.change.drift import Drifted
from edatool.frozen import frozen
from edatool.render.paint import Paint, unpainted


@frozen
class ShownDrift:
    """What drifted, under its title; ``paint`` colours the text."""

    drifted: Drifted
    title: str = ""
    paint: Paint = unpainted
