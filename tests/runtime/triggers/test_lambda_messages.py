from typing import Any

import pytest

from edatool.errors import WrongUsage
from edatool.runtime.triggers.lambda_messages import deliveries, lambda_event
from tests.runtime.triggers.consumed import consumed


def handed_over(queue: str = "orders::/", **properties: Any) -> dict[str, Any]:
    """Return what Lambda hands over (the shape is that of AWS's documentation)."""
    usual: dict[str, Any] = {
        "contentType": "text/plain",
        "headers": {},
        "messageId": None,
        "timestamp": None,
        "type": None,
    }
    message = {"basicProperties": usual | properties, "redelivered": False, "data": "eyJpZCI6ICJBLTEifQ=="}
    return {"eventSource": "aws:rmq", "eventSourceArn": "arn:aws:mq:", "rmqMessagesByQueue": {queue: [message]}}


def test_messages_are_read_with_their_queues_headers_and_times() -> None:
    headers = {"tier": {"bytes": [103, 111, 108, 100]}, "raw": {"bytes": [255]}, "number": 10, "yes": True}
    (one,) = deliveries(handed_over(headers=headers, timestamp="Jan 1, 1970, 12:33:41 AM", expiration="60000"))
    assert (one.queue, one.body, one.message_id) == ("orders", b'{"id": "A-1"}', None)
    assert one.headers == {"tier": "gold", "raw": b"\xff", "number": 10, "yes": True}
    assert (one.timestamp, one.expiration) == (33 * 60 + 41, "60000")


def test_a_queue_may_have_colons_in_its_name() -> None:
    (one,) = deliveries(handed_over("a::b::/"))
    assert one.queue == "a::b"


@pytest.mark.parametrize("text", ["Jan 1, 1970, 12:33:41\u202fAM", "Jan 1, 1970, 12:33:41 AM"])
def test_the_space_of_newer_java_is_read(text: str) -> None:
    (one,) = deliveries(handed_over(timestamp=text))
    assert one.timestamp == 2021


@pytest.mark.parametrize("event", [{}, {"Records": []}, [], None, "x"])
def test_another_event_is_refused(event: Any) -> None:
    with pytest.raises(WrongUsage, match="no event of RabbitMQ"):
        list(deliveries(event))


def test_what_is_written_is_read_again() -> None:
    event = consumed(headers={"tier": "gold", "number": 10}, content_type="application/json", redelivered=True)
    (one,) = deliveries(lambda_event(event, "/"))
    assert (one.queue, one.body, one.message_id, one.type) == ("orders", event.body, "m-1", "order.placed")
    assert (one.headers, one.content_type, one.redelivered) == (event.headers, "application/json", True)
