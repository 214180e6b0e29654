"""How far something came that may take long."""

from collections.abc import Callable, Collection, Iterator
from typing import TypeVar

from edatool.frozen import frozen

Item = TypeVar("Item")


@frozen
class Progress:
    """What is being done: ``done`` of ``total`` of these ``things``; a total of 0 where nobody knows."""

    what: str
    things: str = ""
    done: int = 0
    total: int = 0


OnProgress = Callable[[Progress], None]


def progressing(items: Collection[Item], what: str, things: str, on_progress: OnProgress) -> Iterator[Item]:
    """Yield items, and tell before each how far it came."""
    for done, one in enumerate(items):
        on_progress(Progress(what, things, done, len(items)))
        yield one
