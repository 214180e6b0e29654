"""A vhost in all kinds of trouble, made once for the tests of this folder."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

import pika
import pytest

import edatool
from edatool.broker.address import Address, parse
from edatool.watch.status import QueueStatus
from tests.broker_fixtures import Server, Vhost, fresh_vhost

SPEC = """\
edatool: 1
name: shop
alerts: {age: 5m}
events:
  deep: {exchange: events}
exchanges:
  events: {type: topic, alternate: unrouted}
  unrouted: {type: fanout}
  dead: {type: fanout}
queues:
  deep: {type: quorum, owner: order-service, alerts: {depth: 3}}
  alone: {type: quorum, alerts: {consumers: 1}, dead_letter: {exchange: dead}, retry: [1h]}
  slow: {type: classic}
  patient: {type: classic, alerts: {age: 1h}}
  timeless: {type: classic}
  read: {type: classic}
  unread: {type: quorum}
  lost: {type: classic}
  limited: {type: classic, max_length: 100}
  dead: {type: classic, alerts: {depth: 100}}
  unrouted: {type: classic}
  filtered: {type: classic}
bindings:
  - {queue: deep, exchange: events, key: deep}
  - {queue: alone, exchange: events, key: alone}
  - {queue: slow, exchange: events, key: slow}
  - {queue: patient, exchange: events, key: slow}
  - {queue: timeless, exchange: events, key: timeless}
  - {queue: read, exchange: events, key: read}
  - {queue: unread, exchange: events, key: unread}
  - {queue: lost, exchange: events, key: lost}
  - {queue: limited, exchange: events, key: limited}
  - {queue: dead, exchange: dead}
  - {queue: unrouted, exchange: unrouted}
  - {queue: filtered, exchange: events, key: filtered, filter: {data.total: [{numeric: [">", 9]}]}}
"""


@dataclass(frozen=True)
class Watched:
    """A vhost with its spec, and how it was once RabbitMQ had counted."""

    vhost: Vhost
    routes: edatool.Routes
    status: edatool.Status

    @property
    def address(self) -> Address:
        return parse(self.vhost.url, self.vhost.management)

    def queue(self, name: str) -> QueueStatus:
        return next(one for one in self.status.queues if one.name == name)

    def kinds(self, name: str) -> list[str]:
        return [one.kind for one in self.queue(name).troubles]


@pytest.fixture(scope="session")
def watched(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """A vhost to which a spec was applied, and to which all kinds of things happened since."""
    file = tmp_path_factory.mktemp("watched") / "routes.yaml"
    file.write_text(SPEC)
    routes = edatool.load(str(file))
    with fresh_vhost(server) as vhost, opened(vhost) as channel:
        there = parse(vhost.url, vhost.management)
        with edatool.connect(there, routes) as session:
            edatool.deploy(routes, session)
            _trouble(vhost, channel)
            yield Watched(vhost, routes, until(lambda: edatool.status(routes, session), _is_counted))


def until(look: Callable[[], edatool.Status], is_so: Callable[[edatool.Status], bool]) -> edatool.Status:
    """Return the first status that is so; the statistics lag, and tell nobody when they are there."""
    end = time.monotonic() + 60
    while not is_so(found := look()):
        assert time.monotonic() < end, found
        time.sleep(0.2)
    return found


def _is_counted(status: edatool.Status) -> bool:
    depths = {one.name: one.counts.messages for one in status.queues if one.counts}
    heads = [one.counts.head for one in status.queues if one.counts and one.name in ("slow", "patient")]
    consumers = {one.name: one.counts.consumers for one in status.queues if one.counts}
    wanted = {"deep": 4, "unread": 2, "dead": 1, "unrouted": 1, "timeless": 1, "read": 1, "edatool.shop.intake": 1}
    dropped = status.unroutable and status.unroutable.dropped == 1
    return (
        wanted.items() <= depths.items()
        and all(heads)
        and None not in consumers.values()
        and consumers["read"] == 1
        and bool(dropped)
    )


@contextmanager
def opened(vhost: Vhost) -> Iterator[pika.channel.Channel]:
    """Open a channel to a vhost, which may be left alone for as long as it takes: no heartbeats are asked for."""
    connection = pika.BlockingConnection(pika.URLParameters(f"{vhost.url}?heartbeat=0"))
    try:
        yield connection.channel()
    finally:
        connection.close()


def _trouble(vhost: Vhost, channel: pika.channel.Channel) -> None:
    ago = pika.BasicProperties(timestamp=int(time.time()) - 600)
    for key, number in {"deep": 4, "unread": 2, "read": 1, "timeless": 1, "filtered": 1, "nobody": 1}.items():
        for _ in range(number):
            channel.basic_publish("events", key, b"{}")
    channel.basic_publish("events", "slow", b"{}", ago)
    channel.basic_publish("dead", "", b"{}")
    channel.basic_publish("", "nowhere", b"{}")
    channel.basic_consume("read", lambda *_: None)
    channel.connection.process_data_events(0)
    body = {"pattern": "^limited$", "apply-to": "queues", "definition": {"max-length": 5, "expires": 3600000}}
    vhost.api.put(f"/api/operator-policies/{vhost.quoted}/ops", json=body).raise_for_status()
    vhost.api.delete(f"/api/queues/{vhost.quoted}/{quote('lost')}").raise_for_status()
