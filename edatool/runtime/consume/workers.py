"""Who works on messages: threads for plain functions, an event loop for queues that have coroutine functions."""

from collections.abc import Mapping

from edatool.runtime.consume.handling import Handling
from edatool.runtime.consume.job import Job
from edatool.runtime.consume.tasks import Tasks
from edatool.runtime.consume.threads import Threads


class Workers:
    """So many threads, and so many tasks of asyncio, where there are queues for them."""

    def __init__(self, count: int, handlings: Mapping[str, Handling]) -> None:
        waiting = {queue for queue, one in handlings.items() if one.chosen.is_async}
        threads = Threads(count, handlings) if waiting != handlings.keys() else None
        tasks = Tasks(count, handlings) if waiting else None
        self._all = [one for one in (threads, tasks) if one]
        self._by_queue = {queue: tasks if queue in waiting else threads for queue in handlings}

    def take(self, job: Job) -> None:
        """Have a message handled."""
        workers = self._by_queue[job.delivery.queue]
        assert workers
        workers.take(job)

    def end(self) -> None:
        """Let them end."""
        for one in self._all:
            one.end()
