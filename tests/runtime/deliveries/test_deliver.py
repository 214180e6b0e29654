"""Deliveries out of a real queue, to a real endpoint; private addresses are played by loopback ones."""

import base64
import hashlib
import hmac
import socket
import threading
import time
from email.message import Message

import pytest

import edatool
from tests.runtime.dead_letters.cemetery import await_true
from tests.runtime.deliveries.endpoint import DRIP, DRIPPING_BODY, HANG, RESET, Answer, Endpoint, endpoint
from tests.runtime.deliveries.partner_shop import KEYS, Shop


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
    assert reason.startswith(f"{partner.origin} answered 422: no such \\x1bcustomer!!!")
    assert len(reason) < 300


def test_a_redirect_is_not_followed(shop: Shop, partner: Endpoint) -> None:
    with endpoint("127.0.0.2") as other:
        partner.answers = [Answer(307, {"Location": other.url("127.0.0.2")})]
        shop.publish("A-1")
        assert shop.deliver("signed", 1) == {"dead": 1}
        assert not other.got
    assert shop.reasons() == [f"{partner.origin} answered 307"]


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


def test_an_answer_of_success_is_one_whether_or_not_its_body_ends(shop: Shop, partner: Endpoint) -> None:
    partner.answers = [DRIPPING_BODY]
    shop.publish("A-1")
    assert shop.deliver("signed", 1) == {"done": 1}


def test_a_connection_is_kept_for_the_next_request(shop: Shop, partner: Endpoint) -> None:
    partner.answers = [Answer(200, body=b"taken")] * 3
    shop.publish("A-1", "A-2", "A-3")
    assert shop.deliver("one-by-one", 3) == {"done": 3}
    assert len(set(partner.ports)) == 1


def test_no_more_requests_are_made_in_a_time_than_the_spec_says(shop: Shop, partner: Endpoint) -> None:
    came: list[float] = []
    partner.meet = lambda: came.append(time.monotonic())
    shop.publish("A-1", "A-2", "A-3", "A-4")
    assert shop.deliver("paced", 4) == {"done": 4}
    assert came[-1] - came[0] >= 0.1  # three times 1/20 s, of which the first may lose some by connecting


def test_nothing_is_lost_to_the_delivery_limit_by_switching_off_and_on(shop: Shop, partner: Endpoint) -> None:
    shop.publish("A-1", "A-2", "A-3", event="counted")
    for _ in range(5):
        await_true(lambda: shop.ready("counted") == 3)  # to look at them would count, too
        partner.answers = [Answer(410)] * 3
        with pytest.raises(edatool.NeedsPerson):
            shop.deliver("counted", 9)
    partner.answers = []
    assert shop.deliver("counted", 3) == {"done": 3}
    assert not shop.reasons()
