"""A shop whose bindings have filters, on a broker, and other clients of that broker."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pika
import pytest

from edatool.broker.address import Address, parse
from edatool.broker.live import read
from edatool.change.apply import apply
from edatool.change.ownership import Ownership
from edatool.change.plan import plan_apply
from edatool.checks.load import Checked, load
from edatool.routing.compile import compile_spec
from edatool.routing.filtering.generated import names
from edatool.routing.topology import Topology
from edatool.runtime.router import FilterRouter
from tests.broker_fixtures import Vhost

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


def spec(folder: Path, text: str = SPEC) -> Checked:
    (folder / "routes.yaml").write_text(text)
    found = load([str(folder / "routes.yaml")], {})
    assert [one for one in found.findings if one.is_error] == []
    return found


def applied(vhost: Vhost, checked: Checked, before: Topology | None = None) -> Address:
    address = parse(vhost.url, vhost.management)
    ours = Ownership(before) if before is not None else None
    apply(plan_apply(compile_spec(checked.spec), read(address, vhost.name).topology, ours), address, vhost.name)
    return address


@contextmanager
def plain(address: Address, vhost: str) -> Iterator[pika.adapters.blocking_connection.BlockingChannel]:
    """Connect as any other client does."""
    credentials = pika.PlainCredentials(address.user, address.password)
    with pika.BlockingConnection(
        pika.ConnectionParameters(address.host, address.port, vhost, credentials)
    ) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        yield channel


def send(channel: object, key: str, body: object, exchange: str = "events", **properties: object) -> None:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    channel.basic_publish(exchange, key, text, pika.BasicProperties(**properties))  # type: ignore[attr-defined]


def taken(address: Address, vhost: str, queue: str) -> list[tuple[object, pika.BasicProperties, bytes]]:
    found = []
    with plain(address, vhost) as channel:
        while (one := channel.basic_get(queue, auto_ack=True))[0]:
            found.append(one)
    return found


def held(address: Address, vhost: str) -> dict[str, int]:
    with plain(address, vhost) as channel:
        queues = ["big", "vip", "both", "all", "pattern", "behind", OWN.intake, OWN.refused]
        counts = {name: channel.queue_declare(name, passive=True).method.message_count for name in queues}
    return {name: count for name, count in counts.items() if count}


def await_ready(address: Address, vhost: str, queue: str, count: int) -> None:
    """Wait until messages are ready again that a lost consumer had: a quorum queue takes a moment for that."""
    with plain(address, vhost) as channel:
        for _ in range(200):
            if channel.queue_declare(queue, passive=True).method.message_count == count:
                return
            channel.connection.sleep(0.05)
    pytest.fail(f"no {count} messages in {queue}")


def await_consumer(address: Address, vhost: str, queue: str) -> None:
    """Wait until somebody consumes from a queue."""
    with plain(address, vhost) as channel:
        for _ in range(200):
            if channel.queue_declare(queue, passive=True).method.consumer_count:
                return
            channel.connection.sleep(0.05)
    pytest.fail(f"nobody consumes from {queue}")


def routed(address: Address, vhost: str, checked: Checked, **options: object) -> FilterRouter:
    """Let a router do all there is to do."""
    found = FilterRouter(address, vhost, checked.spec, **options)  # type: ignore[arg-type]
    found.run(until_empty=True)
    return found
