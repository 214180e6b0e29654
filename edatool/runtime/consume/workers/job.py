"""Messages that wait for somebody who works on them."""

import threading
from collections.abc import Callable
from typing import NamedTuple

from edatool.broker.consume.delivery import Delivery, Verdict
from edatool.broker.consume.receive import Receiving
from edatool.runtime.consume.later import GLANCE, Later


class Job(NamedTuple):
    """A message, who is told what becomes of it, and what is called then."""

    receiving: Receiving
    tag: int
    delivery: Delivery
    then: Callable[[], None] | None = None

    @property
    def is_on(self) -> bool:
        """Whether it is to be worked on: what came by a connection that is lost, or at the end, is delivered again."""
        return self.receiving.is_taking

    def settle(self, verdict: Verdict | None) -> None:
        """Say what becomes of it, None where nobody began to work on it."""
        self.receiving.settle(self.tag, verdict)
        if self.then:
            self.then()

    def again(self, later: Later) -> "Job":
        """Return it as it is to be looked at again."""
        return self._replace(delivery=later.delivery) if later.delivery else self


def take_later(take: Callable[[Job], None], job: Job, seconds: float) -> None:
    """Have a job taken again in some seconds, at once where it is in hand no more; for jobs of threads."""
    if seconds <= 0 or not job.is_on:
        take(job)
        return
    pause = min(seconds, GLANCE)
    timer = threading.Timer(pause, take_later, (take, job, seconds - pause))
    timer.daemon = True
    timer.start()
