"""How wide text is, without a font at hand.

Widths are those of DejaVu Sans, in thousandths of its size: other sans-serif fonts are narrower, so that words fit into
their boxes whatever a machine has.
"""

import unicodedata

_WIDTHS = {
    **dict.fromkeys("ijl.,'|: ;!", 320),
    **dict.fromkeys("frt()[]-/\\", 400),
    **dict.fromkeys('csxzvky_*"?', 590),
    **dict.fromkeys("mwMW@%#", 980),
    **dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZ&<>=+~^", 780),
    "…": 1000,
}
_OTHER = 640


def text_width(text: str, size: float) -> float:
    """Return the width of a line of text in pixels, rather too much than too little."""
    return size / 1000 * sum(_width(one) for one in text)


def _width(one: str) -> int:
    if one in _WIDTHS:
        return _WIDTHS[one]
    return _OTHER if one < "\u1100" else 1040 if unicodedata.east_asian_width(one) in "WF" else 900
