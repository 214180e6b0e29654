"""A thread that gathers the messages of a queue, and has many of them handled at once."""

import threading
import time
from collections.abc import Sequence
from queue import Empty, SimpleQueue

from edatool.broker.consume.delivery import Verdict
from edatool.runtime.consume.calling import called_with_many, called_with_many_async
from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.consume.handling import Call, Handling
from edatool.runtime.consume.later import Later
from edatool.runtime.consume.outcomes import Handled
from edatool.runtime.consume.reactions import Reaction
from edatool.runtime.consume.workers.job import Job, take_later
from edatool.runtime.consume.workers.loop import Loop

_GLANCE = 0.1
"""Seconds between looks whether there is an end to be made."""


class Batches:
    """Handles what comes in batches, one after the other; what becomes of one event becomes of all of its batch.

    Coroutine functions are awaited in ``loop``.
    """

    def __init__(self, handling: Handling, loop: Loop | None) -> None:
        assert handling.chosen.batch
        self._handling, self._batch, self._loop = handling, handling.chosen.batch, loop
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        threading.Thread(target=self._work, daemon=True, name="edatool-batches").start()

    def take(self, job: Job) -> None:
        """Have a message handled together with others."""
        self._jobs.put(job)

    def end(self) -> None:
        """Let the thread end once it is done with the batch that it is at."""
        self._jobs.put(None)

    def _work(self) -> None:
        while first := self._jobs.get():
            self._handle(self._gathered(first))

    def _gathered(self, first: Job) -> list[Job]:
        end, jobs = time.monotonic() + self._batch.wait, [first]
        while len(jobs) < self._batch.most:
            try:
                job = self._jobs.get(timeout=max(min(end - time.monotonic(), _GLANCE), 0.0))
            except Empty:
                if time.monotonic() < end and first.is_on:
                    continue
                break
            if job is None:
                self._jobs.put(None)
                break
            jobs.append(job)
        return jobs

    def _handle(self, jobs: list[Job]) -> None:
        calls: list[tuple[Job, Call]] = []
        for job in jobs:
            begun = self._handling.begun(job.delivery) if job.is_on else self._handling.left(job.delivery)
            if isinstance(begun, Call):
                calls.append((job, begun))
            else:
                self._settle(job, begun)
        if calls:
            outcomes = self._called(calls[0][1].reaction, [call.event for _, call in calls])
            for (job, call), outcome in zip(calls, outcomes, strict=True):
                self._settle(job, self._handling.settled(job.delivery, outcome, call.event.claim))

    def _called(self, reaction: Reaction, events: Sequence[ConsumedEvent]) -> list[Handled]:
        with self._handling.measures.time():
            if reaction.is_async and self._loop:
                return self._loop.awaited(called_with_many_async(reaction, events))
            return called_with_many(reaction, events)

    def _settle(self, job: Job, found: Verdict | Later | None) -> None:
        if isinstance(found, Later):
            take_later(self.take, job.again(found), found.seconds)
        else:
            job.settle(found)
