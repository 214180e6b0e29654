"""A shop whose payments are consumed, on a broker, with its consumers and other clients of that broker."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pika

from edatool import Consumer, Publisher, Routes
from edatool.broker.address import Address, parse
from tests.broker_fixtures import Vhost
from tests.runtime.router.filtered_shop import Shop, applied, await_true, spec

SPEC = """\
edatool: 1
name: shop
defaults: {event: {exchange: events, schema: payment.json}}
events:
  settled: {key: "payment.{order}.settled"}
  failed: {key: payment.failed}
  noted: {schema: note.json, key: note, contract: warn}
exchanges: {events: {type: topic}, dead: {type: fanout}, theft: {type: direct}}
queues:
  retried:
    type: quorum
    retry: [200ms, 400ms]
    dead_letter: {exchange: dead, by_error: {InvalidCard: refused, Stolen: {exchange: theft, key: card}}}
  limited: {type: quorum, delivery_limit: 2, dead_letter: {exchange: dead, key: gone}}
  plain: {type: classic, dead_letter: {exchange: "", key: dead}}
  dead: {type: classic}
  refused: {type: classic}
  stolen: {type: classic}
bindings:
  - {queue: retried, events: [settled, failed]}
  - {queue: limited, exchange: events, key: "payment.*.settled"}
  - {queue: plain, events: [noted]}
  - {queue: dead, exchange: dead}
  - {queue: stolen, exchange: theft, key: card}
"""
PAYMENT = {
    "type": "object",
    "required": ["order", "cents"],
    "properties": {"order": {"type": "string"}, "cents": {"type": "integer", "minimum": 1}},
}


@dataclass(frozen=True, slots=True)
class Desk:
    """The shop, and what its consumers said to people."""

    shop: Shop
    told: list[str] = field(default_factory=list)

    @property
    def routes(self) -> Routes:
        return self.shop.checked

    @property
    def address(self) -> Address:
        return parse(self.shop.vhost.url, self.shop.vhost.management)

    def consumer(self, port: int | None = None, **options: Any) -> Consumer:
        """Return a consumer that does not work yet."""
        address = replace(self.address, host="127.0.0.1", port=port) if port else self.address
        return Consumer(self.routes, address, **{"tell": self.told.append, **options})

    def publish(self, event: str, *orders: str, cents: int = 1) -> None:
        with Publisher(self.routes, self.address) as publisher:
            pairs = [(event, {"order": order, "cents": cents}, f"m-{order}") for order in orders]
            assert all(receipt.ok for receipt in publisher.publish_many(pairs))

    def send(self, exchange: str, key: str, body: bytes, **properties: Any) -> None:
        """Publish as any other client does."""
        with self.shop.channel() as channel:
            channel.basic_publish(exchange, key, body, pika.BasicProperties(**properties))

    def ready(self, queue: str) -> int:
        with self.shop.channel() as channel:
            count: int = channel.queue_declare(queue, passive=True).method.message_count
        return count

    def taken(self, queue: str) -> list[tuple[pika.BasicProperties, bytes]]:
        return [(properties, body) for _, properties, body in self.shop.taken(queue)]

    def dead(self, count: int = 1) -> list[pika.BasicProperties]:
        """Wait for so many dead letters, and take them."""
        self.shop.await_ready("dead", count)
        return [properties for properties, _ in self.taken("dead")]


def write_schemas(folder: Path) -> None:
    (folder / "payment.json").write_text(json.dumps(PAYMENT))
    (folder / "note.json").write_text(json.dumps({"type": "object", "required": ["text"]}))


def desk(vhost: Vhost, folder: Path, text: str = SPEC) -> Desk:
    write_schemas(folder)
    return Desk(applied(vhost, spec(folder, text)))


@contextmanager
def working(*consumers: Consumer) -> Iterator[None]:
    """Let consumers work meanwhile; they have to end when they are told to."""
    errors: list[BaseException] = []

    def run(one: Consumer) -> None:
        try:
            one.run()
        except BaseException as error:  # noqa: BLE001 - raised again below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in consumers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for one in consumers:
            one.stop()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads)
        if errors:  # which explains what the test found, if anything
            raise errors[0]


__all__ = ["SPEC", "Desk", "await_true", "desk", "working", "write_schemas"]
