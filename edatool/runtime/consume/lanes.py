"""Threads for events in order: those with the same key have the same thread."""

from collections.abc import Mapping

from edatool.runtime.consume.handling import Handling
from edatool.runtime.consume.job import Job
from edatool.runtime.consume.threads import Threads


class Lanes:
    """So many lanes, each with one thread; they outlive connections, so what is delivered again stays in order."""

    def __init__(self, count: int, handlings: Mapping[str, Handling]) -> None:
        self._handlings = handlings
        self._lanes = [Threads(1, handlings) for _ in range(count)]

    def take(self, job: Job) -> None:
        """Have a message handled after all others of its key that came before it."""
        lane = self._handlings[job.delivery.queue].lane(job.delivery, len(self._lanes))
        self._lanes[lane].take(job)

    def end(self) -> None:
        """Let the threads end once they are done with what they are at."""
        for one in self._lanes:
            one.end()
