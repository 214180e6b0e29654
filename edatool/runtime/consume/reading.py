"""A message as it came to the event that a handler gets, or why no handler can get it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from edatool.broker.consume.delivery import Delivery
from edatool.contracts.contract import Contract
from edatool.contracts.payload import parse
from edatool.contracts.violation import Violation
from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.runtime import cloudevents
from edatool.runtime.cloudevents import CloudEvent
from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.consume.failures import Poison
from edatool.runtime.consume.verdicts import attempt, deadline, published
from edatool.spec.spec import Event

_CLOUD_HEADERS = ("ce-specversion", "cloudEvents:specversion", "cloudEvents_specversion")


@frozen
class Known:
    """An event of the spec, its contract, and what its keys look like."""

    event: Event
    contract: Contract | None
    keys: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads the messages of a queue to which these events come; where there are none, it takes any JSON."""

    known: dict[str, Known]

    def read(self, delivery: Delivery) -> ConsumedEvent:
        """Return the event.

        Raises:
            Poison: it is not JSON, none of the events, or breaks its contract.
        """
        cloud = _cloud_event(delivery)
        name = self._name(delivery, cloud)
        payload = cloud.data if cloud else _parsed(delivery.body)
        self._check(name, payload)
        exchange, key = published(delivery)
        return ConsumedEvent(
            name,
            payload,
            cloud.id if cloud else delivery.message_id,
            delivery.queue,
            exchange,
            key,
            delivery.headers,
            delivery.body,
            delivery.content_type,
            attempt(delivery),
            deadline(delivery),
            delivery.redelivered,
            correlation_id=delivery.correlation_id,
        )

    def payload(self, delivery: Delivery) -> object:
        """Return the payload alone, whatever it is worth.

        Raises:
            Poison: it cannot be read.
        """
        cloud = _cloud_event(delivery)
        return cloud.data if cloud else _parsed(delivery.body)

    def _name(self, delivery: Delivery, cloud: CloudEvent | None) -> str:
        said = cloud.type if cloud else delivery.type or ""
        if said in self.known or not self.known:
            return said
        if said:
            raise Poison(f"it is of the event {said!r:.100}, which the spec brings to no handler of this queue")
        exchange, key = published(delivery)
        found = [name for name, one in self.known.items() if one.event.exchange == exchange and one.keys.match(key)]
        if len(found) == 1:
            return found[0]
        raise Poison("it names no event as its type, and its exchange and key do not tell which one it is")

    def _check(self, name: str, payload: object) -> None:
        one = self.known.get(name)
        if one and one.contract and one.event.contract == "strict" and not one.contract.is_valid(payload):
            found = one.contract.violations(payload)
            raise Poison(f"it breaks the contract of {name}: {'; '.join(str(each) for each in found)}")


def reading(routes: Routes, events: Iterable[str]) -> Reading:
    """Return how messages of these events are read."""
    declared = (routes.spec.events[name] for name in events)
    return Reading(
        {one.name: Known(one, routes.contracts.get(one.schema or ""), _keys(one)) for one in declared},
    )


def _keys(event: Event) -> re.Pattern[str]:
    parts = (re.escape(part) if isinstance(part, str) else ".*" for part in event.key.parts)
    return re.compile(f"(?s:{''.join(parts)})\\Z")


def _cloud_event(delivery: Delivery) -> CloudEvent | None:
    kind = delivery.content_type or ""
    if not (kind.startswith("application/cloudevents") or any(name in delivery.headers for name in _CLOUD_HEADERS)):
        return None
    found = cloudevents.read(delivery.headers, delivery.body, delivery.content_type)
    if isinstance(found, Violation):
        raise Poison(f"it is no CloudEvent that can be read: {found}")
    return found


def _parsed(body: bytes) -> object:
    payload = parse(body)
    if isinstance(payload, Violation):
        raise Poison(f"its payload cannot be read: {payload}")
    return payload
