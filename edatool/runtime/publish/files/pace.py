"""No more messages a second than wanted."""

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")

_TOO_SHORT = 0.005
"""Seconds that are not worth a sleep; they add up."""
_FORGOTTEN = 0.1
"""Seconds behind which nothing is made up for: a pause is not followed by a rush."""


def paced(items: Iterable[Item], rate: float) -> Iterator[Item]:
    """Yield items, ``rate`` of them a second at most."""
    due = time.monotonic()
    for item in items:
        now = time.monotonic()
        due = max(due, now - _FORGOTTEN)
        if due - now > _TOO_SHORT:
            time.sleep(due - now)
        due += 1 / rate
        yield item
