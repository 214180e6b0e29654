"""Relays of tests, and what arrives through them."""

import random
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pika

from edatool.broker.address import parse
from edatool.runtime.outbox.file import for_relaying
from edatool.runtime.outbox.leases import OutboxStore
from edatool.runtime.outbox.outbox import to_broker
from edatool.runtime.outbox.relay import Relay
from tests.proxy import Proxy

GOOD = {"region": "eu"}
ENDING = """
import sys
from edatool import Publisher
publisher = Publisher(sys.argv[1], sys.stdin.readline().strip(), outbox=sys.argv[2])
for _ in range(1000):
    publisher.publish_nowait("placed", {"region": "eu"})
"""


def through(proxy: Proxy, url: str) -> str:
    return url.replace(f":{parse(url).port}", f":{proxy.port}")


def declare(url: str, name: str, **arguments: object) -> None:
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        given = {name.replace("_", "-"): value for name, value in arguments.items()}
        channel.queue_declare(name, durable=True, arguments=given)
        channel.exchange_declare("e", "topic", durable=True)
        channel.queue_bind(name, "e", f"to.{name}.#")
        channel.queue_bind(name, "e", "order.#")


def take(url: str, name: str = "q") -> list[tuple[str, str]]:
    """Take all messages out of a queue; return their keys and ids."""
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        count = channel.queue_declare(name, passive=True).method.message_count
        found = []
        if count:
            for method, properties, _ in channel.consume(name, auto_ack=True, inactivity_timeout=30):
                assert properties, "the queue holds fewer messages than it says"
                found.append((method.routing_key, properties.message_id))
                if len(found) == count:
                    break
            channel.cancel()
    return found


def relay(file: Path, url: str, report: Callable[[str], None] = lambda _: None, **options: Any) -> Relay:
    attempts = int(options.pop("attempts", 10))
    store = OutboxStore(for_relaying(file), f"relay-{random.random()}", attempts)
    return Relay(store, to_broker(parse(url)), report=report, **options)


def eventually(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


def make_held_due(file: Path) -> None:
    """Let the waits of held keys be over."""
    database = for_relaying(file)
    database.run("UPDATE edatool_outbox_held SET due = 0")
    database.close()


def by_key(found: Iterable[tuple[str, str]]) -> dict[str, list[int]]:
    orders: dict[str, list[int]] = {}
    for key, number in found:
        orders.setdefault(key, []).append(int(number))
    return orders
