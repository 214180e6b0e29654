"""Whether a dead letter would be published today, and where it would go."""

from collections.abc import Mapping

from edatool.contracts.violation import Violation
from edatool.filters.content import Content
from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.routing.message import Message
from edatool.routing.simulate import route
from edatool.routing.trace import Trace
from edatool.runtime.cloudevents import payload
from edatool.runtime.dead_letters.history import DeadMessage
from edatool.runtime.dead_letters.stripped import stripped


@frozen
class Today:
    """What a spec says of a dead letter now.

    ``event`` is None where the spec declares none of this type: then nobody knows whether it is ``valid``. ``trace``
    is its way where it is published to its exchange again, None where nothing tells which one that was.
    """

    event: str | None
    violations: tuple[Violation, ...]
    trace: Trace | None

    @property
    def valid(self) -> bool | None:
        """Whether it keeps its contract."""
        return None if self.event is None else not self.violations


def today(one: DeadMessage, routes: Routes) -> Today:
    """Judge a dead letter by a spec."""
    event, violations = judged(one, routes)
    if one.origin.exchange is None or one.origin.key is None:
        return Today(event, violations, None)
    return Today(event, violations, route(routes.router, published_again(one, routes)))


def judged(one: DeadMessage, routes: Routes, body: bytes | None = None) -> tuple[str | None, tuple[Violation, ...]]:
    """Return the event that a message is of, and what it breaks; ``body`` in place of its own."""
    delivery = one.visited.delivery
    name = delivery.type or _text(delivery.headers, "ce-type")
    event = routes.spec.events.get(name or "")
    if event is None:
        return None, ()
    data = payload(delivery.content_type, delivery.body if body is None else body)
    if isinstance(data, Violation):
        return event.name, (data,)
    contract = routes.contracts.get(event.schema or "")
    return event.name, tuple(contract.violations(data)) if contract and event.contract == "strict" else ()


def published_again(one: DeadMessage, routes: Routes | None, body: bytes | None = None) -> Message:
    """Return a message as it goes to the exchange where it was published, with its marks of today's filters."""
    delivery, exchange, key = one.visited.delivery, one.origin.exchange or "", one.origin.key or ""
    message = Message(exchange, key, stripped(delivery.headers))
    stamps = routes.stamps if routes else None
    data = payload(delivery.content_type, delivery.body if body is None else body)
    if stamps is None or isinstance(data, Violation):
        return message
    keys = stamps.keys(message, Content(data, key, message.headers, delivery.type))
    return Message(exchange, key, {**message.headers, "BCC": list(keys)}) if keys else message


def _text(headers: Mapping[str, object], name: str) -> str | None:
    value = headers.get(name)
    return value if isinstance(value, str) else None
