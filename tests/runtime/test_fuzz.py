"""Whatever a caller hands over ends in a receipt, and what the reference validator refuses is never published."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from edatool import Publisher
from edatool.broker.message import Message
from edatool.broker.pending import Pending
from edatool.checks.load import Checked, load
from edatool.contracts.payload import Violation, encode
from edatool.routing.addressing import address, addressing
from tests.contracts.test_plain import ANYTHING

SCHEMA = {
    "type": "object",
    "required": ["region", "total"],
    "properties": {
        "region": {"type": ["string", "integer", "boolean"], "maxLength": 300},
        "total": {"type": "number", "minimum": 0},
        "customer": {"type": "object", "properties": {"tier": {"type": "string"}}},
    },
    "additionalProperties": {"type": ["string", "null"]},
}
SPEC = """\
edatool: 1
name: shop
events:
  placed: {exchange: e, schema: s.json, key: "order.{region}", headers: {tier: customer.tier}}
exchanges: {e: {type: topic}}
queues: {q: {}}
bindings: [{queue: q, exchange: e, key: "order.#"}]
"""
NEARLY = st.fixed_dictionaries(
    {"region": st.text(max_size=300) | st.integers() | st.booleans() | st.floats(), "total": st.floats() | ANYTHING},
    optional={"customer": st.dictionaries(st.just("tier"), st.text() | ANYTHING, max_size=1), "x": ANYTHING},
)


class Recorder:
    """Takes every message, and keeps it."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def submit(self, message: Message, *_: object, **__: object) -> Pending:
        self.messages.append(message)
        pending = Pending(message)
        pending.settle("confirmed")
        return pending

    def close(self, timeout: float = 0.0) -> list[Pending]:  # noqa: ARG002 - as a connection has it
        return []


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    folder: Path = tmp_path_factory.mktemp("fuzz")
    (folder / "routes.yaml").write_text(SPEC)
    (folder / "s.json").write_text(json.dumps(SCHEMA))
    return load([str(folder / "routes.yaml")], {})


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(payload=NEARLY | ANYTHING)
def test_every_payload_has_a_receipt_and_what_is_published_keeps_its_contract(
    checked: Checked, payload: object
) -> None:
    recorder = Recorder()
    receipt = Publisher(checked, recorder).publish("placed", payload)
    valid = not isinstance(encode(payload), Violation) and Draft202012Validator(SCHEMA).is_valid(
        json.loads(json.dumps(payload))
    )
    assert valid or receipt.outcome == "rejected"
    assert len(recorder.messages) == (receipt.outcome == "confirmed")
    assert bool(receipt.violations) == (receipt.outcome == "rejected")


@given(text=st.binary() | NEARLY.map(lambda value: json.dumps(value, default=str, skipkeys=True).encode()))
def test_every_text_has_a_receipt(checked: Checked, text: bytes) -> None:
    recorder = Recorder()
    receipt = Publisher(checked, recorder).publish_json("placed", text)
    assert len(recorder.messages) == (receipt.outcome == "confirmed")
    assert [one.body for one in recorder.messages] in ([], [text])


@given(payload=NEARLY | ANYTHING)
def test_compiled_addresses_are_those_of_the_long_way(checked: Checked, payload: object) -> None:
    event = checked.spec.events["placed"]
    quick, slow = addressing(event)(payload), address(event, payload)
    assert quick == (slow if isinstance(slow, list) else (slow.key, slow.headers))
