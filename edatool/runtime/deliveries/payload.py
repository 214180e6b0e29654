"""The payload that a delivery makes of an event's."""

from edatool.contracts.contract import Contract
from edatool.filters.content import Content
from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.consume.failures import Reject
from edatool.spec.deliveries import SpecDelivery
from edatool.webhooks.mapping import compiled, mapped


class DeliveredPayload:
    """Maps payloads as a delivery says; where it says nothing they stay as they are, and ``is_mapped`` is false."""

    def __init__(self, delivery: SpecDelivery, receiver: Contract | None = None) -> None:
        """Ask the receiver's contract of each payload, if there is one."""
        self.is_mapped = bool(delivery.fields or delivery.constants)
        self._mapping, self._receiver = compiled(delivery.fields, delivery.constants), receiver

    def __call__(self, event: ConsumedEvent) -> object:
        """Return what is delivered of an event.

        Raises:
            Reject: the receiver's contract refuses it.
        """
        payload = mapped(self._mapping, content_of(event)) if self.is_mapped else event.payload
        violations = self._receiver.violations(payload) if self._receiver else []
        if self._receiver and violations:
            raise Reject(f"{self._receiver.name} refuses what is made of it: {'; '.join(map(str, violations))}")
        return payload


def content_of(event: ConsumedEvent) -> Content:
    """Return what the paths of a delivery lead into."""
    return Content(event.payload, headers={name.lower(): value for name, value in event.headers.items()})
