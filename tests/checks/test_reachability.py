"""What the rules call lost or useless is so in the simulator, whatever valid payload is sent."""

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from edatool.checks.load import load
from edatool.routes import Routes
from edatool.routing.addressing import address
from edatool.routing.compile import compile_spec
from edatool.routing.message import Message
from edatool.routing.simulate import simulate
from edatool.routing.topology import Topology
from tests.examples import examples

SCHEMA = {
    "type": "object",
    "required": ["kind", "site", "code", "on"],
    "properties": {
        "kind": {"enum": ["a", "b"]},
        "site": {"type": "string", "pattern": "^[a-c]+$"},
        "code": {"type": "integer"},
        "on": {"type": "boolean"},
        "tier": {"enum": ["gold", "silver"]},
    },
    "not": {"required": ["tier"], "properties": {"kind": {"const": "b"}, "tier": {"const": "gold"}}},
    "examples": [{"kind": "a", "site": "a", "code": 1, "on": True, "tier": "gold"}],
}
PAYLOADS = [
    {name: value for name, value in zip(SCHEMA["properties"], values, strict=True) if value is not None}
    for values in product(("a", "b"), ("a", "b", "ab", "c"), (0, 1, -7), (True, False), ("gold", "silver", None))
]
WORDS = ("a", "b", "c", "ab", "1", "true", "*", "#")
PARTS = ("a", "b", "c", "{kind}", "{site}", "{code}", "{on}", "a{kind}")
EXCHANGES = ("t", "d", "h", "f", "t2")
TYPES = {"t": "topic", "d": "direct", "h": "headers", "f": "fanout", "t2": "topic"}


def keys(words: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(words), min_size=1, max_size=3).map(".".join)


@st.composite
def bindings(draw: st.DrawFn) -> dict[str, object]:
    exchange = draw(st.sampled_from(EXCHANGES))
    to_queue = draw(st.integers(0, 3)) > 0
    to = {"queue": draw(st.sampled_from("qr"))} if to_queue else {"to_exchange": draw(st.sampled_from(EXCHANGES))}
    if TYPES[exchange] == "headers":
        wanted = {"tier": draw(st.sampled_from(("gold", "none"))), "code": draw(st.sampled_from((1, 5)))}
        return {"exchange": exchange, **to, "headers": {"x-match": draw(st.sampled_from(("all", "any"))), **wanted}}
    return {"exchange": exchange, **to, **({} if exchange == "f" else {"key": draw(keys(WORDS))})}


@st.composite
def specs(draw: st.DrawFn) -> dict[str, object]:
    events = {
        f"e{number}": {
            "exchange": draw(st.sampled_from(EXCHANGES)),
            "key": draw(keys(PARTS)),
            "schema": "s.json",
            "headers": draw(st.sampled_from(({}, {"tier": "tier"}, {"tier": "tier", "code": "code"}))),
        }
        for number in range(draw(st.integers(1, 3)))
    }
    exchanges = {name: {"type": kind} for name, kind in TYPES.items()}
    if draw(st.booleans()):
        exchanges["t"]["alternate"] = "f"
    queues: dict[str, object] = {"q": draw(st.sampled_from(({}, {"dead_letter": {"exchange": "t2"}}))), "r": {}}
    bound = draw(st.lists(bindings(), max_size=8))
    return {"edatool": 1, "name": "n", "events": events, "exchanges": exchanges, "queues": queues, "bindings": bound}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("random")
    (folder / "s.json").write_text(json.dumps(SCHEMA))
    return folder


def checked(folder: Path, spec: dict[str, object]) -> Routes:
    file = folder / "routes.yaml"
    file.write_text(yaml.safe_dump(spec))
    return load([str(file)], {})


def reached(found: Routes, topology: Topology) -> list[tuple[str, ...]]:
    valid = [payload for payload in PAYLOADS if found.contracts["s.json"].is_valid(payload)]
    messages = (address(event, payload) for event in found.spec.events.values() for payload in valid)
    return [simulate(topology, one, explain=False).queues for one in messages if isinstance(one, Message)]


def without(topology: Topology, messages: Iterable[str]) -> Iterable[Topology]:
    """Yield the topology without each of the bindings that messages speak of."""
    for message in messages:
        key = next(key for key, one in topology.bindings.items() if message.startswith((f"{one} ", f"{one}:")))
        yield replace(topology, bindings={k: one for k, one in topology.bindings.items() if k != key})


@given(spec=specs())
@settings(max_examples=examples(150), deadline=None)
def test_what_is_called_lost_or_useless_is_so(folder: Path, spec: dict[str, object]) -> None:
    found = checked(folder, spec)
    if any(one.is_error for one in found.findings):
        return
    topology = compile_spec(found.spec)
    before = reached(found, topology)
    useless = [one.message for one in found.findings if one.code in ("W263", "W264")]
    for smaller in without(topology, (text.removeprefix("no declared event can match ") for text in useless)):
        assert reached(found, smaller) == before
    for one in found.findings:
        if one.code == "W262":
            queue = re.search(r"the queue '(\w+)'", one.message)
            assert queue
            assert not any(queue[1] in queues for queues in before)
        if one.code == "W261":
            _assert_lost(found, topology, one.message)


def _assert_lost(found: Routes, topology: Topology, message: str) -> None:
    named = re.search(r"the event '(\w+)'.*?(?: payload (\{.*\}): |whatever)", message)
    assert named
    event, payload = found.spec.events[named[1]], json.loads(named[2] or json.dumps(PAYLOADS[0]))
    assert found.contracts["s.json"].is_valid(payload)
    addressed = address(event, payload)
    assert isinstance(addressed, Message)
    assert simulate(topology, addressed).unroutable


def test_a_spec_with_errors_is_not_routed(folder: Path) -> None:
    spec = {"edatool": 1, "name": "n", "events": {"e": {"exchange": "missing"}}, "queues": {"q": {}}}
    assert [one.code for one in checked(folder, spec).findings] == ["E201"]


def test_a_spec_without_events_says_nothing_of_what_is_published(folder: Path) -> None:
    assert checked(folder, {"edatool": 1, "name": "n", "queues": {"q": {}}}).findings == ()
