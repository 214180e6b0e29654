"""Threads that work on messages, while another one owns the connection."""

import threading
from collections.abc import Mapping
from queue import SimpleQueue

from edatool.broker.consume.delivery import Verdict
from edatool.runtime.consume.handling import Handling
from edatool.runtime.consume.job import Job
from edatool.runtime.consume.once import Later
from edatool.runtime.pausing import pause


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
            found = self._verdict(job)
            if isinstance(found, Later):
                self._take_later(job, found.seconds)
            else:
                job.receiving.settle(job.tag, found)

    def _verdict(self, job: Job) -> Verdict | Later | None:
        receiving, handling = job.receiving, self._handlings[job.delivery.queue]
        # What came by a connection that is lost, or in the last moment, is delivered again.
        while receiving.is_taking:
            found = handling.verdict(job.delivery)
            if not (isinstance(found, Later) and handling.chosen.order_by):
                return found
            # What is behind it in the order waits, too.
            pause(found.seconds, lambda: not receiving.is_taking)
        return None

    def _take_later(self, job: Job, seconds: float) -> None:
        timer = threading.Timer(seconds, self.take, (job,))
        timer.daemon = True
        timer.start()
