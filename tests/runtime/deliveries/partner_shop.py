"""A shop whose orders are delivered to a partner."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pika
from prometheus_client import CollectorRegistry

import edatool
from tests.broker_fixtures import Vhost
from tests.runtime.dead_letters.cemetery import await_true

SPEC = """\
edatool: 1
name: shop
events:
  placed: {exchange: events, key: order.placed}
  moved: {exchange: events, key: order.moved}
  counted: {exchange: events, key: order.counted}
  settled: {exchange: events, key: order.settled, schema: settled.json}
  unheard: {exchange: events, key: order.unheard}
exchanges:
  events: {type: topic}
queues:
  partner: {type: quorum, retry: [20ms, 21ms, 22ms, 23ms, 1s], dead_letter: {exchange: "", key: dead}}
  lined:
    type: classic
    single_active_consumer: true
    retry: [20ms, 21ms, 22ms, 23ms, 24ms, 25ms, 26ms, 27ms]
    dead_letter: {exchange: "", key: dead}
  counted: {type: quorum, delivery_limit: 2, dead_letter: {exchange: "", key: dead}}
  settled: {}
  dead: {}
bindings:
  - {queue: lined, events: [moved]}
  - {queue: counted, events: [counted]}
  - {queue: settled, events: [settled]}
  - {queue: partner, events: [placed]}
deliveries:
  signed:
    queue: partner
    to: {env: PARTNER_URL}
    signature: {secrets: [{env: NEW_SECRET}, {env: OLD_SECRET}]}
    timeout: 300ms
    allow: [127.0.0.0/8, "::1/128"]
  by-two: {queue: partner, to: {env: PARTNER_URL}, concurrency: 2, circuit: {pause: 50ms}, allow: [127.0.0.0/8]}
  lined:
    queue: lined
    to: {env: PARTNER_URL}
    timeout: 300ms
    circuit: {pause: 50ms}
    order_by: customer
    order: keep
    allow: [127.0.0.0/8]
  big-in-order:
    queue: lined
    to: {env: PARTNER_URL}
    filter: {data.id: [{suffix: "!"}]}
    order_by: customer
    order: keep
    allow: [127.0.0.0/8]
  big:
    queue: partner
    to: {env: PARTNER_URL}
    filter: {data.id: [{suffix: "!"}]}
    concurrency: 1
    circuit: {pause: 50ms}
    allow: [127.0.0.0/8]
  of-customer-a: {queue: partner, to: {env: PARTNER_URL}, schema: of-customer-a.json, allow: [127.0.0.0/8]}
  counted: {queue: counted, to: {env: PARTNER_URL}, allow: [127.0.0.0/8]}
  patient:
    queue: partner
    to: {env: PARTNER_URL}
    concurrency: 2
    circuit: {failures: 3, pause: 10m}
    allow: [127.0.0.0/8]
  patient-paced:
    queue: partner
    to: {env: PARTNER_URL}
    concurrency: 2
    circuit: {failures: 3, pause: 10m}
    rate: 20/s
    allow: [127.0.0.0/8]
  paced: {queue: partner, to: {env: PARTNER_URL}, rate: 20/s, allow: [127.0.0.0/8]}
  answered: {queue: partner, to: {env: PARTNER_URL}, answer: settled, allow: [127.0.0.0/8]}
  mapped:
    queue: partner
    to: {env: PARTNER_URL}
    answer: {event: settled, fields: {order: data.about.id}, constants: {by: carrier}}
    allow: [127.0.0.0/8]
  unheard: {queue: partner, to: {env: PARTNER_URL}, answer: unheard, allow: [127.0.0.0/8]}
  by-ten: {queue: partner, to: {env: PARTNER_URL}, timeout: 300ms, circuit: {pause: 50ms}, allow: [127.0.0.0/8]}
  one-by-one: {queue: partner, to: {env: PARTNER_URL}, concurrency: 1, allow: [127.0.0.0/8]}
  public: {queue: partner, to: {env: PARTNER_URL}}
"""
KEYS = {"NEW_SECRET": b"the new key", "OLD_SECRET": b"the old key"}


@dataclass
class Notes:
    """What a delivery tells people."""

    texts: list[str] = field(default_factory=list)
    came: threading.Condition = field(default_factory=threading.Condition)

    def add(self, text: str) -> None:
        with self.came:
            self.texts.append(text)
            self.came.notify_all()

    def wait_for(self, part: str) -> str:
        with self.came:
            assert self.came.wait_for(lambda: self.counts(part), 20), self.texts
        return next(text for text in self.texts if part in text)

    def counts(self, part: str) -> int:
        return sum(part in text for text in self.texts)


@dataclass
class Shop:
    vhost: Vhost
    routes: edatool.Routes

    def publish(self, *orders: str, event: str = "placed") -> None:
        with edatool.Publisher(self.routes, self.vhost.url) as publisher:
            for order in orders:
                assert publisher.publish(event, {"id": order, "customer": order[0]}, message_id=order).ok

    def deliver(self, name: str, attempts: int) -> dict[str, int]:
        with edatool.open_delivery(self.routes, self.vhost.url, name, limit=attempts) as consumer:
            consumer.run()
        return {outcome: number for outcome, number in consumer.counts.items() if number}

    def deliver_all(self, name: str, done: int) -> dict[str, int]:
        with self.delivering(name) as (consumer, _):
            await_true(lambda: consumer.counts.done == done)
        return {outcome: number for outcome, number in consumer.counts.items() if number}

    @contextmanager
    def delivering(
        self, name: str, registry: CollectorRegistry | None = None, health: str | None = None
    ) -> Iterator[tuple[edatool.Consumer, "Notes"]]:
        notes = Notes()
        opened = edatool.open_delivery(
            self.routes, self.vhost.url, name, registry=registry, health=health, on_note=notes.add
        )
        with opened as consumer:
            thread = threading.Thread(target=consumer.run)
            thread.start()
            try:
                yield consumer, notes
            finally:
                consumer.stop()
                thread.join()

    def ready(self, queue: str) -> int:
        with pika.BlockingConnection(pika.URLParameters(self.vhost.url)) as connection:
            count: int = connection.channel().queue_declare(queue, passive=True).method.message_count
        return count

    def waiting(self, queue: str = "partner") -> list[str]:
        return sorted(json.loads(one["payload"])["id"] for one in self.messages(queue))

    def reasons(self) -> list[str]:
        return [one["properties"]["headers"]["x-edatool-reason"] for one in self.messages("dead")]

    def empty(self) -> None:
        for queue in ("partner", "lined", "counted", "settled", "dead"):
            self.vhost.api.delete(f"/api/queues/{self.vhost.quoted}/{queue}/contents").raise_for_status()

    def messages(self, queue: str) -> Any:
        wanted = {"count": 99, "ackmode": "ack_requeue_true", "encoding": "auto"}
        answer = self.vhost.api.post(f"/api/queues/{self.vhost.quoted}/{queue}/get", json=wanted)
        return answer.raise_for_status().json()
