"""Deliveries out of a real queue, to a real endpoint; private addresses are played by loopback ones."""

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Any

import pytest

import edatool
from edatool.broker.address import parse
from tests.broker_fixtures import Server, Vhost, fresh_vhost
from tests.runtime.deliveries.endpoint import DRIP, HANG, RESET, Answer, Endpoint, endpoint

SPEC = """\
edatool: 1
name: shop
events:
  placed: {exchange: events, key: order.placed}
exchanges:
  events: {type: topic}
queues:
  partner: {type: quorum, retry: [20ms, 21ms, 22ms, 23ms, 1s], dead_letter: {exchange: "", key: dead}}
  dead: {}
bindings:
  - {queue: partner, events: [placed]}
deliveries:
  signed:
    queue: partner
    to: {env: PARTNER_URL}
    signature: {secrets: [{env: NEW_SECRET}, {env: OLD_SECRET}]}
    timeout: 300ms
    allow: [127.0.0.0/8, "::1/128"]
  by-two: {queue: partner, to: {env: PARTNER_URL}, concurrency: 2, allow: [127.0.0.0/8]}
  public: {queue: partner, to: {env: PARTNER_URL}}
"""
KEYS = {"NEW_SECRET": b"the new key", "OLD_SECRET": b"the old key"}


@dataclass
class Shop:
    vhost: Vhost
    routes: edatool.Routes

    def publish(self, *orders: str) -> None:
        with edatool.Publisher(self.routes, self.vhost.url) as publisher:
            for order in orders:
                publisher.publish("placed", {"id": order}, message_id=order)

    def deliver(self, name: str, attempts: int) -> dict[str, int]:
        with edatool.open_delivery(self.routes, self.vhost.url, name, limit=attempts) as consumer:
            consumer.run()
        return {outcome: number for outcome, number in consumer.counts.items() if number}

    def waiting(self) -> list[str]:
        return sorted(json.loads(one["payload"])["id"] for one in self._messages("partner"))

    def reasons(self) -> list[str]:
        return [one["properties"]["headers"]["x-edatool-reason"] for one in self._messages("dead")]

    def empty(self) -> None:
        for queue in ("partner", "dead"):
            self.vhost.api.delete(f"/api/queues/{self.vhost.quoted}/{queue}/contents").raise_for_status()

    def _messages(self, queue: str) -> Any:
        wanted = {"count": 9, "ackmode": "ack_requeue_true", "encoding": "auto"}
        answer = self.vhost.api.post(f"/api/queues/{self.vhost.quoted}/{queue}/get", json=wanted)
        return answer.raise_for_status().json()


