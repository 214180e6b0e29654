"""What somebody may have meant who wrote an unknown word."""

import re
from collections.abc import Iterable

from edatool.frozen import mutable
from edatool.spec.short_string import SHORT_STRING_BYTES

_DIFFERENT = 4


@mutable
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
        return nearest(word, candidates) if self.left >= 0 else None

    def way_out(self, word: str, known: Iterable[str], otherwise: str) -> str:
        """Return the question whether the nearest known word was meant, else what to do otherwise."""
        near = self.to(word, known)
        return f"did you mean {near!r}?" if near else otherwise


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the one of a few words that is most like ``word``; None where none is much like it."""
    from difflib import get_close_matches  # noqa: PLC0415 - only what is wrong is like something else

    return next(iter(get_close_matches(word, list(known), 1)), None)


def same_word(word: str, known: Iterable[str]) -> str | None:
    """Return the one known word that differs from a word in case, hyphens, underscores and blanks only."""
    same = [one for one in known if _letters(one) == _letters(word)]
    return same[0] if len(same) == 1 else None


def _letters(word: str) -> str:
    return re.sub(r"[\s_-]", "", word).lower()


def _may_be_meant(word: str, known: str) -> bool:
    """Tell at little cost whether a closer look is worth it: hardly anybody errs in the first letter and the last."""
    alike = known[:1].lower() == word[:1].lower() or known[-1:] == word[-1:]
    return alike and abs(len(known) - len(word)) <= _DIFFERENT
