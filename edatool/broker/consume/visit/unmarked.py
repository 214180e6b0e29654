"""Copies of visited messages on their way: unlike those of a consumer, they carry no header by which they are known."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pika import spec

from edatool.broker.consume.pump import Pump
from edatool.broker.consume.visit.visited import GoesOn, Visited, VisitOutcome
from edatool.broker.properties import OF_QUEUES, raw


@dataclass(slots=True)
class SentCopy:
    """A copy: of which message, by its delivery tag, and as what; and whether it came back."""

    tag: int
    visited: Visited
    goes: GoesOn
    again: bool = False
    """Whether it is the message itself, for the end of its queue."""
    content: bytes = b""
    """Its properties, encoded."""
    returned: bool = False

    @property
    def body(self) -> bytes:
        """What it holds."""
        return self.visited.delivery.body if self.goes.body is None else self.goes.body


@dataclass(slots=True)
class UnmarkedCopies:
    """Sends them; ``taken`` is told of each that the broker confirmed, ``refused`` of each other, and why."""

    _pump: Pump
    _taken: Callable[[SentCopy], None]
    _refused: Callable[[SentCopy, VisitOutcome, str], None]
    _by_number: dict[int, SentCopy] = field(default_factory=dict)
    """By numbers of publishes."""
    _sent: int = 0

    def __len__(self) -> int:
        return len(self._by_number)

    def send(self, copy: SentCopy, properties: Any) -> bool:
        """Send a copy of a message with these properties; tell whether its headers left room for ours."""
        goes = copy.goes
        content = raw(properties, without=(*OF_QUEUES, *goes.without), headers=goes.headers, drop=("user_id",))
        if not self._pump.has_room(content):
            return False
        copy.content = content.content
        self._sent += 1
        self._by_number[self._sent] = copy
        self._pump.publish(goes.exchange, goes.key, copy.body, content)
        return True

    def confirmed(self, frame: Any) -> None:
        """Tell what became of those that the broker confirms, or does not take."""
        method = frame.method
        self._pump.patience.hear()
        for number in self._up_to(method.delivery_tag) if method.multiple else [method.delivery_tag]:
            copy = self._by_number.pop(number)
            if isinstance(method, spec.Basic.Nack):
                self._refused(copy, "nacked", "its destination takes no more, or is not there just now")
            elif copy.returned:
                self._refused(copy, "unroutable", _nowhere(copy.goes))
            else:
                self._taken(copy)

    def returned(self, _: Any, method: Any, properties: Any, body: bytes) -> None:
        """Note a copy that came back, before its confirm; which one it was, nothing says but what it is."""
        found = [one for one in self._by_number.values() if not one.returned and _is_like(one, method, body)]
        same = [one for one in found if one.content == properties.raw]
        for one in same[:1] or found:
            one.returned = True

    def _up_to(self, last: int) -> list[int]:
        return [number for number in self._by_number if number <= last]


def _nowhere(goes: GoesOn) -> str:
    if goes.exchange:
        return f"exchange {goes.exchange} leads messages with the key {goes.key} nowhere"
    return f"there is no queue {goes.key}"


def _is_like(one: SentCopy, method: Any, body: bytes) -> bool:
    """Tell whether a message that was returned may be this one."""
    return (one.goes.exchange, one.goes.key) == (method.exchange, method.routing_key) and one.body == body
