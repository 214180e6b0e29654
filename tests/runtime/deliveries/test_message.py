import base64
import json
from typing import Any

import pytest

from edatool.runtime.consume.failures import Reject
from edatool.runtime.deliveries.message import DeliveredMessage
from edatool.runtime.deliveries.signing import signatures
from edatool.runtime.triggers.posting.http import HttpRequest
from edatool.spec.deliveries import delivery
from tests.runtime.triggers.consumed import consumed

STRUCTURED = {
    "content_type": "application/cloudevents+json",
    "body": b'{"specversion": "1.0", "id": "m-1", "source": "/shop", "type": "order.placed", "data": {"id": "A-1"}, '
    b'"dataschema": "https://shop.example/order.json"}',
}
# The test of the reference libraries: https://github.com/standard-webhooks/standard-webhooks, libraries/python.
KEY = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
MAPPED = {"fields": {"order.number": "data.id", "region": "headers.X-Region"}, "constants": {"shop": "north"}}


def message(event: dict[str, Any], **said: Any) -> HttpRequest:
    return DeliveredMessage(delivery("partner", said, ""), [], None)(consumed(**event))


def test_binary_mode_has_the_payload_as_it_came_and_the_attributes_as_headers() -> None:
    for event in ({}, STRUCTURED):
        made = message(event)
        assert json.loads(made.body) == {"id": "A-1"}
        assert made.headers["Content-Type"] == "application/json"
        assert (made.headers["ce-id"], made.headers["ce-type"]) == ("m-1", "order.placed")


def test_structured_mode_has_all_in_the_body() -> None:
    made = message({"key": "order.größe"}, format="structured")
    assert made.headers == {"Content-Type": "application/cloudevents+json"}
    envelope = json.loads(made.body)
    assert (envelope["id"], envelope["data"], envelope["datacontenttype"]) == ("m-1", {"id": "A-1"}, "application/json")
    assert envelope["routingkey"] == "order.größe"


def test_the_payload_alone_has_no_attributes_but_the_trace() -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    made = message({"headers": {"traceparent": trace}}, format="payload")
    assert (made.body, made.headers) == (b'{"id": "A-1"}', {"Content-Type": "application/json", "traceparent": trace})


@pytest.mark.parametrize("kind", ["binary", "structured", "payload"])
def test_a_mapping_makes_another_payload_of_which_the_schema_of_the_first_is_not_said(kind: str) -> None:
    made = message({**STRUCTURED, "headers": {"x-region": "eu"}}, format=kind, **MAPPED)
    body = json.loads(made.body)
    payload = {"order": {"number": "A-1"}, "region": "eu", "shop": "north"}
    assert (body["data"] if kind == "structured" else body) == payload
    assert "dataschema" not in {*body, *made.headers}
    assert "ce-dataschema" not in made.headers


def test_constants_alone_are_added_to_what_came() -> None:
    assert json.loads(message({}, constants={"shop": "north"}).body) == {"id": "A-1", "shop": "north"}


def test_what_http_or_json_cannot_say_is_refused() -> None:
    with pytest.raises(Reject, match="content type"):
        message({"content_type": "text/plain\r\nX-Other: 1"})
    with pytest.raises(Reject, match="no JSON"):
        message({"headers": {"x": b"\xff"}}, fields={"x": "headers.x"})


@pytest.mark.parametrize("given", [None, "", "größe", "a\r\nb"])
def test_what_is_to_be_signed_and_has_no_id_is_refused(given: str | None) -> None:
    with pytest.raises(Reject, match="no message id"):
        DeliveredMessage(delivery("partner", {}, ""), [b"key"], None)(consumed(id=given))


def test_the_example_of_standard_webhooks_is_signed_as_it_says() -> None:
    made = signatures("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', [KEY, b"old"], 1614265330)
    assert made["webhook-id"] == "msg_p5jXN8AQM9LWM0D4loKWxJek"
    assert made["webhook-timestamp"] == "1614265330"
    assert made["webhook-signature"].split(" ")[0] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
