"""A topology on a live broker: declare it, publish many messages at once, and see what each queue got."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pika
from pika.exceptions import ChannelClosedByBroker

from edatool.routing.message import Message
from edatool.routing.topology import Binding, Topology
from tests.broker_fixtures import Vhost

END = "end"


@contextmanager
def declared(vhost: Vhost, topology: Topology) -> Iterator[Any]:
    """Yield a connection to a vhost that holds just this topology."""
    connection = pika.BlockingConnection(pika.URLParameters(vhost.url))
    channel = connection.channel()
    try:
        _declare(vhost, channel, topology)
        yield connection
    finally:
        _delete(vhost, connection.channel(), topology)
        connection.close()


class Watch:
    """Publishes numbered messages, and holds all that the queues give, unacknowledged.

    More than ``most`` fail the test at once: messages that multiply without end would fill the machine's memory.
    """

    def __init__(self, connection: Any, queues: Iterable[str], most: int = 100_000) -> None:
        self.connection = connection
        self.most = most
        self.channel = connection.channel()
        self.queues = list(queues)
        self.held: list[tuple[str, int, int]] = []
        """Queue, number and delivery tag of each message."""
        self.returned: set[int] = set()
        self._ends = 0
        self.channel.add_on_return_callback(
            lambda _, __, properties, ___: self.returned.add(int(properties.message_id))
        )
        for name in self.queues:
            self.channel.basic_consume(name, partial(self._receive, name))

    def publish(self, messages: Iterable[Message]) -> None:
        for number, message in enumerate(messages):
            properties = pika.BasicProperties(message_id=str(number), headers=dict(message.headers) or None)
            self.channel.basic_publish(message.exchange, message.key, b"", properties, mandatory=True)

    def got(self, expected: Counter[tuple[str, int]] | None = None, seconds: float = 5) -> Counter[tuple[str, int]]:
        """Wait for what is expected, but no longer than told, and then for what is on its way with it."""
        end = time.monotonic() + seconds
        while not (expected or Counter()) <= self._counted() and time.monotonic() < end:
            self.connection.process_data_events(time_limit=0.1)
        self._ends = len(self.queues)
        for name in self.queues:
            self.channel.basic_publish("", name, b"", pika.BasicProperties(message_id=END))
        while self._ends:
            self.connection.process_data_events(time_limit=1)
        return self._counted()

    def reject(self, queue: str) -> None:
        """Reject all messages that came from a queue."""
        for name, _, tag in self.held:
            if name == queue:
                self.channel.basic_reject(tag, requeue=False)
        self.held = [one for one in self.held if one[0] != queue]

    def _counted(self) -> Counter[tuple[str, int]]:
        return Counter((queue, number) for queue, number, _ in self.held)

    def _receive(self, queue: str, channel: Any, method: Any, properties: Any, _: bytes) -> None:
        if properties.message_id == END:
            self._ends -= 1
            channel.basic_ack(method.delivery_tag)
        else:
            self.held.append((queue, int(properties.message_id), method.delivery_tag))
            assert len(self.held) <= self.most, f"messages multiply: {Counter(name for name, _, _ in self.held)}"


def refusal(connection: Any, message: Message) -> int | None:
    """Publish a message on a channel of its own; return the code with which the broker closes it."""
    channel = connection.channel()
    channel.confirm_delivery()
    try:
        channel.basic_publish(message.exchange, message.key, b"", pika.BasicProperties(headers=dict(message.headers)))
    except ChannelClosedByBroker as closed:
        return int(closed.reply_code)
    channel.close()
    return None


def bind(channel: Any, one: Binding) -> None:
    to = channel.exchange_bind if one.to_exchange else channel.queue_bind
    to(one.destination, one.source, one.key, dict(one.arguments))


def _declare(vhost: Vhost, channel: Any, topology: Topology) -> None:
    for policy in topology.policies.values():
        body = {
            "pattern": policy.pattern,
            "apply-to": policy.apply_to,
            "priority": policy.priority,
            "definition": policy.definition,
        }
        vhost.api.put(f"/api/policies/{vhost.quoted}/{policy.name}", json=body).raise_for_status()
    for exchange in topology.exchanges.values():
        arguments = dict(exchange.arguments)
        channel.exchange_declare(
            exchange.name, exchange.type, durable=True, internal=exchange.internal, arguments=arguments
        )
    for queue in topology.queues.values():
        channel.queue_declare(queue.name, durable=True, arguments=dict(queue.arguments))
    for binding in topology.bindings.values():
        bind(channel, binding)


def _delete(vhost: Vhost, channel: Any, topology: Topology) -> None:
    for binding in topology.bindings.values():
        if binding.to_exchange:
            channel.exchange_unbind(binding.destination, binding.source, binding.key, dict(binding.arguments))
    for queue in topology.queues:
        channel.queue_delete(queue)
    for exchange in topology.exchanges:
        channel.exchange_delete(exchange)
    for policy in topology.policies:
        vhost.api.delete(f"/api/policies/{vhost.quoted}/{policy}").raise_for_status()
