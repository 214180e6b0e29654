"""What somebody may have meant who wrote an unknown word."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

_LONGEST = 255
_DIFFERENT = 4


@dataclass(slots=True)
class Nearest:
    """Finds the known word that is most like an unknown one, until ``left`` words were compared.

    Whoever has thousands of unknown words made no slip of the pen, and would wait for all the comparisons.
    """

    left: int = 30_000

    def to(self, word: str, known: Iterable[str]) -> str | None:
        """Return the known word that is most like ``word``; None where none is much like it."""
        candidates = [one for one in known if abs(len(one) - len(word)) <= _DIFFERENT]
        if len(word) > _LONGEST or self.left < len(candidates):
            return None
        self.left -= len(candidates)
        found = difflib.get_close_matches(word, candidates, 1)
        return found[0] if found else None

    def way_out(self, word: str, known: Iterable[str], otherwise: str) -> str:
        """Return the question whether the nearest known word was meant, else what to do otherwise."""
        near = self.to(word, known)
        return f"did you mean {near!r}?" if near else otherwise
