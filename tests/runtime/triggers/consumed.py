"""Events as a consumer hands them to actions."""

from typing import Any

from edatool.runtime.consume.event import ConsumedEvent


def consumed(**other: Any) -> ConsumedEvent:
    """Return an order that was placed, with these differences."""
    body = b'{"id": "A-1"}'
    usual: dict[str, Any] = {
        "name": "order.placed",
        "payload": {"id": "A-1"},
        "id": "m-1",
        "queue": "orders",
        "exchange": "events",
        "key": "order.placed",
        "headers": {},
        "body": body,
    }
    return ConsumedEvent(**(usual | other))
