"""Wildcards by a few characters that must be in a text, so that only those are tried whose characters are."""

from collections.abc import Iterable

from edatool.filters.pattern import Wildcard
from edatool.frozen import frozen

_LENGTH = 4

Found = list[tuple[Wildcard, int]]


@frozen
class Grams:
    """Wildcards with their bits, by the length and the text of the gram; those without any under ""."""

    by_length: dict[int, dict[str, Found]]

    def candidates(self, text: str) -> Iterable[tuple[Wildcard, int]]:
        """Yield the wildcards whose gram is in a text; at most one lookup for each character and length."""
        for length, by_gram in self.by_length.items():
            for gram in {text[start : start + length] for start in range(len(text) - length + 1)}:
                yield from by_gram.get(gram, ())


def grams(wildcards: dict[Wildcard, int]) -> Grams:
    """Lay out wildcards with their bits."""
    by_length: dict[int, dict[str, Found]] = {}
    for one, bits in wildcards.items():
        gram = max(one.pieces, key=len)[-_LENGTH:]
        by_length.setdefault(len(gram), {}).setdefault(gram, []).append((one, bits))
    return Grams(by_length)
