"""Consumers as the spec declares them."""

import pytest

from edatool.spec.consuming import Identity, SpecConsumer, SpecInbox
from edatool.spec.load import Loaded, load_text
from edatool.spec.template import FieldPath

BEGIN = "edatool: 1\nname: shop\nconsumers:\n"


def read(consumer: str) -> Loaded:
    return load_text(f"{BEGIN}  orders: {consumer}\n", "routes.yaml")


def built(consumer: str) -> SpecConsumer:
    loaded = read(consumer)
    assert loaded.findings == []
    return loaded.spec.consumers["orders"]


def test_all_that_a_consumer_may_say_is_in_the_spec() -> None:
    text = (
        "{queue: q, owner: team, summary: Ships., concurrency: 8, prefetch: 32, timeout: 30s, order_by: customer.id, "
        "inbox: {env: ORDERS_INBOX, retention: 30d, identity: payload.order.id, unidentified: handle}}"
    )
    inbox = SpecInbox(None, "ORDERS_INBOX", 30 * 24 * 3600.0, Identity("payload", FieldPath(("order", "id"))), "handle")
    assert built(text) == SpecConsumer(
        "orders", ("q",), 8, 32, 30.0, FieldPath(("customer", "id")), inbox, "team", "Ships."
    )


def test_what_a_consumer_does_not_say_is_left_to_the_program() -> None:
    assert built("{queues: [a, b]}") == SpecConsumer("orders", ("a", "b"))
    assert built("{queue: q, inbox: {sqlite: i.db}}").inbox == SpecInbox("i.db", None)


@pytest.mark.parametrize(
    ("text", "identity"),
    [("message_id", Identity()), ("header.x-request.id", Identity("header", header="x-request.id"))],
)
def test_what_identifies_an_event(text: str, identity: Identity) -> None:
    inbox = built(f"{{queue: q, inbox: {{sqlite: i.db, identity: {text}}}}}").inbox
    assert inbox
    assert inbox.identity == identity


@pytest.mark.parametrize("text", ["payload", "payload.", "payload.a..b", "header.", "key"])
def test_what_identifies_nothing_is_a_finding_with_its_place(text: str) -> None:
    (finding,) = read(f"{{queue: q, inbox: {{sqlite: i.db, identity: {text}}}}}").findings
    assert (finding.code, str(finding.at)) == ("E103", "routes.yaml:4:54")
    assert "payload.PATH.TO.FIELD" in finding.message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{}", "E102"),
        ("{queue: a, queues: [b]}", "E102"),
        ("{queue: a, inbox: {}}", "E102"),
        ("{queue: a, order_by: a..b}", "E104"),
        ("{queue: a, inbox: {env: A, sqlite: b}}", "E102"),
        ("{queue: a, concurrency: 0}", "E103"),
        ("{queue: a, inbox: {sqlite: a, retention: long}}", "E103"),
    ],
)
def test_what_does_not_fit_is_a_finding(text: str, code: str) -> None:
    assert [one.code for one in read(text).findings] == [code]
