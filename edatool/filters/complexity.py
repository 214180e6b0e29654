"""How many beginnings of wildcards one text can match at once: what EventBridge bounds.

Its user guide ("Wildcard matching", on the complexity of event patterns) names no number; event-ruler's README
explains the measure. Patterns with more than ten at once are refused (known from patterns that it takes and refuses).
"""

from collections.abc import Iterable

from edatool.filters.pattern import Wildcard

MOST = 10
_MOST_SETS = 5_000
"""So many sets of beginnings are tried; what takes more is let pass."""

Place = tuple[int, int]
"""The number of a wildcard, and how many of its parts are behind."""
_ANY = None


def too_complex(wildcards: Iterable[Wildcard]) -> bool:
    """Say whether some text matches more beginnings of these wildcards at once than EventBridge allows."""
    parts = [_parts(one) for one in dict.fromkeys(wildcards)]
    letters = {part for one in parts for part in one if part is not _ANY}
    start = frozenset((number, 0) for number in range(len(parts)))
    seen, waiting = {start}, [start]
    while waiting and len(seen) < _MOST_SETS:
        places = waiting.pop()
        for letter in (*letters, _ANY):
            after = frozenset(_after(places, letter, parts))
            if len(after) > MOST:
                return True
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return False


def _parts(one: Wildcard) -> list[str | None]:
    """Return the characters of a wildcard, and None for each star."""
    first, *others = one.pieces
    return [*first, *(part for piece in others for part in (_ANY, *piece))]


def _after(places: Iterable[Place], letter: str | None, parts: list[list[str | None]]) -> Iterable[Place]:
    """Yield where a character leads; None stands for one that no wildcard has."""
    for number, behind in places:
        one = parts[number]
        if behind and one[behind - 1] is _ANY:
            yield number, behind
        # A star may stand for nothing: then what follows it comes next.
        nexts = (behind, behind + 1) if behind < len(one) and one[behind] is _ANY else (behind,)
        yield from ((number, here + 1) for here in nexts if here < len(one) and one[here] in (_ANY, letter))
