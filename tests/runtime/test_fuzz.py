"""Whatever a caller hands over ends in a receipt, and what the reference validator refuses is never published."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from edatool import Publisher
from edatool.broker.message import AmqpMessage
from edatool.broker.publish import frames
from edatool.broker.publish.pending import Pending
from edatool.checks.load import load
from edatool.contracts.payload import Violation, encode, parse
from edatool.routes import Routes
from edatool.routing.addressing import address, addressing
from edatool.runtime.ids import new_run
from edatool.runtime.publish.files.envelope import by_fields
from edatool.runtime.publish.files.line import PayloadFile, lines_of
from edatool.runtime.publish.files.sending import send
from tests.contracts.test_plain import ANYTHING

SCHEMA = {
    "type": "object",
    "required": ["region", "total"],
    "properties": {
        "region": {"type": ["string", "integer", "boolean"], "maxLength": 300},
        "total": {"type": "number", "minimum": 0, "multipleOf": 0.5},
        "customer": {
            "type": "object",
            "properties": {"tier": {"type": "string", "pattern": "^[^x]*$"}},
            "dependentRequired": {"tier": ["since"]},
        },
        "items": {"type": "array", "uniqueItems": True, "contains": {"enum": [1, None, "a", [], {"b": 1.0}]}},
        "kind": {"oneOf": [{"const": 0}, {"type": "boolean"}, {"minLength": 2, "type": "string"}]},
    },
    "patternProperties": {"^x": {"type": ["string", "null"]}},
    "unevaluatedProperties": False,
}
REFERENCE = Draft202012Validator(SCHEMA)
SPEC = """\
edatool: 1
name: shop
defaults: {event: {exchange: e, schema: s.json, key: "order.{region}", headers: {tier: customer.tier}}}
events:
  plain: {}
  binary: {cloudevents: binary, subject: customer.tier}
  structured: {cloudevents: structured}
  loose: {contract: warn}
