import base64
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from edatool import ConsumedEvent, Reject, lambda_handler
from edatool.errors import BrokerRefused, WrongUsage
from edatool.runtime.triggers.aws_lambda import LambdaHandler
from tests.broker_fixtures import Vhost
from tests.runtime.consume.paid_shop import Desk
from tests.runtime.consume.paid_shop import desk as made


@pytest.fixture
def desk(vhost: Vhost, tmp_path: Path) -> Desk:
    return made(vhost, tmp_path)


def batch(queue: str, *orders: str, **properties: object) -> dict[str, Any]:
    """Return settled payments as Lambda hands them over."""
    messages = [
        {
            "basicProperties": {"headers": {}, "type": "settled", "messageId": f"m-{order}", **properties},
            "redelivered": False,
            "data": base64.b64encode(json.dumps({"order": order, "cents": 1}).encode()).decode(),
        }
        for order in orders
    ]
    return {"eventSource": "aws:rmq", "rmqMessagesByQueue": {f"{queue}::/": messages}}


@contextmanager
def refusing(desk: Desk, queue: str, handled: list[str]) -> Iterator[LambdaHandler]:
    consumer = desk.consumer()

    @consumer.on(queue=queue)
    def handle(event: ConsumedEvent) -> None:
        order = event.payload["order"]
        handled.append(order)
        if order == "bad":
            raise Reject("no such order")
        if order == "busy":
            raise OSError("busy")

    with closing(lambda_handler(consumer)) as handle_batch:
        yield handle_batch


def test_each_message_of_a_batch_is_settled_by_itself(desk: Desk) -> None:
    handled: list[str] = []
    with refusing(desk, "retried", handled) as handle:
        handle(batch("retried", "A-1", "bad", "busy", "A-2"), None)
    assert handled == ["A-1", "bad", "busy", "A-2"]
    (dead,) = desk.dead()
    assert (dead.message_id, dead.type) == ("m-bad", "settled")
    assert dead.headers["x-edatool-reason"] == "no such order"
    desk.shop.await_ready("retried", 1)  # the delay of its first retry is over
    ((properties, body),) = desk.taken("retried")
    assert (properties.message_id, json.loads(body)["order"]) == ("m-busy", "busy")
    assert properties.headers["x-edatool-attempts"] == 1


def test_a_coroutine_function_is_awaited(desk: Desk) -> None:
    consumer, handled = desk.consumer(), list[str]()

    @consumer.on(queue="retried")
    async def handle(event: ConsumedEvent) -> None:
        handled.append(event.payload["order"])

    with closing(lambda_handler(consumer)) as handle_batch:
        handle_batch(batch("retried", "A-1", "A-2"))
    assert handled == ["A-1", "A-2"]
    assert consumer.counts.done == 2


def test_a_queue_that_counts_deliveries_gets_what_failed_again_until_its_limit(desk: Desk) -> None:
    with refusing(desk, "limited", []) as handle:
        handle(batch("limited", "busy"), None)
        ((properties, _),) = desk.taken("limited")
        assert properties.headers["x-edatool-attempts"] == 1
        handle(batch("limited", "busy", headers={"x-edatool-attempts": 2}), None)
    (dead,) = desk.dead()
    assert "failed 3 times" in dead.headers["x-edatool-reason"]


def test_what_the_broker_does_not_take_makes_lambda_hand_the_batch_over_again(desk: Desk) -> None:
    with desk.shop.channel() as channel:
        channel.queue_delete("dead")
    with refusing(desk, "plain", []) as handle, pytest.raises(BrokerRefused, match="unroutable"):
        handle(batch("plain", "bad", type="noted"), None)


def test_a_queue_that_the_consumer_does_not_read_is_refused(desk: Desk) -> None:
    with refusing(desk, "retried", []) as handle, pytest.raises(WrongUsage, match="does not read queue 'plain'"):
        handle(batch("plain", "A-1"), None)
