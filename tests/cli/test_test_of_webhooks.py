"""Routing tests that receive a request: its signature, what becomes of it, and where that goes."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import EdatoolRun

SPEC = """\
edatool: 1
name: shop
events:
  payment.settled: {exchange: events, key: "payment.{region}", schema: payment.json}
  payment.failed: {exchange: events}
exchanges: {events: {type: topic}}
queues: {orders: {}, eu: {}}
bindings:
  - {queue: orders, events: [payment.settled, payment.failed]}
  - {queue: eu, exchange: events, key: payment.eu}
sources:
  bank:
    signature: {style: standard-webhooks, secrets: [{env: BANK_SECRET}]}
    event:
      by: data.type
      events:
        paid: {event: payment.settled, fields: {id: data.id, region: headers.x-region}, constants: {by: bank}}
        failed: payment.failed
      otherwise: ignore
tests:
  - name: the published example of Standard Webhooks is signed
    receive:
      source: bank
      headers:
        Webhook-Id: msg_p5jXN8AQM9LWM0D4loKWxJek
        Webhook-Timestamp: "1614265330"
        Webhook-Signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=
      body: '{"test": 2432232314}'
      at: 1614265330
      secrets: [whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw]
    expect: ignored
  - name: a payment of the eu
    receive:
      source: bank
      headers: {webhook-id: a, x-region: eu}
      body: {type: paid, id: "1"}
      secrets: [c2VjcmV0]
      sign: true
    event: payment.settled
    expect: [orders, eu]
  - name: a payment that failed
    receive: {source: bank, headers: {webhook-id: a}, body: {type: failed}, secrets: [c2VjcmV0], sign: true}
    event: payment.failed
    expect: [orders]
  - name: a payment without its region
    receive: {source: bank, headers: {webhook-id: a}, body: {type: paid, id: "1"}, secrets: [c2VjcmV0], sign: true}
    expect: rejected
  - name: no JSON
    receive: {source: bank, headers: {webhook-id: a}, body: "{", secrets: [c2VjcmV0], sign: true}
    expect: rejected
  - name: nobody signs
    receive: {source: bank, headers: {webhook-id: a}, body: {type: failed}, secrets: [c2VjcmV0]}
    expect: refused
"""
SCHEMA = '{"type": "object", "required": ["id", "region"], "properties": {"region": {"enum": ["eu", "us"]}}}'


@pytest.fixture(autouse=True)
def _tested(shop: Path) -> None:
    (shop / "routes.yaml").write_text(SPEC)
    (shop / "payment.json").write_text(SCHEMA)


def test_requests_are_signed_mapped_and_routed_and_count_for_the_coverage(edatool: EdatoolRun) -> None:
    result = edatool("test")
    assert result.out.splitlines()[-2:] == [
        "6 tests: 6 passed, 0 failed",
        "coverage: 100 % of the events, bindings and queues",
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("expect: ignored", "expect: [orders]", "the request is ignored, as the source has no event for 'nothing'"),
        ("at: 1614265330", "at: 1614265931", "it was signed 601 s from now, and 300 s are allowed"),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "c2VjcmV0", "is of another secret, or another body"),
        ("event: payment.failed\n    expect", "event: payment.settled\n    expect", "it becomes payment.failed"),
        ("expect: [orders, eu]", "expect: [orders]", "it also reaches eu"),
        ("expect: [orders, eu]", "expect: refused", "it keeps its contract, and is published"),
        ('body: "{", secrets: [c2VjcmV0], sign: true}', 'body: "{"}', "has no signature"),
        ("expect: refused", "expect: [orders]", "the header webhook-signature has no signature"),
    ],
)
def test_a_difference_is_named(shop: Path, edatool: EdatoolRun, old: str, new: str, problem: str) -> None:
    assert SPEC.count(old) == 1
    (shop / "routes.yaml").write_text(SPEC.replace(old, new))
    result = edatool("test")
    assert result.code == 1
    assert "5 passed, 1 failed" in result.out
    assert problem in result.out


def test_json_says_how_each_request_ended(edatool: EdatoolRun) -> None:
    ends = [one["reached"] for one in json.loads(edatool("test", "--format", "json").out)["tests"]]
    assert ends == ["ignored", "eu, orders", "orders", "rejected", "rejected", "refused"]
