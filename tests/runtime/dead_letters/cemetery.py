"""A vhost with a dead-letter queue, for tests that fill it and look what is left."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pika
from pika import BasicProperties

import edatool
from edatool.broker.address import Address, parse
from edatool.broker.amqp import parameters
from edatool.broker.declare.operations import Operation, run
from edatool.broker.session import Session
from edatool.routing.topology import Binding, Exchange, Queue
from tests.broker_fixtures import Vhost

DEAD: dict[str, object] = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead"}


class Cemetery:
    """The exchange ``events`` leads to the queue ``orders``, and what that gives up to the queue ``dead``."""

    def __init__(self, vhost: Vhost, connection: Any) -> None:
        self.vhost, self.connection = vhost, connection
        self.address: Address = parse(vhost.url, vhost.management)
        self.channel = connection.channel()
        self.channel.confirm_delivery()

    @contextmanager
    def session(self) -> Iterator[Session]:
        with edatool.connect(self.address, vhost=self.vhost.name) as found:
            yield found

    def make(self, *objects: Queue | Exchange | Binding, dead: dict[str, object]) -> None:
        every = (
            Queue("dead", arguments=dead),
            Queue("orders", arguments=DEAD),
            Exchange("events", "topic"),
            Binding("events", "orders", key="order.#"),
            *objects,
        )
        with self.session() as session:
            for one in every:
                assert all(outcome.done for outcome in run(session, [Operation("create", one)]))

    def publish(self, exchange: str, key: str, body: bytes, **properties: Any) -> None:
        self.channel.basic_publish(exchange, key, body, BasicProperties(delivery_mode=2, **properties))

    def bury(self, numbers: Iterable[int], **properties: Any) -> None:
        """Publish orders, each with its number as id, and reject them all."""
        numbered = list(numbers)
        channel = self.connection.channel()  # without confirms, each of which would be waited for
        for number in numbered:
            body = json.dumps({"region": "eu", "total": number}).encode()
            given: dict[str, Any] = {"message_id": f"m{number}", "type": "order.placed", "delivery_mode": 2}
            channel.basic_publish("events", "order.eu.placed", body, BasicProperties(**(given | properties)))
        for method, _, _ in channel.consume("orders"):
            if method.delivery_tag == len(numbered):
                break
        channel.basic_nack(0, multiple=True, requeue=False)
        channel.close()
        await_true(lambda: self.count("dead") >= len(numbered))

    def count(self, queue: str) -> int:
        return int(self.channel.queue_declare(queue, passive=True).method.message_count)

    def take(self, queue: str) -> list[tuple[Any, Any, bytes]]:
        """Take all that is in a queue."""
        found = []
        while (got := self.channel.basic_get(queue, auto_ack=True))[0]:
            found.append(got)
        return found

    def ids(self, queue: str) -> list[str]:
        return [properties.message_id for _, properties, _ in self.take(queue)]


@contextmanager
def cemetery(
    vhost: Vhost, *objects: Queue | Exchange | Binding, dead: dict[str, object] | None = None
) -> Iterator[Cemetery]:
    with pika.BlockingConnection(parameters(parse(vhost.url), vhost.name)) as connection:
        found = Cemetery(vhost, connection)
        found.make(*objects, dead={"x-queue-type": "classic"} if dead is None else dead)
        yield found


def await_true(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
