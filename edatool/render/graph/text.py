"""Text in pictures, and how wide it is without a font at hand.

Widths are those of DejaVu Sans, in thousandths of its size: other sans-serif fonts are narrower, so that words fit into
their boxes whatever a machine has.
"""

import unicodedata
from xml.etree import ElementTree

from edatool.render.graph.layout.values import Point
from edatool.render.graph.shapes import number
from edatool.render.xml import element, set_text
from edatool.visible import visible

NAME = 13.0
"""The size of names in pixels."""
SMALL = 11.0
"""That of all else."""

_WIDTHS = {
    **dict.fromkeys("ijl.,'|: ;!", 320),
    **dict.fromkeys("frt()[]-/\\", 400),
    **dict.fromkeys('csxzvky_*"?', 590),
    **dict.fromkeys("mwMW@%#", 980),
    **dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZ&<>=+~^", 780),
    "…": 1000,
}
_OTHER = 640


def put_text(within: ElementTree.Element, kind: str, at: Point, text: str) -> None:
    """Write one line of text, of a kind that the style knows."""
    set_text(element(within, "text", **{"class": kind, "x": number(at.x), "y": number(at.y)}), visible(text))


def text_width(text: str, size: float) -> float:
    """Return the width of a line of text in pixels, rather too much than too little."""
    return size / 1000 * sum(_width(one) for one in visible(text))


def _width(one: str) -> int:
    if one in _WIDTHS:
        return _WIDTHS[one]
    return _OTHER if one < "\u1100" else 1040 if unicodedata.east_asian_width(one) in "WF" else 900
