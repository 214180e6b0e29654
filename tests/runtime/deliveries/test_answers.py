"""Answers of endpoints that become events."""

import json

import pytest

from tests.runtime.deliveries.endpoint import Answer, Endpoint
from tests.runtime.deliveries.partner_shop import Shop


def test_the_answer_is_an_event_before_what_was_delivered_is_done(shop: Shop, partner: Endpoint) -> None:
    partner.answers = [Answer(200, body=b'{"order": "A-1"}')] * 2
    shop.publish("A-1", "A-1")
    assert shop.deliver("answered", 2) == {"done": 2}
    first, again = shop.messages("settled")
    assert first["payload"] == '{"order": "A-1"}'
    assert first["properties"]["type"] == "settled"
    assert first["properties"]["correlation_id"] == first["properties"]["headers"]["x-edatool-causation-id"] == "A-1"
    assert first["properties"]["message_id"] == again["properties"]["message_id"]


def test_an_answer_is_mapped(shop: Shop, partner: Endpoint) -> None:
    partner.answers = [Answer(200, body=b'{"about": {"id": "A-1"}}')]
    shop.publish("A-1")
    assert shop.deliver("mapped", 1) == {"done": 1}
    (settled,) = shop.messages("settled")
    assert json.loads(settled["payload"]) == {"order": "A-1", "by": "carrier"}


@pytest.mark.parametrize(
    ("delivery", "answer", "reason"),
    [
        ("answered", b'{"number": 1}', 'the answer is no settled: "order" is a required property: {"number": 1}'),
        ("answered", b"<html>", "the answer is no settled: line 1, column 1: not JSON: "),
        ("answered", b"", "the answer is no settled: line 1, column 1: not JSON: it is empty"),
        ("answered", b" " * (2**20 + 1), "the answer is no settled: it has more than 1048576 bytes"),
        ("unheard", b"{}", "the answer went to no queue: bind one for unheard with the key 'order.unheard'"),
    ],
)
def test_a_wrong_answer_is_told_by_the_dead_letter_of_what_was_delivered(
    shop: Shop, partner: Endpoint, delivery: str, answer: bytes, reason: str
) -> None:
    partner.answers = [Answer(200, body=answer)]
    shop.publish("A-1")
    assert shop.deliver(delivery, 1) == {"dead": 1}
    (told,) = shop.reasons()
    assert told.startswith(reason)
    assert not shop.messages("settled")
