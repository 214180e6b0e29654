"""Which bytes are letters, digits and so on: by ASCII, and by ISO 8859-1."""

from collections.abc import Iterable

from edatool.frozen import frozen


def _set(*runs: tuple[int, int]) -> frozenset[int]:
    return frozenset(byte for first, last in runs for byte in range(first, last + 1))


ALL = _set((0, 255))
DIGIT = _set((48, 57))
HORIZONTAL = _set((9, 9), (32, 32), (160, 160))
VERTICAL = _set((10, 13), (133, 133))
SPACE = _set((9, 13), (32, 32))


@frozen
class Tables:
    """Which bytes are of which POSIX class, and by how much a small letter follows its capital."""

    upper: frozenset[int]
    lower: frozenset[int]
    folded: frozenset[int]
    """The capitals that have a small letter."""
    classes: dict[str, frozenset[int]]

    @property
    def word(self) -> frozenset[int]:
        """The bytes that words are made of."""
        return self.classes["word"]

    def both_cases(self, some: Iterable[int]) -> frozenset[int]:
        """Add the other case of each letter."""
        these = frozenset(some)
        return (
            these
            | {byte + 32 for byte in these if byte in self.folded}
            | {byte - 32 for byte in these if byte - 32 in self.folded}
        )


def _tables(
    upper: frozenset[int], lower: frozenset[int], folded: frozenset[int], high: dict[str, frozenset[int]]
) -> Tables:
    """Put the classes together; ``high`` has what is in some of them beyond ASCII's and the letters."""
    alpha = upper | lower
    graph = _set((33, 126)) | high.get("graph", frozenset())
    alnum = alpha | DIGIT
    return Tables(
        upper,
        lower,
        folded,
        {
            "alpha": alpha,
            "lower": lower,
            "upper": upper,
            "alnum": alnum,
            "ascii": _set((0, 127)) | high.get("ascii", frozenset()),
            "blank": _set((9, 9), (32, 32)),
            "cntrl": _set((0, 31), (127, 127)) | high.get("cntrl", frozenset()),
            "digit": DIGIT,
            "graph": graph,
            "print": graph | {32},
            "punct": graph - alnum - {160} | high.get("punct", frozenset()),
            "space": SPACE,
            "word": alnum | {95},
            "xdigit": DIGIT | _set((65, 70), (97, 102)),
        },
    )


_UPPER, _LOWER = _set((65, 90)), _set((97, 122))
ASCII = _tables(_UPPER, _LOWER, _UPPER, {})
LATIN_1 = _tables(
    _UPPER | _set((0xC0, 0xD6), (0xD8, 0xDE)),
    _LOWER | _set((0xAA, 0xAA), (0xB5, 0xB5), (0xBA, 0xBA), (0xDF, 0xF6), (0xF8, 0xFF)),
    _UPPER | _set((0xC0, 0xD6), (0xD8, 0xDE)),
    {"graph": _set((0xA0, 0xFF)), "ascii": ALL, "cntrl": _set((0x80, 0x9F)), "punct": frozenset({160})},
)
