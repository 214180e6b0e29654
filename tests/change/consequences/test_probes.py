import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from edatool.change.consequences.probes import MOST, Probe, probes
from edatool.checks.load import load
from edatool.routes import Routes
from edatool.routing.compile import compile_spec
from edatool.routing.router import router
from edatool.routing.topology import Binding, Exchange, Topology, topology

SPEC = """\
edatool: 1
name: shop
events:
  order.placed: {exchange: events, key: "order.{region}.{number}", headers: {tier: tier}, schema: order.json}
exchanges: {events: {type: topic}, by-tier: {type: headers}}
queues: {orders: {}}
bindings:
  - {queue: orders, exchange: events, key: "#"}
"""
SCHEMA = {
    "type": "object",
    "required": ["region", "number"],
    "properties": {"region": {"type": "string", "pattern": "^[a-z]+$"}, "number": {"type": "integer"}, "tier": {}},
}
EXAMPLE = {"region": "eu", "number": 1}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def checked(folder: Path, *, schema: Mapping[str, object] = SCHEMA, more: str = "") -> Routes:
    (folder / "order.json").write_text(json.dumps(schema))
    (folder / "routes.yaml").write_text(SPEC + more)
    found = load([str(folder / "routes.yaml")], {})
    assert not any(one.is_error for one in found.findings), found.findings
    return found


def keys(found: Routes, *bindings: Binding) -> list[str]:
    """Return the keys tried when these bindings are about to go."""
    return [one.message.key for one in probes_of(found, *bindings)]


def probes_of(found: Routes, *bindings: Binding) -> tuple[Probe, ...]:
    after = compile_spec(found.spec)
    before = topology(after.exchanges.values(), after.queues.values(), [*after.bindings.values(), *bindings])
    return probes(found, router(before), router(after))


def test_without_an_example_fields_get_words_that_the_schema_allows_them(folder: Path) -> None:
    found = keys(checked(folder))
    assert found
    assert all(key.split(".")[1].islower() and key.split(".")[2].isdecimal() for key in found)


def test_the_words_of_a_binding_that_goes_are_tried_first(folder: Path) -> None:
    found = keys(checked(folder, schema={**SCHEMA, "examples": [EXAMPLE]}), Binding("events", "orders", key="*.us.7"))
    assert found[:2] == ["order.eu.1", "order.us.7"]


@pytest.mark.parametrize("pattern", ["order.us.#", "#.us.*", "order.#.us.1"])
def test_patterns_with_any_number_of_words_are_read_too(folder: Path, pattern: str) -> None:
    assert any(key.startswith("order.us.") for key in keys(checked(folder), Binding("events", "orders", key=pattern)))


@pytest.mark.parametrize("pattern", ["order.US.*", "order.*.x", "other.us.*", "order.us"])
def test_words_that_the_event_cannot_have_are_not_tried(folder: Path, pattern: str) -> None:
    named = set(pattern.split(".")) - {"order", "*"}
    for key in keys(checked(folder), Binding("events", "orders", key=pattern)):
        assert len(named & set(key.split("."))) < len(named)


def test_bindings_are_followed_to_the_exchanges_behind(folder: Path) -> None:
    behind = [
        Binding("events", "by-tier", to_exchange=True, key="#"),
        Binding("by-tier", "orders", arguments={"x-match": "all", "tier": "gold"}),
    ]
    assert {"tier": "gold"} in [one.message.headers for one in probes_of(checked(folder), *behind)]


def test_a_payload_that_breaks_the_contract_as_a_whole_is_not_tried(folder: Path) -> None:
    schema = {**SCHEMA, "examples": [EXAMPLE], "not": {"properties": {"region": {"const": "us"}}}}
    assert "order.us.1" not in keys(checked(folder, schema=schema), Binding("events", "orders", key="order.us.*"))


def test_all_values_of_enumerated_fields_are_tried(folder: Path) -> None:
    properties = {**SCHEMA["properties"], "region": {"enum": ["eu", "us", "ap"]}}  # type: ignore[dict-item]
    found = keys(checked(folder, schema={**SCHEMA, "properties": properties, "examples": [EXAMPLE]}))
    assert {key.split(".")[1] for key in found} == {"eu", "us", "ap"}


def test_messages_of_routing_tests_are_tried(folder: Path) -> None:
    tests = """\
tests:
  - {name: one, publish: order.placed, payload: {region: north, number: 5}, expect: [orders]}
  - {name: two, message: {exchange: events, key: any, headers: {a: [1]}}, expect: [orders]}
  - {name: three, publish: order.placed, payload: {region: NORTH, number: 5}, expect: rejected}
"""
    found = probes_of(checked(folder, more=tests))
    assert (found[0].kind, found[0].message.key) == ("event", "order.north.5")
    assert (found[-1].kind, found[-1].name, found[-1].message.headers) == ("test", "two", {"a": [1]})
    assert "order.NORTH.5" not in [one.message.key for one in found]


def test_no_message_is_tried_twice_and_there_is_a_bound(folder: Path) -> None:
    many = [Binding("events", "orders", key=f"order.us.{number}") for number in range(2 * MOST)]
    found = keys(checked(folder, schema={**SCHEMA, "examples": [EXAMPLE]}), *many)
    assert len(found) == MOST
    assert (
        len({(one.message.key, json.dumps(one.message.headers)) for one in probes_of(checked(folder), *many)}) == MOST
    )


def test_an_event_without_a_schema_is_tried_with_any_words(folder: Path) -> None:
    file = folder / "routes.yaml"
    file.write_text(SPEC.replace(", schema: order.json", ""))
    assert "order.us.x" in keys(load([str(file)], {}), Binding("events", "orders", key="order.us.x"))


def test_topologies_may_lack_the_exchange_of_an_event(folder: Path) -> None:
    found = checked(folder)
    empty: Topology = topology([Exchange("else", "topic")])
    assert probes(found, router(empty), router(empty))
