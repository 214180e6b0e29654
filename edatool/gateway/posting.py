"""Events that are posted: published, and answered with what became of them."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from edatool.errors import BrokerError, OutboxError
from edatool.gateway.answers import Answer, Refused, answer_of, overloaded, unsent
from edatool.runtime.metrics.measured import Measured, Subject, Unmeasured, measured
from edatool.runtime.publish.publisher import Publisher

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

OUTCOMES = ("confirmed", "accepted", "rejected", "unroutable", "nacked", "unknown", "unsent", "refused")
MEASURED = Subject("gateway", "events", OUTCOMES, "Seconds until events that were posted had an outcome.")


class Posting:
    """Publishes events that are posted, for ``most`` requests at once; used in one event loop.

    ``counts`` has how many events had which outcome, and how many requests were refused.
    """

    def __init__(self, publisher: Publisher, most: int, registry: "CollectorRegistry | None" = None) -> None:
        self._publisher, self._most = publisher, most
        self._in_flight = 0
        self.counts: Counter[str] = Counter()
        self._measures: Measured | Unmeasured = measured(registry, MEASURED)

    async def publish(self, event: str, text: bytes, message_id: str | None = None) -> Answer:
        """Publish a payload that is JSON text, and return the answer that is true of it."""
        began = time.monotonic()
        try:
            receipt = await self._publisher.publish_json_async(event, text, message_id)
        except (BrokerError, OutboxError) as error:
            self.count("unsent")
            return unsent(event, error)
        self.count(receipt.outcome)
        self._measures.took(time.monotonic() - began)
        return answer_of(receipt)

    def is_ready(self) -> bool:
        """Return whether the broker takes events now."""
        return self._publisher.is_ready()

    def count(self, outcome: str) -> None:
        """Count an event that had this outcome, or a request that was refused."""
        self.counts[outcome] += 1
        self._measures.count(outcome)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Have a request in hand, unless there are too many."""
        if self._in_flight >= self._most:
            raise Refused(overloaded())
        self._in_flight += 1
        self._measures.holds(self._in_flight, self._most)
        try:
            yield
        finally:
            self._in_flight -= 1
            self._measures.holds(self._in_flight, self._most)
