import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edatool import Publisher, Receipt
from edatool.contracts.violation import Violation
from edatool.runtime.cloudevents import STRUCTURED, CloudEvent, read
from edatool.runtime.ids import new_id, uuid7
from edatool.testing import MemoryBroker
from edatool.testing.held import HeldMessage

SPEC = """\
edatool: 1
name: shop
defaults: {{event: {{exchange: e, cloudevents: {mode}, schema: s.json}}}}
events:
  placed: {{key: "order.{{region}}", producer: storefront, subject: order.id, headers: {{tier: tier}}}}
exchanges: {{e: {{type: topic}}}}
queues: {{q: {{}}}}
bindings: [{{queue: q, exchange: e, key: "order.#"}}]
"""
SCHEMA = {
    "$id": "https://shop.example/placed.json",
    "type": "object",
    "required": ["region"],
    "properties": {
        "region": {"type": "string"},
        "tier": {"type": "string"},
        "order": {"type": "object", "properties": {"id": {"type": "string"}}},
    },
}
PAYLOAD = {"region": "eu", "order": {"id": "A-1"}, "tier": "gold"}
ENVELOPE = {"specversion": "1.0", "id": "x-1", "source": "/till", "type": "com.shop.sold", "shop": 7, "data": PAYLOAD}

Publish = Callable[[str, object], tuple[Receipt, HeldMessage | None]]


@pytest.fixture
def publish(tmp_path: Path) -> Publish:
    def one(mode: str, payload: object) -> tuple[Receipt, HeldMessage | None]:
        (tmp_path / "routes.yaml").write_text(SPEC.format(mode=mode))
        (tmp_path / "s.json").write_text(json.dumps(SCHEMA))
        broker = MemoryBroker.from_spec(str(tmp_path / "routes.yaml"), {})
        with Publisher(str(tmp_path / "routes.yaml"), broker, {}) as publisher:
            return publisher.publish("placed", payload), broker.get("q")

    return one


@pytest.mark.parametrize("character", ["\0", "\n", "\x7f", "\x85"])
def test_an_attribute_with_a_control_character_is_a_violation(publish: Publish, character: str) -> None:
    receipt, _ = publish("binary", {**ENVELOPE, "id": f"x{character}1"})
    assert (receipt.outcome, receipt.violations[0].pointer) == ("rejected", "/id")


def test_more_attributes_than_a_message_has_room_for_are_a_violation(publish: Publish) -> None:
    receipt, _ = publish("binary", {**ENVELOPE, **{f"{'a' * 200}{number}": "" for number in range(1000)}})
    assert receipt.outcome == "rejected"
    assert "the headers take" in str(receipt.violations[0])


@pytest.mark.parametrize("mode", ["binary", "structured"])
def test_what_is_published_as_a_cloudevent_is_read_as_one(publish: Publish, mode: str) -> None:
    receipt, held = publish(mode, PAYLOAD)
    assert held
    event = read(held.headers, held.body, held.published.content_type)
    assert isinstance(event, CloudEvent)
    assert (event.id, event.type, event.data) == (receipt.message_id, "placed", PAYLOAD)
    assert (event.source, event.subject) == ("/storefront", "A-1")
    assert event.dataschema == SCHEMA["$id"]
    assert event.time
    assert event.time.endswith("+00:00")
    assert held.headers["tier"] == "gold"
    assert held.key == "order.eu"


def test_binary_mode_has_the_payload_as_body_and_structured_mode_an_envelope(publish: Publish) -> None:
    _, binary = publish("binary", PAYLOAD)
    _, structured = publish("structured", PAYLOAD)
    assert binary
    assert structured
    assert (binary.payload, binary.published.content_type) == (PAYLOAD, "application/json")
    assert binary.headers["ce-specversion"] == "1.0"
    envelope = structured.payload
    assert isinstance(envelope, dict)
    assert envelope["data"] == PAYLOAD
    assert structured.published.content_type == STRUCTURED


