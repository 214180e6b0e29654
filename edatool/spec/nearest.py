"""What somebody may have meant who wrote an unknown word."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from edatool.spec.short_string import SHORT_STRING_BYTES

_DIFFERENT = 4


@dataclass(slots=True)
class Nearest:
    """Finds the known word that is most like an unknown one, until ``left`` words were compared.

    Whoever has thousands of unknown words made no slip of the pen, and would wait for all the comparisons.
    """

    left: int = 10_000

    def to(self, word: str, known: Iterable[str]) -> str | None:
        """Return the known word that is most like ``word``; None where none is much like it."""
        if self.left <= 0 or not word or len(word) > SHORT_STRING_BYTES:
            return None
        candidates = [one for one in known if _may_be_meant(word, one)]
        self.left -= max(len(candidates), 1)
        found = difflib.get_close_matches(word, candidates, 1) if self.left >= 0 else []
        return found[0] if found else None

    def way_out(self, word: str, known: Iterable[str], otherwise: str) -> str:
        """Return the question whether the nearest known word was meant, else what to do otherwise."""
        near = self.to(word, known)
        return f"did you mean {near!r}?" if near else otherwise


def _may_be_meant(word: str, known: str) -> bool:
    """Tell at little cost whether a closer look is worth it: hardly anybody errs in the first letter and the last."""
    alike = known[:1].lower() == word[:1].lower() or known[-1:] == word[-1:]
    return alike and abs(len(known) - len(word)) <= _DIFFERENT
