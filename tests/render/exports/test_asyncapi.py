import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml

from edatool.checks.load import require_valid
from edatool.contracts.pointer import at, to_path
from edatool.render.exports.asyncapi import asyncapi
from edatool.render.exports.exported import ToExport
from edatool.routes import Routes

SHOP = Path(__file__).parents[3] / "routes.yaml"
ODD = """\
edatool: 1
name: odd
events:
  "o/1 ~é": {exchange: ex, key: "o.{a.b}.{a_b}", schema: main.json, headers: {h: a.b}}
  plain: {exchange: ch, key: x}
exchanges:
  ex: {type: topic, alternate: ch, arguments: {x: 1}}
  ch: {type: x-consistent-hash}
queues:
  "q/1 é": {}
  q2: {type: quorum, retry: [5s]}
bindings:
  - {queue: "q/1 é", events: ["o/1 ~é"]}
  - {queue: q2, exchange: ch, key: "1"}
  - {queue: q2, exchange: ex, key: "#", filter: {data.a: [1]}}
  - {to_exchange: ch, exchange: ex, key: "#"}
policies:
  p: {pattern: x, definition: {max-length: 1}}
"""
WORD = {"type": "string", "pattern": "^[a-z]+$"}
MAIN = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["a", "a_b"],
    "properties": {
        "a": {"type": "object", "required": ["b"], "properties": {"b": WORD}},
        "a_b": {"$ref": "word.json", "minLength": 2},
    },
    "unevaluatedProperties": False,
}


@pytest.fixture
def odd(tmp_path: Path) -> Routes:
    (tmp_path / "routes.yaml").write_text(ODD)
    (tmp_path / "main.json").write_text(json.dumps(MAIN))
    (tmp_path / "word.json").write_text(json.dumps({"$schema": "http://json-schema.org/draft-07/schema#", **WORD}))
    return require_valid(str(tmp_path / "routes.yaml"), {})


def document_of(checked: Routes) -> dict[str, Any]:
    found = yaml.safe_load(asyncapi(ToExport(checked, version="2.0.0")).text)
    assert isinstance(found, dict)
    return found


def references(value: object) -> Iterator[str]:
    match value:
        case dict():
            for key, inner in value.items():
                if key == "$ref" and isinstance(inner, str):
                    yield inner
                else:
                    yield from references(inner)
        case list():
            for inner in value:
                yield from references(inner)


def test_every_event_and_every_queue_is_a_channel_with_an_operation() -> None:
    document = document_of(require_valid(str(SHOP), {}))
    assert document["info"] == {"title": "shop", "version": "2.0.0"}
    assert list(document["channels"])[:2] == ["event.order.placed", "event.payment.settled"]
    assert document["channels"]["event.order.placed"]["address"] == "order.{region}.placed"
    assert document["channels"]["event.order.placed"]["parameters"] == {
        "region": {"location": "$message.payload#/region", "enum": ["eu", "us", "ap"]}
    }
    assert document["channels"]["queue.notifications"]["bindings"]["amqp"] == {
        "is": "queue",
        "queue": {"name": "notifications", "durable": True, "exclusive": False, "autoDelete": False, "vhost": "/"},
        "bindingVersion": "0.3.0",
    }
    assert document["operations"]["publish.order.placed"]["action"] == "send"
    assert document["operations"]["consume.analytics"]["action"] == "receive"
    operation = document["operations"]["order-service.consume.order-processing"]
    assert (operation["action"], operation["tags"]) == ("receive", [{"name": "order-service"}])
    assert operation["summary"] == "Ships paid orders, and holds those whose payment failed."


def test_a_queue_has_the_messages_that_may_come_to_it_by_dead_lettering_too() -> None:
    channels = document_of(require_valid(str(SHOP), {}))["channels"]
    assert list(channels["queue.order-processing"]["messages"]) == ["payment.settled", "payment.failed"]
    assert list(channels["queue.large-order-function"]["messages"]) == ["order.placed"]
    assert "catalogue.updated" not in channels["queue.dead-letters"]["messages"]
    assert "payment.settled" in channels["queue.dead-letters"]["messages"]


