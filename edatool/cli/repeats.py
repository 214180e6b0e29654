"""Results that are shown once, however often they come."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from edatool.visible import visible

MOST = 1000
"""How many results are remembered; others are shown each time."""


@dataclass(slots=True)
class Repeats:
    """Knows which results were shown, where the first of each stood, how many like it came, and where the last one."""

    _found: dict[str, tuple[str, int, str]] = field(default_factory=dict)

    def is_new(self, text: str, place: str) -> bool:
        """Say whether a result is to be shown; it is compared without its place."""
        if text in self._found:
            first, more, _ = self._found[text]
            self._found[text] = (first, more + 1, place)
            return False
        if len(self._found) < MOST:
            self._found[text] = (place, 0, place)
        return True

    def lines(self) -> Iterator[str]:
        """Yield what was not shown: a line for each result that came again."""
        for first, more, last in self._found.values():
            if more == 1:
                yield visible(f"{last}: the same as {first}")
            elif more:
                yield visible(f"{more} more are the same as {first}, the last one is {last}")