@pytest.fixture(scope="module")
def one_shop(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    spec = tmp_path_factory.mktemp("shop") / "routes.yaml"
    spec.write_text(SPEC)
    with fresh_vhost(server) as vhost:
        routes = edatool.load(str(spec))
        with edatool.connect(parse(vhost.url, vhost.management), routes) as session:
            edatool.apply(edatool.plan(routes, session), session)
        yield Shop(vhost, routes)


@pytest.fixture
def partner(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    with endpoint() as one:
        monkeypatch.setenv("PARTNER_URL", one.url())
        for name, key in KEYS.items():
            monkeypatch.setenv(name, f"whsec_{base64.b64encode(key).decode()}")
        yield one


@pytest.fixture
def shop(one_shop: Shop) -> Iterator[Shop]:
    yield one_shop
    one_shop.empty()


def signed(headers: Message, body: bytes) -> list[str]:
    """Return the signatures that a request should have: Standard Webhooks, "Symmetric signatures"."""
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return [f"v1,{base64.b64encode(hmac.digest(key, text, hashlib.sha256)).decode()}" for key in KEYS.values()]


def test_an_event_is_sent_again_under_its_id_after_every_failure_signed_by_both_keys(
    shop: Shop, partner: Endpoint
) -> None:
    partner.answers = [RESET, HANG, Answer(500), Answer(429, {"Retry-After": "0"})]
    shop.publish("A-1")
    assert shop.deliver("signed", 5) == {"done": 1, "retried": 4}
    assert [headers["webhook-id"] for _, headers, _ in partner.got] == ["A-1"] * 5
    assert [headers["ce-attempt"] for _, headers, _ in partner.got] == ["1", "2", "3", "4", "5"]
    for _, headers, body in partner.got:
        assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
        assert headers["webhook-signature"].split() == signed(headers, body)


def test_an_answer_without_an_end_is_given_up(shop: Shop, partner: Endpoint) -> None:
    partner.answers = [DRIP]
    shop.publish("A-1")
    assert shop.deliver("signed", 2) == {"done": 1, "retried": 1}


def test_the_wait_that_the_endpoint_asks_for_is_kept(shop: Shop, partner: Endpoint) -> None:
    came: list[float] = []
    partner.answers, partner.meet = [Answer(503, {"Retry-After": "1"})], lambda: came.append(time.monotonic())
    shop.publish("A-1")
    assert shop.deliver("signed", 2) == {"done": 1, "retried": 1}
    first, second = came
    assert second - first >= 1


def test_what_the_endpoint_refuses_is_a_dead_letter_with_the_beginning_of_its_answer(
    shop: Shop, partner: Endpoint
) -> None:
    partner.answers = [Answer(422, body=b"no such \x1bcustomer" + b"!" * 900)]
    shop.publish("A-1")
    assert shop.deliver("signed", 1) == {"dead": 1}
    (reason,) = shop.reasons()
    assert reason.startswith(f"{partner.url()} answered 422: no such \\x1bcustomer!!!")
    assert len(reason) < 300


def test_a_redirect_is_not_followed(shop: Shop, partner: Endpoint) -> None:
    with endpoint("127.0.0.2") as other:
        partner.answers = [Answer(307, {"Location": other.url("127.0.0.2")})]
        shop.publish("A-1")
        assert shop.deliver("signed", 1) == {"dead": 1}
        assert not other.got
    assert shop.reasons() == [f"{partner.url()} answered 307"]


def test_an_endpoint_that_is_gone_switches_the_delivery_off_and_the_events_stay(shop: Shop, partner: Endpoint) -> None:
    partner.answers = [Answer(410)] * 3
    shop.publish("A-1", "A-2", "A-3")
    with pytest.raises(edatool.NeedsPerson, match=r"'signed' is switched off: .* answered 410"):
        shop.deliver("signed", 3)
    assert shop.waiting() == ["A-1", "A-2", "A-3"]
    assert not shop.reasons()


def test_a_name_of_a_private_address_is_refused_before_anything_is_sent(
    shop: Shop, partner: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTNER_URL", partner.url("localhost"))
    shop.publish("A-1")
    with pytest.raises(edatool.NeedsPerson, match=r"localhost leads to .*, which is no public address"):
        shop.deliver("public", 1)
    assert not partner.got
    assert shop.waiting() == ["A-1"]


def test_a_name_is_resolved_once_and_the_address_that_was_looked_at_is_connected_to(
    shop: Shop, partner: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolved, asked = socket.getaddrinfo, []

    def other_names(host: object, *rest: object, **named: object) -> object:
        if host != "partner.example":
            return resolved(host, *rest, **named)  # type: ignore[arg-type]
        asked.append(host)
        return resolved("127.0.0.1", *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", other_names)
    monkeypatch.setenv("PARTNER_URL", partner.url("partner.example"))
    shop.publish("A-1")
    assert shop.deliver("signed", 1) == {"done": 1}
    assert len(asked) == 1
    assert partner.got[0][1]["Host"] == f"partner.example:{partner.port}"


def test_no_more_requests_are_under_way_at_once_than_the_spec_says(shop: Shop, partner: Endpoint) -> None:
    pairs, lock, too_many = threading.Barrier(2), threading.Lock(), threading.Event()
    under_way: list[str] = []

    def meet() -> None:
        with lock:
            under_way.append("one")
            if len(under_way) > 2:
                too_many.set()
        pairs.wait(20)
        too_many.wait(0.2)  # a third one would come in this time
        with lock:
            under_way.pop()

    partner.meet = meet
    shop.publish("A-1", "A-2", "A-3", "A-4")
    assert shop.deliver("by-two", 4) == {"done": 4}
    assert not too_many.is_set()


def test_a_delivery_without_its_secret_does_not_begin(
    shop: Shop, partner: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLD_SECRET", "not in base64!")
    with pytest.raises(edatool.WrongUsage, match="a secret of the delivery 'signed' is malformed"):
        shop.deliver("signed", 1)
    monkeypatch.delenv("OLD_SECRET")
    with pytest.raises(edatool.WrongUsage, match="OLD_SECRET"):
        shop.deliver("signed", 1)
