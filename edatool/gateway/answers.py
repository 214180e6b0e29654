"""What a request is answered with: a receipt, or a problem as RFC 9457 has it."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any

from starlette.responses import Response

from edatool.contracts.violation import Violation
from edatool.errors import EdatoolError
from edatool.frozen import frozen
from edatool.runtime.publish.receipt import Receipt

RETRY_AFTER = 5
"""Seconds after which a sender should try again what the broker, or the outbox, does not take now."""
CLOSE = {"Connection": "close"}
"""The header of answers to requests whose body is not read to its end."""


@frozen
class Answer:
    """A status, a JSON object and headers."""

    status: int
    body: Mapping[str, object]
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """A request is answered with this, and nothing of it is published."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def problem(
    status: int, kind: str, title: str, detail: str = "", *, headers: Mapping[str, str] | None = None, **more: object
) -> Answer:
    """Return a problem; ``kind`` tells programs what it is, ``title`` people, and ``detail`` what it is this time."""
    body = {"type": f"urn:edatool:problem:{kind}", "title": title, "status": status}
    return Answer(status, {**body, **({"detail": detail} if detail else {}), **more}, headers or {})


def response(answer: Answer) -> Response:
    """Return an answer as it is sent."""
    kind = "application/problem+json" if answer.status >= 400 else "application/json"
    return Response(json.dumps(answer.body), answer.status, dict(answer.headers), kind)


def taken(event: str, message_id: str | None, outcome: str, violations: Iterable[Violation] = ()) -> Answer:
    """Return the answer for an event that the broker has confirmed, or that the outbox has."""
    found = [one.to_json() for one in violations]
    body: dict[str, object] = {"event": event, "message_id": message_id, "outcome": outcome}
    return Answer(202, {**body, "violations": found} if found else body)


def answer_of(receipt: Receipt) -> Answer:
    """Return what is true of a publish whose outcome is known."""
    which: dict[str, Any] = {"event": receipt.event, "message_id": receipt.message_id, "outcome": receipt.outcome}
    match receipt.outcome:
        case "confirmed" | "accepted":
            return taken(receipt.event, receipt.message_id, receipt.outcome, receipt.violations)
        case "rejected":
            return broken(receipt.event, receipt.violations)
        case "unroutable":
            return problem(409, "unroutable", "No queue is bound for this event", receipt.reason, **which)
        case "nacked":
            return problem(
                503, "not-taken", "The broker did not take this event", receipt.reason, headers=_later(), **which
            )
        case "unknown":
            detail = f"{receipt.reason}: it may have arrived; send it again under the same id"
            return problem(504, "unknown", "Nobody knows whether the event has arrived", detail, **which)


def broken(event: str | None, violations: Iterable[Violation]) -> Answer:
    """Return the problem of a payload that breaks its contract, with all that it breaks."""
    title = "The payload breaks its contract"
    return problem(
        422, "broken-contract", title, event=event, outcome="rejected", violations=[one.to_json() for one in violations]
    )


def unsent(event: str, error: EdatoolError) -> Answer:
    """Return the problem of an event that was not sent, as the broker or the outbox takes none now."""
    title = "No events are taken for now"
    return problem(503, "not-sent", title, str(error), headers=_later(), event=event, outcome="unsent")


def overloaded() -> Answer:
    """Return the problem of a request that comes while there are too many in hand."""
    return problem(503, "overloaded", "Too many requests are in hand", headers={"Retry-After": "1"})


def too_often(wait: float) -> Answer:
    """Return the problem of an event that comes so many seconds too early for its producer's rate."""
    headers = {"Retry-After": str(math.ceil(wait))}
    return problem(429, "too-often", "This producer has sent as many events as it may for now", headers=headers)


def _later() -> dict[str, str]:
    return {"Retry-After": str(RETRY_AFTER)}
