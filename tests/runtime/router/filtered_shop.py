"""A shop whose bindings have filters, on a broker, with its routers and other clients of that broker."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pika
import pytest
from pika.adapters.blocking_connection import BlockingChannel

from edatool.broker.address import Address, parse
from edatool.broker.live import read
from edatool.change.apply import apply
from edatool.change.ownership import Ownership
from edatool.change.plan import plan_apply
from edatool.checks.load import load
from edatool.routes import Routes
from edatool.routing.compile import compile_spec
from edatool.routing.lowering.generated import names
from edatool.routing.topology import Topology
from edatool.runtime.router.router import FilterRouter
from tests.broker_fixtures import Vhost
from tests.proxy import Proxy
from tests.sessions import at

SPEC = """\
edatool: 1
name: shop
events:
  placed: {exchange: events, key: "order.{region}.placed"}
  noted: {exchange: events, key: note}
exchanges: {events: {type: topic}, front: {type: fanout}, large: {type: topic}}
queues: {big: {}, vip: {}, both: {}, all: {}, pattern: {}, behind: {}}
bindings:
  - {to_exchange: events, exchange: front}
  - {queue: all, exchange: events, key: "#"}
  - {queue: pattern, exchange: events, key: "*.*"}
  - {queue: big, exchange: events, key: "order.#", filter: big}
  - {queue: vip, events: [placed], filter: {data.vip: true}}
  - {queue: both, exchange: events, key: "order.us.*"}
  - {queue: both, events: [placed], filter: big}
  - {to_exchange: large, exchange: events, key: "order.#", filter: {data.total: [{numeric: [">=", 1000]}]}}
  - {queue: behind, exchange: large, key: "*.eu.*"}
filters:
  big: {data.total: [{numeric: [">=", 100]}]}
"""
OWN = names("shop")
QUEUES = ("big", "vip", "both", "all", "pattern", "behind", OWN.intake, OWN.refused, OWN.stuck)
BOTH = b'{"total": 100, "vip": true}'
"""The body of a message that goes to the queues ``big`` and ``vip``."""
FRAME_MAX = 131072
"""Bytes of a frame, as pika and RabbitMQ agree on."""

_WITHIN = 20.0
_GLANCE = 0.02

Taken = tuple[pika.spec.Basic.GetOk, pika.BasicProperties, bytes]


@dataclass(frozen=True, slots=True)
class Shop:
    """A spec that was applied in a vhost."""

    vhost: Vhost
    checked: Routes
    user: tuple[str, str] | None = None
    """Name and password of the router's, where it is not that of all others."""

    @property
    def address(self) -> Address:
        return parse(self.vhost.url, self.vhost.management)

    def proxy(self) -> Proxy:
        """Return a relay to the broker, for ``router``."""
        return Proxy((self.address.host, self.address.port))

    @contextmanager
    def channel(self) -> Iterator[BlockingChannel]:
        """Connect as any other client does."""
        credentials = pika.PlainCredentials(self.address.user, self.address.password)
        where = pika.ConnectionParameters(self.address.host, self.address.port, self.vhost.name, credentials)
        with pika.BlockingConnection(where) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            yield channel

    def router(self, through: Proxy | None = None, **options: object) -> FilterRouter:
        """Return a router that does not work yet."""
        user, password = self.user or (self.address.user, self.address.password)
        address = replace(self.address, user=user, password=password)
        if through:
            address = replace(address, host="127.0.0.1", port=through.port)
        return FilterRouter(address, self.vhost.name, self.checked, **options)  # type: ignore[arg-type]

    def routed(self, **options: object) -> FilterRouter:
        """Let a router do all there is to do."""
        found = self.router(**options)  # type: ignore[arg-type]
        found.run(until_empty=True)
        return found

    def taken(self, queue: str) -> list[Taken]:
        """Take all messages that are ready in a queue."""
        found = []
        with self.channel() as channel:
            while (one := channel.basic_get(queue, auto_ack=True))[0]:
                found.append(one)
        return found

    def purged(self, queue: str) -> int:
        with self.channel() as channel:
            count: int = channel.queue_purge(queue).method.message_count
        return count

    def held(self) -> dict[str, int]:
        """Return how many messages are ready in each queue that has some."""
        with self.channel() as channel:
            counts = {name: channel.queue_declare(name, passive=True).method.message_count for name in QUEUES}
        return {name: count for name, count in counts.items() if count}

    def await_ready(self, queue: str, count: int) -> None:
        """Wait until so many messages are ready: also those that a lost consumer had, which takes a moment."""
        self._await(queue, lambda method: method.message_count == count, f"no {count} messages in {queue}")

    def await_consumer(self, queue: str) -> None:
        """Wait until somebody consumes from a queue."""
        self._await(queue, lambda method: method.consumer_count > 0, f"nobody consumes from {queue}")

    def _await(self, queue: str, what: Callable[[pika.spec.Queue.DeclareOk], bool], otherwise: str) -> None:
        with self.channel() as channel:
            await_true(lambda: what(channel.queue_declare(queue, passive=True).method), otherwise)


def spec(folder: Path, text: str = SPEC) -> Routes:
    (folder / "routes.yaml").write_text(text)
    found = load([str(folder / "routes.yaml")], {})
    assert [one for one in found.findings if one.is_error] == []
    return found


def applied(vhost: Vhost, checked: Routes, before: Routes | None = None) -> Shop:
    """Apply a spec, where another one was applied ``before``."""
    shop = Shop(vhost, checked)
    topology: Topology | None = compile_spec(before.spec) if before else None
    ours = Ownership(topology) if topology is not None else None
    apply(
        plan_apply(compile_spec(checked.spec), read(at(shop.address, vhost.name)).topology, ours),
        at(shop.address, vhost.name),
    )
    return shop


def send(channel: BlockingChannel, key: str, body: object, exchange: str = "events", **properties: object) -> None:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    channel.basic_publish(exchange, key, text, pika.BasicProperties(**properties))


def send_raw(channel: BlockingChannel, key: str, body: bytes, headers: bytes, message_id: str | None = None) -> None:
    """Send a message with headers that are encoded already, with their length."""
    properties = pika.BasicProperties(message_id=message_id)
    own, *pieces = properties.encode()
    properties.encode = lambda: [bytes([own[0] | 0x20]) + own[1:], headers, *pieces]
    channel.basic_publish("events", key, body, properties)


@contextmanager
def running(*routers: FilterRouter) -> Iterator[None]:
    """Let routers work meanwhile."""
    threads = [threading.Thread(target=one.run) for one in routers]
    for one in threads:
        one.start()
    try:
        yield
    finally:
        for each in routers:
            each.stop()
        for one in threads:
            one.join(30)
        assert not any(one.is_alive() for one in threads)


def await_true(what: Callable[[], bool], otherwise: str = "it did not come true") -> None:
    deadline = time.monotonic() + _WITHIN
    while not what():
        if time.monotonic() > deadline:
            pytest.fail(otherwise)
        time.sleep(_GLANCE)