@pytest.mark.parametrize("mode", ["binary", "structured"])
def test_a_payload_that_is_a_cloudevent_keeps_its_attributes_and_its_data_keeps_the_contract(
    publish: Publish, mode: str
) -> None:
    receipt, held = publish(mode, ENVELOPE)
    assert held
    event = read(held.headers, held.body, held.published.content_type)
    assert isinstance(event, CloudEvent)
    assert (event.id, event.source, event.type, event.data) == ("x-1", "/till", "com.shop.sold", PAYLOAD)
    assert str(event.extensions["shop"]) == "7"
    assert receipt.message_id == "x-1"
    refused, nothing = publish(mode, {**ENVELOPE, "data": {"region": 1}})
    assert (refused.outcome, nothing) == ("rejected", None)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"data_base64": "aa"}, "/data_base64"),
        ({"time": 5}, "/time"),
        ({"Bad-Name": "x"}, ""),
        ({"x": [1]}, "/x"),
        ({"id": "é" * 128}, "/id"),
        ({"x" * 253: "x"}, ""),
    ],
)
def test_a_cloudevent_that_is_none_is_rejected(publish: Publish, wrong: dict[str, object], pointer: str) -> None:
    receipt, _ = publish("binary", {**ENVELOPE, **wrong})
    assert (receipt.outcome, [one.pointer for one in receipt.violations]) == ("rejected", [pointer])


def test_the_id_of_a_cloudevent_goes_before_one_that_is_given_with_it(tmp_path: Path) -> None:
    (tmp_path / "routes.yaml").write_text(SPEC.format(mode="binary"))
    (tmp_path / "s.json").write_text(json.dumps(SCHEMA))
    broker = MemoryBroker.from_spec(str(tmp_path / "routes.yaml"), {})
    receipt = Publisher(str(tmp_path / "routes.yaml"), broker, {}).publish("placed", ENVELOPE, "other")
    assert receipt.message_id == "x-1"


@pytest.mark.parametrize("prefix", ["ce-", "cloudEvents:", "cloudEvents_"])
def test_headers_of_all_prefixes_are_read(prefix: str) -> None:
    attributes = {"specversion": "1.0", "id": b"1", "source": "/s", "type": "t", "ext": 5}
    headers = {f"{prefix}{name}": value for name, value in attributes.items()}
    found = read(headers, b'{"a": 1}', "application/json; charset=utf-8")
    assert found == CloudEvent(
        "1", "/s", "t", {"a": 1}, datacontenttype="application/json; charset=utf-8", extensions={"ext": 5}
    )
    other = read(headers, b"\x00", "image/png")
    assert isinstance(other, CloudEvent)
    assert other.data == b"\x00"


def test_other_messages_are_none_and_broken_events_violations() -> None:
    assert read({"x": 1}, b"{}", "application/json") is None
    assert isinstance(read({"ce-specversion": "1.0"}, b"{}"), Violation)
    assert isinstance(read({}, b"[]", STRUCTURED), Violation)
    assert isinstance(read({}, b"{", STRUCTURED), Violation)
    assert isinstance(read({}, b"[]", "application/cloudevents-batch+json"), Violation)
    old = {"ce-specversion": "0.3", "ce-id": "1", "ce-source": "s", "ce-type": "t"}
    assert isinstance(read(old, b"{}"), Violation)


@given(st.dictionaries(st.text() | st.sampled_from(["ce-id", "ce-specversion"]), st.text()), st.binary(), st.text())
def test_reading_never_raises(headers: dict[str, object], body: bytes, content_type: str) -> None:
    read(headers, body, content_type)
    read(headers, body, STRUCTURED)


def test_ids_are_version_7_of_the_rfc() -> None:
    # The example of RFC 9562, appendix A.6.
    assert uuid7(0x017F22E279B0, 0xCC3 << 62 | 0x18C4DC0C0C07398F) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000


def test_the_current_trace_is_in_the_headers(publish: Publish) -> None:
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider

    assert "opentelemetry.trace" in sys.modules
    with TracerProvider().get_tracer("test").start_as_current_span("request") as span:
        _, held = publish("binary", PAYLOAD)
    assert held
    assert trace.format_trace_id(span.get_span_context().trace_id) in str(held.headers["traceparent"])