def test_every_reference_leads_to_something_in_the_document(odd: Routes) -> None:
    for checked in (odd, require_valid(str(SHOP), {})):
        document = document_of(checked)
        found = list(references(document))
        assert len(found) > 8
        for reference in found:
            assert reference.startswith("#/")
            path = to_path(unquote(reference[1:]), document)
            assert path is not None, reference
            assert isinstance(at(document, path), dict)


def test_schemas_say_the_oldest_draft_that_reads_all_of_them(odd: Routes) -> None:
    schemas = document_of(odd)["components"]["schemas"]
    assert list(schemas) == ["main", "word"]
    assert {one["schemaFormat"] for one in schemas.values()} == {"application/schema+json;version=2020-12"}
    of_the_shop = document_of(require_valid(str(SHOP), {}))["components"]["schemas"].values()
    assert {one["schemaFormat"] for one in of_the_shop} == {"application/schema+json;version=draft-07"}


def test_fields_of_a_key_are_parameters_with_different_names(odd: Routes) -> None:
    channel = document_of(odd)["channels"]["event.o/1 ~é"]
    assert channel["address"] == "o.{a_b}.{a_b_}"
    assert [one["location"] for one in channel["parameters"].values()] == [
        "$message.payload#/a/b",
        "$message.payload#/a_b",
    ]


def test_what_it_has_no_words_for_is_said_with_names(odd: Routes) -> None:
    exported = asyncapi(ToExport(odd))
    said = "\n".join(note.message for note in exported.notes)
    for words in (
        "bindings of queues, only for the messages that come to each (o/1 ~é -> q/1 é, ch -> q2, ex -> q2)",
        "bindings of exchanges to exchanges (ex -> ch)",
        "filters (ex -> q2)",
        "exchange types of plugins (ch)",
        "alternates (ex)",
        "arguments of exchanges (ex)",
        "types and arguments of queues (q/1 é, q2)",
        "retries (q2)",
        "policies (p)",
        "keywords after draft-07 (unevaluatedProperties in main)",
    ):
        assert f"AsyncAPI has no words for {words}" in said
    assert "dead letters" not in said
    assert "type" not in document_of(odd)["channels"]["event.plain"]["bindings"]["amqp"]["exchange"]


def test_of_many_names_five_are_said(tmp_path: Path) -> None:
    queues = ", ".join(f"q{number}: {{}}" for number in range(7))
    (tmp_path / "r.yaml").write_text(f"edatool: 1\nname: a\nqueues: {{{queues}}}\n")
    checked = require_valid(str(tmp_path / "r.yaml"), {})
    assert "(q0, q1, q2, q3, q4 and 2 more)" in asyncapi(ToExport(checked)).notes[0].message


def test_a_schema_inside_another_document_is_taken_along_without_the_rest(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(
        "openapi: 3.0.0\ninfo: {title: secret}\ncomponents:\n  schemas:\n"
        "    order: {properties: {total: {$ref: '#/components/schemas/total'}}}\n"
        "    total: {type: number, minimum: 0, exclusiveMinimum: true}\n    other: {type: string}\n"
    )
    (tmp_path / "routes.yaml").write_text(
        "edatool: 1\nname: shop\nexchanges: {ex: {type: topic}}\n"
        'events: {placed: {exchange: ex, schema: "api.yaml#/components/schemas/order"}}\n'
    )
    document = document_of(require_valid(str(tmp_path / "routes.yaml"), {}))
    assert "secret" not in str(document)
    assert set(document["components"]["schemas"]["api"]["schema"]["components"]["schemas"]) == {"order", "total"}
    total = document["components"]["schemas"]["api"]["schema"]["components"]["schemas"]["total"]
    assert total == {"type": "number", "exclusiveMinimum": 0}
    for reference in references(document):
        path = to_path(unquote(reference.removeprefix("#")), document)
        assert path is not None, reference
