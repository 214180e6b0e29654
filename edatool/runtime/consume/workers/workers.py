"""Who works on messages: threads, an event loop, or gatherers of batches, as the handlers of a queue need."""

from collections.abc import Callable, Mapping
from typing import Literal

from edatool.runtime.consume.handling import Handling
from edatool.runtime.consume.workers.batches import Batches
from edatool.runtime.consume.workers.job import Job
from edatool.runtime.consume.workers.lines import Lines
from edatool.runtime.consume.workers.loop import Loop
from edatool.runtime.consume.workers.tasks import Tasks
from edatool.runtime.consume.workers.threads import Threads

_Kind = Literal["threads", "tasks"]


class Workers:
    """So many of each kind as there may be, where there are queues for them; all coroutines have one event loop."""

    def __init__(self, count: int, handlings: Mapping[str, Handling]) -> None:
        self._loop = Loop() if any(one.chosen.is_async for one in handlings.values()) else None
        kinds = {queue: _kind(one) for queue, one in handlings.items() if not one.chosen.batch}
        shared = {kind: self._new(kind, count, handlings) for kind in set(kinds.values())}
        batches = {queue: Batches(one, self._loop) for queue, one in handlings.items() if one.chosen.batch}
        self._all = [*shared.values(), *batches.values()]
        self._take: dict[str, Callable[[Job], None]] = {queue: one.take for queue, one in batches.items()}
        for queue, kind in kinds.items():
            handling, take = handlings[queue], shared[kind].take
            self._take[queue] = Lines(handling, take).take if handling.chosen.is_ordered else take

    def take(self, job: Job) -> None:
        """Have a message handled."""
        self._take[job.delivery.queue](job)

    def end(self) -> None:
        """Let them end."""
        for one in self._all:
            one.end()
        if self._loop:
            self._loop.end()

    def _new(self, kind: _Kind, count: int, handlings: Mapping[str, Handling]) -> Threads | Tasks:
        if kind == "threads":
            return Threads(count, handlings)
        assert self._loop
        return Tasks(count, handlings, self._loop)


def _kind(handling: Handling) -> _Kind:
    return "tasks" if handling.chosen.is_async else "threads"
