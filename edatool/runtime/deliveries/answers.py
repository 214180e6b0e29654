"""Answers of endpoints that become events."""

import uuid

from edatool.broker.address import Address, vhost_of
from edatool.broker.publish.publishing import Publishing
from edatool.contracts.payload import encode, parse
from edatool.contracts.violation import Violation
from edatool.errors import BrokerError
from edatool.filters.content import Content
from edatool.routes import Routes
from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.consume.failures import Reject
from edatool.runtime.ids import new_id
from edatool.runtime.publish.message import Written, writers
from edatool.runtime.tracing import go_on_with
from edatool.runtime.triggers.failed import ActionFailed
from edatool.runtime.triggers.posting.http import MOST_BYTES
from edatool.spec.sources import SpecMapping
from edatool.visible import visible
from edatool.webhooks.mapping import compiled, mapped

_SHOWN = 200
CAUSE = "x-edatool-causation-id"
"""The header with the message id of the event that was answered."""


class Answers:
    """Publishes what endpoints answer, each before the event that was delivered is done."""

    def __init__(self, routes: Routes, broker: Address, delivery: str, answer: SpecMapping) -> None:
        self._about, self._event = f"urn:edatool:{routes.spec.name}:{delivery}", answer.event
        maps = answer.fields or answer.constants
        self._mapping = compiled(answer.fields, answer.constants) if maps else None
        self._writer = writers(routes)[answer.event]
        self._connection = Publishing(broker, vhost_of(routes.spec.vhost, broker), retries=1)

    def publish(self, event: ConsumedEvent, answer: bytes) -> None:
        """Publish the answer to an event, and wait for the confirm.

        It has the same message id each time, and as its correlation id that of the event, else its message id.

        Raises:
            Reject: the answer is no JSON, breaks its contract, or nothing is bound for it.
            ActionFailed: the broker did not take it.
        """
        go_on_with(event.trace, _text(event.headers.get("tracestate")))
        written = self._written(answer, self._id(event))
        if not isinstance(written, Written):
            wrong = "; ".join(str(one) for one in written)
            shown = visible(answer[:_SHOWN].decode(errors="replace"))
            raise Reject(f"the answer is no {self._event}: {wrong}: {shown}")
        message = written.message._replace(correlation_id=event.correlation_id or event.id or "")
        if event.id:
            message = message._replace(headers={**message.headers, CAUSE: event.id})
        try:
            outcome, reason = self._connection.send(message)
        except BrokerError as error:
            raise ActionFailed(f"the answer was not published: {error}") from None
        if outcome == "unroutable":
            raise Reject(f"the answer went to no queue: bind one for {self._event} with the key {message.key!r}")
        if outcome != "confirmed":
            raise ActionFailed(f"the answer was not published: it is {outcome} {reason}".rstrip())

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def _written(self, answer: bytes, message_id: str) -> Written | list[Violation]:
        if len(answer) > MOST_BYTES:
            return [Violation("", f"it has more than {MOST_BYTES} bytes")]
        payload: object = parse(answer)
        text: bytes | Violation = answer
        if self._mapping and not isinstance(payload, Violation):
            payload = mapped(self._mapping, Content(payload))
            text = encode(payload)
        for one in (payload, text):
            if isinstance(one, Violation):
                return [one]
        assert isinstance(text, bytes)
        return self._writer.write(payload, text, message_id)

    def _id(self, event: ConsumedEvent) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self._about}:{event.id}")) if event.id else new_id()


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
