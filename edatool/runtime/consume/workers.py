"""Who works on messages: threads, an event loop, lanes, or gatherers of batches, as the handlers of a queue need."""

from collections.abc import Mapping

from edatool.runtime.consume.batches import Batches
from edatool.runtime.consume.handling import Handling
from edatool.runtime.consume.job import Job
from edatool.runtime.consume.lanes import Lanes
from edatool.runtime.consume.tasks import Tasks
from edatool.runtime.consume.threads import Threads

_Kind = type[Threads] | type[Lanes] | type[Tasks]


class Workers:
    """So many of each kind as there may be, where there are queues for them."""

    def __init__(self, count: int, handlings: Mapping[str, Handling]) -> None:
        kinds = {queue: _kind(one) for queue, one in handlings.items() if not one.chosen.batch}
        shared = {kind: kind(count, handlings) for kind in set(kinds.values())}
        batches = {queue: Batches(one) for queue, one in handlings.items() if one.chosen.batch}
        self._by_queue = {**{queue: shared[kind] for queue, kind in kinds.items()}, **batches}
        self._all = [*shared.values(), *batches.values()]

    def take(self, job: Job) -> None:
        """Have a message handled."""
        self._by_queue[job.delivery.queue].take(job)

    def end(self) -> None:
        """Let them end."""
        for one in self._all:
            one.end()


def _kind(handling: Handling) -> _Kind:
    if handling.chosen.is_async:
        return Tasks
    return Lanes if handling.chosen.order_by else Threads
