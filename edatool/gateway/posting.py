"""Events that are posted: read, published, and answered with what became of them."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from edatool.errors import BrokerError, OutboxError
from edatool.gateway.answers import Answer, Refused, answer_of, problem, response, too_often, unsent
from edatool.gateway.body import read_body
from edatool.gateway.producers import Senders
from edatool.runtime.metrics.measured import Measured, Subject, Unmeasured, measured
from edatool.runtime.publish.publisher import Publisher
from edatool.runtime.tracing import go_on_with

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

OUTCOMES = ("confirmed", "accepted", "rejected", "unroutable", "nacked", "unknown", "unsent")
MEASURED = Subject("gateway", "events", OUTCOMES, "Seconds until events that were posted had an outcome.")


class Posting:
    """Takes events that are posted, ``most`` requests at once; used in one event loop.

    ``counts`` has how many events had which outcome.
    """

    def __init__(
        self, publisher: Publisher, senders: Senders, most: int, registry: "CollectorRegistry | None" = None
    ) -> None:
        self._publisher, self._senders, self._most = publisher, senders, most
        self._in_flight = 0
        self.counts: Counter[str] = Counter()
        self._measures: Measured | Unmeasured = measured(registry, MEASURED)

    async def post_event(self, request: Request) -> Response:
        """Publish the payload that is the body, as the event that the path names."""
        event, sender = request.path_params["event"], self._senders.sender(request)
        sender.require(event)
        _require_json(request)
        with self.held(), sender.holding():
            if wait := sender.wait():
                raise Refused(too_often(wait))
            body = await read_body(request, sender.max_body)
            go_on_with(request.headers.get("traceparent"), request.headers.get("tracestate"))
            return response(await self.publish(event, body))

    async def publish(self, event: str, text: bytes, message_id: str | None = None) -> Answer:
        """Publish a payload that is JSON text, and return the answer that is true of it."""
        began = time.monotonic()
        try:
            receipt = await self._publisher.publish_json_async(event, text, message_id)
        except (BrokerError, OutboxError) as error:
            self._count("unsent")
            return unsent(event, error)
        self._count(receipt.outcome)
        self._measures.took(time.monotonic() - began)
        return answer_of(receipt)

    def _count(self, outcome: str) -> None:
        self.counts[outcome] += 1
        self._measures.count(outcome)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Have a request in hand, unless there are too many."""
        if self._in_flight >= self._most:
            title = "Too many requests are in hand"
            raise Refused(problem(503, "overloaded", title, headers={"Retry-After": "1"}))
        self._in_flight += 1
        self._measures.holds(self._in_flight, self._most)
        try:
            yield
        finally:
            self._in_flight -= 1
            self._measures.holds(self._in_flight, self._most)


def _require_json(request: Request) -> None:
    kind, _, parameters = request.headers.get("Content-Type", "").partition(";")
    charset = parameters.strip().lower()
    if kind.strip().lower() != "application/json" or charset not in ("", "charset=utf-8", 'charset="utf-8"'):
        title = "This content type is not read"
        raise Refused(problem(415, "content-type", title, "send application/json, in UTF-8"))
