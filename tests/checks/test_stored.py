import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edatool.checks.load import load
from edatool.checks.stored import StoredSpec, from_json, kept, load_kept, to_json
from edatool.errors import NeedsPerson
from edatool.routes import Routes
from edatool.routing.addressing import address
from edatool.routing.compile import compile_spec
from edatool.routing.lowering.stamping import stamped, stamping
from edatool.spec.yaml_document import YamlDocument

SAMPLE = Path(__file__).parents[2] / "routes.yaml"
MAIN = """\
edatool: 1
name: shop
vhost: ${VHOST}
include: [parts/more.yaml]
defaults: {event: {exchange: e, schema: schemas/any.json, summary: "costs $${5}"}}
events:
  placed: {key: "order.{region}", headers: {tier: tier}}
  bare:
exchanges: {e: {type: topic}}
queues: {q: {}}
bindings:
  - {queue: q, exchange: e, keys: ["order.#", bare], filter: big}
filters: {big: {data.total: [{numeric: [">=", 100.0]}], data.name: [{prefix: "\\u00e9\\U0001F600\\u0085"}]}}
users: {shop: {password: {env: SHOP_PASSWORD}, tags: [policymaker]}}
federation_upstreams: {far: {uri: {env: FAR}}}
shovels:
  s: {source: {uri: "amqp://a", queue: q}, destination: {uri: {env: FAR}, queue: x}}
sources: {bank: {signature: {style: stripe, secrets: [{env: BANK_SECRET}]}, event: bare}}
tests:
  - {name: x, publish: bare, payload: {}, expect: unroutable}
"""
MORE = """\
edatool: 1
events:
  paid: {schema: paid.json, exchange: e, key: paid}
"""
ANY = {
    "type": "object",
    "required": ["region"],
    "properties": {"region": {"type": "string"}, "tier": {"type": "string"}},
}
PAID = {"$ref": "../schemas/deep/money.json#/$defs/money"}
MONEY = {"$id": "https://shop.example/money", "$defs": {"money": {"$ref": "https://shop.example/amount"}}}
AMOUNT = {"$id": "https://shop.example/amount", "type": "object", "required": ["amount"]}


@pytest.fixture
def checked(tmp_path: Path) -> Routes:
    files = {
        "routes.yaml": MAIN,
        "parts/more.yaml": MORE,
        "parts/paid.json": json.dumps(PAID),
        "schemas/any.json": json.dumps(ANY),
        "schemas/deep/money.json": json.dumps(MONEY),
        "parts/amount.json": json.dumps(AMOUNT),
        "schemas/unused.json": "{}",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    found = load([str(tmp_path / "routes.yaml")], {"VHOST": "/s", "SHOP_PASSWORD": "hush", "FAR": "amqp://u:hush@far"})
    assert [one for one in found.findings if one.is_error] == []
    return found


def again(checked: Routes) -> Routes:
    return load_kept(from_json(json.loads(json.dumps(to_json(kept(checked), "shop", "/s"))), "shop"), "broker:shop")


def comparable(checked: Routes) -> object:
    """What publishers see of a spec; bindings know where they stand."""
    nothing: dict[str, Any] = {
        "users": {},
        "federation_upstreams": {},
        "shovels": {},
        "sources": {},
        "soap": {},
        "deliveries": {},
        "virtual_host": None,
    }
    return replace(checked.spec, root="", document=YamlDocument({}), tests=(), **nothing)


def test_a_kept_spec_is_the_same_but_for_administration_sources_and_tests(checked: Routes) -> None:
    found = again(checked)
    assert [one for one in found.findings if one.is_error] == []
    assert comparable(found) == comparable(checked)
    assert found.spec.events["bare"].summary == "costs ${5}"
    assert (found.spec.users, found.spec.shovels, found.spec.federation_upstreams) == ({}, {}, {})
    assert (list(checked.spec.sources), list(found.spec.sources)) == (["bank"], [])


def test_the_sample_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    sample = load([str(SAMPLE)], {})
    found = again(sample)
    assert comparable(found) == comparable(sample)
    assert compile_spec(found.spec) == compile_spec(sample.spec)
    assert found.contracts.keys() == sample.contracts.keys()


def test_contracts_are_whole_without_a_file(checked: Routes, tmp_path: Path) -> None:
    found = again(checked)
    paid = found.contracts["parts/paid.json"]
    assert paid.is_valid({"amount": 1})
    assert not paid.is_valid({})
    assert [one.message for one in paid.violations({})] == [
        one.message for one in checked.contracts["parts/paid.json"].violations({})
    ]
    assert not found.contracts["schemas/any.json"].is_valid([])


def test_filters_have_the_same_stamps(checked: Routes) -> None:
    event, content = checked.spec.events["placed"], {"region": "eu", "total": 150.0, "name": "é"}
    message = address(event, content)
    assert not isinstance(message, list)
    first, second = (stamped(message, content, "placed", stamping(one.spec)) for one in (checked, again(checked)))
    assert first == second
    assert first != message


def test_no_secret_and_no_file_that_nobody_reaches_is_kept(checked: Routes) -> None:
    one = kept(checked)
    assert "hush" not in one.routes
    assert "SHOP_PASSWORD" not in one.routes
    assert "BANK_SECRET" not in one.routes
    assert sorted(one.schemas) == [
        "parts/amount.json",
        "parts/paid.json",
        "schemas/any.json",
        "schemas/deep/money.json",
    ]


def test_what_is_kept_of_a_kept_spec_is_the_same(checked: Routes) -> None:
    assert kept(again(checked)) == kept(checked)


@pytest.mark.parametrize(
    "damage", [{"content": "?"}, {"content": "eJw="}, {"content": None}, {"content": "eJyLjgUAARUAuQ=="}]
)
def test_a_damaged_one_is_refused_with_the_way_out(damage: dict[str, object]) -> None:
    whole = to_json(StoredSpec("edatool: 1", {}), "shop", "/")
    with pytest.raises(NeedsPerson, match=r"shop cannot be read .*apply it again"):
        from_json({**whole, **damage}, "shop")


def test_one_of_a_later_edatool_is_refused() -> None:
    with pytest.raises(NeedsPerson, match="later edatool"):
        from_json({**to_json(StoredSpec("edatool: 1", {}), "shop", "/"), "format_version": 2}, "shop")
