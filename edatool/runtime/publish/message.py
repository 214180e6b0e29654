"""An event and its payload to the message that carries it."""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from edatool.broker.message import AmqpMessage
from edatool.broker.publish import frames
from edatool.contracts.contract import Contract
from edatool.contracts.payload import encode
from edatool.contracts.pointer import to_text
from edatool.contracts.violation import Violation
from edatool.filters.content import Content
from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.routing import message as routed
from edatool.routing.addressing import Addressed, addressing
from edatool.runtime import cloudevents
from edatool.runtime.ids import new_id
from edatool.runtime.tracing import trace_headers
from edatool.spec.spec import Event

if TYPE_CHECKING:
    from edatool.routing.lowering.stamping import Stamping

_CLEARLY_SHORT = 400
"""Characters and routing keys that fit, however many bytes each of them has: up to 4, and up to 260."""
_CLEARLY_FEW = 50
"""Headers whose names fit beside that."""


class Written(NamedTuple):
    """A message, and what its payload breaks all the same: an event of ``contract: warn`` is sent nevertheless."""

    message: AmqpMessage
    violations: tuple[Violation, ...] = ()


@frozen
class Writer:
    """Writes messages of one event; ``now`` gives the seconds since the epoch."""

    event: Event
    contract: Contract | None
    app_id: str
    dataschema: str | None
    address: Callable[[object], Addressed | list[Violation]]
    stamps: "Stamping | None" = None
    """What tells the filters that a message matches, None where the spec has none that publishers evaluate."""
    now: Callable[[], float] = time.time

    def write(self, payload: object, body: bytes, message_id: str | None = None) -> Written | list[Violation]:
        """Return the message for a payload and its JSON text, or everything that keeps it from being published."""
        own = None
        if self.event.cloudevents:
            found = cloudevents.unwrapped(payload)
            if isinstance(found, Violation):
                return [found]
            if found:
                own, payload = found
                text = encode(payload)
                if isinstance(text, Violation):
                    return [text]
                body, message_id = text, str(own["id"])
        violations: list[Violation] = []
        if self.contract and not self.contract.is_valid(payload):
            violations = self.contract.violations(payload)
            if self.event.contract == "strict":
                return violations
        addressed = self.address(payload)
        if isinstance(addressed, list):
            return [*violations, *addressed]
        message = self.message(addressed, payload, body, message_id or new_id(), own)
        return [message] if isinstance(message, Violation) else Written(message, tuple(violations))

    def message(
        self,
        addressed: Addressed,
        payload: object,
        body: bytes,
        message_id: str,
        own: cloudevents.Attributes | None,
    ) -> AmqpMessage | Violation:
        """Return the message, a CloudEvent where the event is one; ``own`` are the attributes that it came with."""
        key, headers = addressed
        seconds, content_type = self.now(), "application/json"
        traced = trace_headers()
        if traced:
            headers = {**traced, **headers}
        if self.event.cloudevents:
            source = self.event.source or f"/{self.app_id}"
            filled = cloudevents.attributes(self.event, source, self.dataschema, payload, seconds)
            own = {**filled, **(own or {}), "id": message_id}
            if self.event.cloudevents == "binary":
                headers = {**headers, **cloudevents.headers(own)}
            else:
                whole = cloudevents.envelope(own, body)
                if isinstance(whole, Violation):
                    return whole
                body, content_type = whole, cloudevents.STRUCTURED
        if self.stamps:
            keys = self.stamps.keys(
                routed.Message(self.event.exchange, key, headers), Content(payload, key, headers, self.event.name)
            )
            headers = {**headers, "BCC": keys} if keys else headers
        too_long = _too_long(headers, self.event)
        return too_long or AmqpMessage(
            self.event.exchange,
            key,
            headers,
            body,
            self.event.name,
            message_id,
            self.app_id,
            int(seconds),
            content_type,
        )


def _too_long(headers: Mapping[str, object], event: Event) -> Violation | None:
    # Counting what is clearly short costs a tenth of encoding it.
    count = 0
    for value in headers.values():
        if type(value) is str or type(value) is tuple:
            count += len(value)
    if count <= _CLEARLY_SHORT and len(headers) <= _CLEARLY_FEW:
        return None
    size = frames.headers_size(headers)
    if size <= frames.MOST_HEADERS:
        return None
    longest = max(headers, key=lambda name: len(str(headers[name])))
    place = to_text(event.headers[longest].names) if longest in event.headers else ""
    words = f"the headers take {size} bytes, and a message has room for {frames.MOST_HEADERS}: {longest!r} is too long"
    return Violation(place, words)


def writers(routes: Routes) -> dict[str, Writer]:
    """Return a writer for each event of a spec without errors, by the event's name."""
    return {event.name: writer(routes, event) for event in routes.spec.events.values()}


def writer(routes: Routes, event: Event) -> Writer:
    """Return a writer for an event of a spec without errors."""
    spec, contract = routes.spec, routes.contracts.get(event.schema or "")
    return Writer(
        event,
        contract,
        event.producer or spec.name,
        _dataschema(event, contract, spec.name),
        addressing(event),
        routes.stamps,
    )


def _dataschema(event: Event, contract: Contract | None, name: str) -> str | None:
    """Return the absolute URI of an event's schema: the one it gives itself, else one that names the file."""
    if contract is None:
        return None
    own = contract.uri
    return own if own and ":" in own else f"urn:edatool:{name}:{event.schema}"
