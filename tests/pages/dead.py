"""Dead letters that a page takes for granted: ``python -m tests.pages.dead`` prints them for dead-letters import."""

import json
from typing import Any

DEATH: dict[str, Any] = {
    "count": 1,
    "reason": "rejected",
    "queue": "order-processing",
    "time": {"$type": "T", "value": 1796030000},
    "exchange": "events",
}


def dead(message_id: str, event: str, body: dict[str, Any], **headers: Any) -> dict[str, Any]:
    """Return a message as export writes it."""
    return {
        "format_version": 1,
        "properties": {"delivery_mode": 2, "message_id": message_id, "type": event, "headers": headers},
        "payload": json.dumps(body),
    }


GIVEN_UP = {
    "x-edatool-reason": "it failed 4 times, the last time with Timeout",
    "x-edatool-error": "shop.payments.Timeout",
    "x-edatool-attempts": 4,
    "x-edatool-consumer": "order-processing",
    "x-edatool-queue": "order-processing",
    "x-edatool-exchange": "events",
    "x-edatool-key": "payment.settled",
    "x-edatool-died": "2026-11-30T09:30:00Z",
}
MESSAGES = (
    dead("p-1", "payment.settled", {"order": "A-1", "amount": 120, "provider": "acme"}, **GIVEN_UP),
    dead("p-2", "payment.settled", {"order": "A-2", "amount": 80, "provider": "acme"}, **GIVEN_UP),
    dead(
        "p-3",
        "payment.settled",
        {"order": "A-3", "amount": "80", "provider": "acme"},
        **{"x-death": [{**DEATH, "routing-keys": ["payment.settled"]}]},
    ),
)

if __name__ == "__main__":
    for one in MESSAGES:
        print(json.dumps(one))
