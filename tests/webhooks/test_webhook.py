"""What becomes of a signed request: an event with its payload, or one of the other ends."""

import json
from typing import Any

import pytest
import yaml

from edatool.spec import sources
from edatool.webhooks.request import request
from edatool.webhooks.signature import signature
from edatool.webhooks.webhook import (
    BadSignature,
    Webhook,
    WebhookChallenge,
    WebhookEvent,
    WebhookIgnored,
    WebhookOutcome,
    WebhookUnfit,
    webhook,
)

SOURCE = """
signature: {style: standard-webhooks, secrets: [{env: SECRET}]}
event:
  by: data.type
  events:
    paid: payment.settled
    placed: {event: order.placed, fields: {order.id: data.order.id}, constants: {order.by: bank}}
  otherwise: ignore
fields: {id: data.id, place: headers.X-Place}
constants: {provider: bank}
"""


def source(text: str, **changes: Any) -> Webhook:
    return webhook(sources.source("bank", {**yaml.safe_load(text), **changes}, ""))


def received(hook: Webhook, body: object, headers: dict[str, str] | None = None, now: float = 1000) -> WebhookOutcome:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    one = request({"webhook-id": "msg_1", **(headers or {})}, raw)
    signed = request({**one.headers, **signature(hook.scheme, b"key", one, 1000)}, raw)
    return hook.receive(signed, [b"key"], now)


def test_fields_are_renamed_and_constants_added() -> None:
    came = received(source(SOURCE), {"type": "paid", "id": 7, "more": True}, {"X-Place": "eu"})
    assert came == WebhookEvent("payment.settled", {"id": 7, "place": "eu", "provider": "bank"}, "bank:msg_1")


def test_a_mapping_of_one_event_goes_before_that_of_the_source() -> None:
    came = received(source(SOURCE), {"type": "placed", "id": 7, "order": {"id": "A-1"}})
    assert isinstance(came, WebhookEvent)
    assert came.event == "order.placed"
    assert came.payload == {"id": 7, "order": {"id": "A-1", "by": "bank"}, "provider": "bank"}


def test_without_fields_the_payload_is_what_came_and_no_field_is_lost() -> None:
    body = {"type": "paid", "big": 2**70, "list": [1, {"a": None}]}
    came = received(source(SOURCE, fields={}, constants={"provider": "bank"}), body)
    assert isinstance(came, WebhookEvent)
    assert came.payload == {**body, "provider": "bank"}


@pytest.mark.parametrize("kind", ["charged", None, 5, ["paid"], {"paid": 1}])
def test_what_is_no_event_of_the_source_is_ignored_where_it_says_so_and_else_no_event(kind: object) -> None:
    event = yaml.safe_load(SOURCE)["event"]
    assert isinstance(received(source(SOURCE), {"type": kind}), WebhookIgnored)
    refusing = source(SOURCE, event={key: one for key, one in event.items() if key != "otherwise"})
    assert isinstance(received(refusing, {"type": kind}), WebhookUnfit)
    all_others = received(source(SOURCE, event={**event, "otherwise": "bank.told"}), {"type": kind})
    assert isinstance(all_others, WebhookEvent)
    assert all_others.event == "bank.told"


def test_an_event_may_be_told_by_a_header() -> None:
    hook = source(SOURCE, event={"by": "headers.X-Event", "events": {"paid": "payment.settled"}})
    came = received(hook, {}, {"x-event": "paid"})
    assert isinstance(came, WebhookEvent)
    assert came.event == "payment.settled"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"a": 1, "a": 2}', b"[" * 100_000])
def test_a_signed_body_that_is_no_json_is_no_event(body: bytes) -> None:
    assert isinstance(received(source(SOURCE), body), WebhookUnfit)


def test_nothing_is_read_of_a_body_whose_signature_is_not_good() -> None:
    came = received(source(SOURCE), b"{", now=5000)
    assert isinstance(came, BadSignature)


@pytest.mark.parametrize("told", ["", "x" * 129, "\u00e9" * 65, None, {}, [], True, 1.5, 2**70, "a\nb"])
def test_an_id_that_is_none_is_no_event_where_the_source_has_one(told: object) -> None:
    assert isinstance(received(source(SOURCE, id="data.id"), {"type": "paid", "id": told}), WebhookUnfit)


def test_ids_of_two_sources_are_not_the_same() -> None:
    one = webhook(sources.source("a", yaml.safe_load(SOURCE), ""))
    other = webhook(sources.source("b", yaml.safe_load(SOURCE), ""))
    ids = {
        came.id
        for came in (received(each, {"type": "paid"}) for each in (one, other))
        if isinstance(came, WebhookEvent)
    }
    assert ids == {"a:msg_1", "b:msg_1"}


def test_slack_reads_its_challenge_back_when_it_is_signed() -> None:
    signed_by = {"style": "slack", "secrets": [{"env": "SECRET"}]}
    hook = source(SOURCE, signature=signed_by)
    challenge = {"type": "url_verification", "challenge": "3eZbrw1aB10FEMAGAZd4FyFQ"}
    assert received(hook, challenge) == WebhookChallenge("3eZbrw1aB10FEMAGAZd4FyFQ")
    assert isinstance(received(hook, challenge, now=5000), BadSignature)
    assert not isinstance(received(source(SOURCE), challenge), WebhookChallenge)


FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
AS_IT_COMES = """
signature: {style: github, secrets: [{env: SECRET}]}
event: order.placed
"""


@pytest.mark.parametrize(
    ("form", "payload"),
    [
        (b"command=%2Forder&text=two+pens+%26+ink&team=", {"command": "/order", "text": "two pens & ink", "team": ""}),
        (b"n=007&n=8&n=", {"n": ["007", "8", ""]}),
        ("name=caf%C3%A9&fran\u00e7ais".encode(), {"name": "caf\u00e9", "fran\u00e7ais": ""}),
        (b"payload=%7B%22total%22%3A5%7D", {"total": 5}),
        (b"payload=%7B%22total%22%3A5%7D&more=1", {"payload": '{"total":5}', "more": "1"}),
        (b"", {}),
    ],
)
def test_a_form_is_an_object_of_strings_or_the_json_in_its_one_field_payload(form: bytes, payload: object) -> None:
    came = received(source(AS_IT_COMES), form, {**FORM, "X-GitHub-Delivery": "1"})
    assert came == WebhookEvent("order.placed", payload, "bank:1")


@pytest.mark.parametrize("form", [b"\xff=1", b"a=%ff", b"&".join([b"a=1"] * 1001), b"payload=no", b"payload=%7B"])
def test_a_form_that_cannot_be_read_is_no_event(form: bytes) -> None:
    assert isinstance(received(source(AS_IT_COMES), form, {**FORM, "X-GitHub-Delivery": "1"}), WebhookUnfit)
