"""Threads that work on messages, while another one owns the connection."""

import threading
from collections.abc import Mapping
from queue import SimpleQueue

from edatool.runtime.consume.handling import Handling
from edatool.runtime.consume.job import Job
from edatool.runtime.consume.once import Later


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
            receiving, tag, delivery = job
            # What came by a connection that is lost, or in the last moment, is delivered again.
            found = self._handlings[delivery.queue].verdict(delivery) if receiving.is_taking else None
            if isinstance(found, Later):
                self._take_later(job, found.seconds)
            else:
                receiving.settle(tag, found)

    def _take_later(self, job: Job, seconds: float) -> None:
        timer = threading.Timer(seconds, self.take, (job,))
        timer.daemon = True
        timer.start()
