"""Threads that work on messages, while another one owns the connection."""

import threading
from collections.abc import Mapping
from queue import SimpleQueue

from edatool.runtime.consume.handling import Handling
from edatool.runtime.consume.later import Later
from edatool.runtime.consume.workers.job import Job, take_later


class Threads:
    """Any number of threads, each at one message at a time.

    They are no reason for the process to go on: a handler that hangs does not keep it from ending.
    """

    def __init__(self, count: int, handlings: Mapping[str, Handling]) -> None:
        self._handlings = handlings
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._threads = [threading.Thread(target=self._work, daemon=True, name=f"edatool-{n}") for n in range(count)]
        for one in self._threads:
            one.start()

    def take(self, job: Job) -> None:
        """Have a message handled as soon as a thread is free."""
        self._jobs.put(job)

    def end(self) -> None:
        """Let the threads end once they are done with what they are at."""
        for _ in self._threads:
            self._jobs.put(None)

    def _work(self) -> None:
        while job := self._jobs.get():
            handling = self._handlings[job.delivery.queue]
            found = handling.verdict(job.delivery) if job.is_on else handling.left(job.delivery)
            if isinstance(found, Later):
                take_later(self.take, job.again(found), found.seconds)
            else:
                job.settle(found)
