"""The payload that a delivery makes of an event's."""

from edatool.filters.content import Content
from edatool.runtime.consume.event import ConsumedEvent
from edatool.spec.deliveries import SpecDelivery
from edatool.webhooks.mapping import compiled, mapped


class DeliveredPayload:
    """Maps payloads as a delivery says; where it says nothing they stay as they are, and ``is_mapped`` is false."""

    def __init__(self, delivery: SpecDelivery) -> None:
        self.is_mapped = bool(delivery.fields or delivery.constants)
        self._mapping = compiled(delivery.fields, delivery.constants)

    def __call__(self, event: ConsumedEvent) -> object:
        """Return what is delivered of an event."""
        if not self.is_mapped:
            return event.payload
        return mapped(self._mapping, content_of(event))


def content_of(event: ConsumedEvent) -> Content:
    """Return what the paths of a delivery lead into."""
    return Content(event.payload, headers={name.lower(): value for name, value in event.headers.items()})