exchanges: {e: {type: topic}}
queues: {q: {}}
bindings: [{queue: q, exchange: e, key: "order.#"}]
"""
EVENTS = st.sampled_from(["plain", "binary", "structured", "loose"])
NEARLY = st.fixed_dictionaries(
    {
        "region": st.text(max_size=300) | st.integers() | st.booleans() | st.floats(),
        "total": st.integers().map(lambda one: one / 2) | st.integers() | st.floats() | ANYTHING,
    },
    optional={
        "customer": st.dictionaries(st.sampled_from(["tier", "since"]), st.text() | ANYTHING, max_size=2),
        "items": st.lists(st.sampled_from([1, 1.0, True, None, "a", [], {"b": 1}]) | ANYTHING, max_size=3),
        "kind": st.sampled_from([0, False, 0.0, "a", "ab"]),
        "xa": st.text() | st.none() | ANYTHING,
        "y": ANYTHING,
    },
)
ENVELOPES = st.fixed_dictionaries(
    {
        "specversion": st.sampled_from(["1.0", "0.3", 1]),
        "id": st.text(max_size=400) | ANYTHING,
        "source": st.text(),
        "type": st.just("plain") | st.text(),
        "data": NEARLY | ANYTHING,
    },
    optional={"time": st.text() | ANYTHING, "data_base64": st.text(), "x" * 260: st.just("1"), "ext": ANYTHING},
)
RELAXED = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
PAYLOADS = NEARLY | ENVELOPES | ANYTHING


class Recorder:
    """Takes every message, encodes it as for the broker, and keeps it."""

    def __init__(self) -> None:
        self.messages: list[AmqpMessage] = []

    def submit(
        self, message: AmqpMessage, timeout: float = 0.0, on_done: Callable[[Pending], None] | None = None, **_: object
    ) -> Pending:
        pending = Pending(message, frames.head(message), timeout, on_done)
        self.messages.append(message)
        pending.settle("confirmed")
        return pending

    def close(self, timeout: float = 0.0) -> list[Pending]:  # noqa: ARG002 - as a connection has it
        return []


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Routes:
    folder: Path = tmp_path_factory.mktemp("fuzz")
    (folder / "routes.yaml").write_text(SPEC)
    (folder / "s.json").write_text(json.dumps(SCHEMA))
    return load([str(folder / "routes.yaml")], {})


def published(message: AmqpMessage) -> object:
    """Return the payload that a consumer finds in a message."""
    body = json.loads(message.body)
    return body["data"] if message.content_type == "application/cloudevents+json" else body


def check(recorder: Recorder) -> None:
    for message in recorder.messages:
        assert message.type == "loose" or REFERENCE.is_valid(published(message))


@RELAXED
@given(event=EVENTS, payload=PAYLOADS)
def test_every_payload_has_a_receipt_and_what_is_published_keeps_its_contract(
    checked: Routes, event: str, payload: object
) -> None:
    recorder = Recorder()
    receipt = Publisher(checked, recorder).publish(event, payload)
    assert len(recorder.messages) == (receipt.outcome == "confirmed")
    assert receipt.violations or receipt.outcome == "confirmed"
    assert not receipt.violations or receipt.outcome == "rejected" or event == "loose"
    check(recorder)


@RELAXED
@given(
    event=EVENTS,
    size=st.integers(frames.MOST_HEADERS - 300, frames.FRAME_MAX + 300) | st.integers(300, 10**6),
    character=st.sampled_from("aé語😀"),
)
def test_headers_of_every_size_are_sent_or_rejected(checked: Routes, event: str, size: int, character: str) -> None:
    recorder = Recorder()
    tier = character * (size // len(character.encode()))
    payload = {"region": "eu", "total": 1, "customer": {"tier": tier, "since": 1}}
    receipt = Publisher(checked, recorder).publish(event, payload)
    assert len(recorder.messages) == receipt.ok
    if not receipt.ok:
        (violation,) = receipt.violations
        assert violation.pointer in ("", "/customer/tier")
        assert "too long" in violation.message or "1048576" in violation.message


@RELAXED
@given(payload=NEARLY)
def test_what_the_reference_accepts_is_rejected_only_for_its_address(checked: Routes, payload: object) -> None:
    receipt = Publisher(checked, Recorder()).publish("plain", payload)
    text = encode(payload)
    if receipt.outcome == "rejected" and not isinstance(text, Violation) and REFERENCE.is_valid(json.loads(text)):
        assert {one.pointer for one in receipt.violations} <= {"/region", "/customer/tier"}


@RELAXED
@given(
    event=EVENTS, text=st.binary() | PAYLOADS.map(lambda value: json.dumps(value, default=str, skipkeys=True).encode())
)
def test_every_text_has_a_receipt(checked: Routes, event: str, text: bytes) -> None:
    recorder = Recorder()
    receipt = Publisher(checked, recorder).publish_json(event, text)
    assert len(recorder.messages) == (receipt.outcome == "confirmed")
    if event == "plain":
        assert [one.body for one in recorder.messages] in ([], [text])
    check(recorder)


@RELAXED
@given(
    content=st.binary()
    | st.lists(
        st.fixed_dictionaries({}, optional={"type": EVENTS | ANYTHING, "data": PAYLOADS}) | ENVELOPES, max_size=5
    ).map(lambda values: "\n".join(json.dumps(one, default=str, skipkeys=True) for one in values).encode()),
    inside=st.booleans(),
)
def test_every_line_of_a_file_has_a_receipt(checked: Routes, content: bytes, inside: bool) -> None:
    recorder = Recorder()
    lines = list(lines_of([PayloadFile("f", io.BytesIO(content))]))
    opened = by_fields(checked.spec.events, "type", "data" if inside else None)
    receipts = list(send(Publisher(checked, recorder), lines, opened, new_run()))
    assert [line for line, _ in receipts] == lines
    assert [one.message_id for one in recorder.messages] == [one.message_id for _, one in receipts if one.ok]
    check(recorder)


@given(text=st.binary() | PAYLOADS.map(lambda value: json.dumps(value, default=str, skipkeys=True).encode()))
def test_what_is_read_is_what_others_read(text: bytes) -> None:
    value = parse(text)
    assert isinstance(value, Violation) or value == json.loads(text)


@given(payload=PAYLOADS)
def test_compiled_addresses_are_those_of_the_long_way(checked: Routes, payload: object) -> None:
    event = checked.spec.events["plain"]
    quick, slow = addressing(event)(payload), address(event, payload)
    assert quick == (slow if isinstance(slow, list) else (slow.key, slow.headers))
