import io
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

import edatool
from edatool.routing.importing.importing import imported
from edatool.routing.importing.saying import with_said
from edatool.routing.importing.source import defined
from edatool.spec.spec import Spec

SHOP = Path(__file__).parents[3] / "routes.yaml"
PLACED: dict[str, Any] = {
    "summary": "An order was placed.",
    "payload": {
        "type": "object",
        "properties": {"id": {"$ref": "#/components/schemas/id"}, "next": {"$ref": "#/components/messages/p/payload"}},
    },
}
EXCHANGE = {"name": "events", "type": "topic", "durable": False, "vhost": "shop"}
QUEUE = {"name": "orders", "durable": True, "autoDelete": True, "vhost": "shop"}


def document(**changed: Any) -> dict[str, Any]:
    """A document as others than edatool write it; ``changed`` are fields of the channel of the event."""
    orders = {
        "address": "order.{region}.placed",
        "parameters": {"region": {"location": "$message.payload#/customer/region"}},
        "messages": {"order.placed": {"$ref": "#/components/messages/p"}},
        "bindings": {"amqp": {"is": "routingKey", "exchange": EXCHANGE}},
    }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Orders", "version": "1"},
        "channels": {
            "placed": {**orders, **changed},
            "work": {
                "bindings": {"amqp": {"is": "routingKey", "exchange": EXCHANGE, "queue": QUEUE}},
                "address": "o.{a}",
            },
        },
        "operations": {
            "work": {
                "action": "receive",
                "channel": {"$ref": "#/channels/work"},
                "bindings": {"amqp": {"cc": ["a", "b"]}},
            }
        },
        "components": {"messages": {"p": PLACED}, "schemas": {"id": {"type": "string"}}},
    }


def taken(value: object) -> tuple[dict[str, Any], dict[str, str], list[str]]:
    """The spec, its schemas, and what has to be said."""
    text = value if isinstance(value, str) else json.dumps(value, indent=1)
    found = defined(edatool.read_asyncapi(io.BytesIO(text.encode())), None, administration=False)
    made = imported(found.topology, "any", found.vhost)
    spec, lost = with_said(made.value, found.said)
    return spec, dict(found.files), [str(one) for one in (*made.notes, *lost, *found.besides)]


def test_events_exchanges_queues_and_bindings_are_made() -> None:
    for text in (json.dumps(document()), yaml.safe_dump(document())):
        spec, _, _ = taken(text)
        assert spec == {
            "edatool": 1,
            "name": "any",
            "vhost": "shop",
            "events": {
                "order.placed": {
                    "summary": "An order was placed.",
                    "schema": "schemas/order.placed.json",
                    "exchange": "events",
                    "key": "order.{customer.region}.placed",
                }
            },
            "exchanges": {"events": {"type": "topic", "durable": False}},
            "queues": {"orders": {"auto_delete": True}},
            "bindings": [{"queue": "orders", "exchange": "events", "keys": ["a", "b"]}],
        }


def test_without_keys_a_queue_is_bound_by_the_address_of_its_channel() -> None:
    said = document()
    del said["operations"]
    assert taken(said)[0]["bindings"] == [{"queue": "orders", "exchange": "events", "key": "o.*"}]


def with_queue(**queue: object) -> dict[str, Any]:
    said = document()
    said["channels"]["queue"] = {"address": "jobs", "bindings": {"amqp": {"is": "queue", "queue": queue}}}
    said["operations"] = {"worker.consume.jobs": {"action": "receive", "channel": {"$ref": "#/channels/queue"}}}
    return said


def test_a_queue_without_a_name_has_that_of_its_address() -> None:
    spec, _, _ = taken(with_queue(vhost="shop"))
    assert spec["queues"]["jobs"] == {}
    assert spec["consumers"] == {"worker": {"queues": ["jobs"]}}


def test_an_exclusive_queue_is_left_out() -> None:
    spec, _, notes = taken(with_queue(name="jobs", exclusive=True, vhost="shop"))
    assert list(spec["queues"]) == ["orders"]
    assert any("W401 the queue 'jobs' is left out: it belongs to one connection" in one for one in notes)


def test_who_consumes_a_queue_that_is_left_out_is_left_out_too() -> None:
    said = with_queue(name="amq.jobs", vhost="shop")
    said["operations"] = {"worker.consume.amq.jobs": {"action": "receive", "channel": {"$ref": "#/channels/queue"}}}
    spec, _, notes = taken(said)
    assert (list(spec["queues"]), spec.get("consumers")) == (["orders"], None)
    assert "W401 the consumer 'worker' is left out: so is its queue" in notes


def test_what_is_left_out_has_its_place() -> None:
    said = with_queue(name="jobs", vhost="shop")
    said["channels"]["queue"]["description"] = "x"
    text = json.dumps(said, indent=1)
    line = next(number for number, one in enumerate(text.splitlines(), 1) if '"description"' in one)
    for places in (text, text.replace("{", "#\n{", 1)):
        begun = line + places.count("#\n")
        assert any(one.startswith(f"-:{begun}:19: W403 description of the channel 'queue'") for one in taken(places)[2])


def test_schemas_become_files_that_refer_to_each_other() -> None:
    _, files, _ = taken(document())
    assert {name: json.loads(text) for name, text in files.items()} == {
        "schemas/order.placed.json": {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "object",
            "properties": {"id": {"$ref": "id.json"}, "next": {"$ref": "#"}},
        },
        "schemas/id.json": {"$schema": "http://json-schema.org/draft-07/schema#", "type": "string"},
    }


def test_schemas_of_one_name_get_files_of_their_own_and_keep_their_draft() -> None:
    said = document()
    said["components"]["schemas"] = {
        "id": {
            "schemaFormat": "application/schema+json;version=2020-12",
            "schema": {"$ref": "#/components/schemas/ID"},
        },
        "ID": {"type": "string"},
    }
    _, files, _ = taken(said)
    assert json.loads(files["schemas/id.json"]) == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": "ID-2.json",
    }
    assert "schemas/ID-2.json" in files


def test_all_that_is_left_out_is_listed() -> None:
    said = document(description="d")
    said["servers"] = {"a": {"host": "h", "protocol": "amqp"}}
    said["components"]["messages"]["p"] = {
        **PLACED,
        "traits": [],
        "tags": [{"name": "a"}, {"name": "b"}],
        "examples": [{"payload": {}}],
        "headers": {"type": "object", "properties": {"h": {"type": "string"}}},
        "bindings": {"amqp": {"contentEncoding": "gzip"}},
    }
    said["channels"]["kafka"] = {"address": "x", "bindings": {"kafka": {}}}
    said["channels"]["more"] = {
        "bindings": {"amqp": {"is": "queue", "queue": {"name": "q"}}},
        "messages": {"unknown": {}},
    }
    said["operations"]["work"] |= {"reply": {}}
    said["info"]["license"] = {"name": "MIT"}
    said["components"]["messages"]["alone"] = {}
    said["components"]["schemas"]["alone"] = {}
    behind = " is not taken over: keep it where it is managed now"
    assert [one.partition(" ")[2].removesuffix(behind) for one in taken(said)[2]] == [
        "W403 reply of the operation 'work'",
        "W403 description of the channel 'placed'",
        "W403 examples of the message 'order.placed'",
        "W403 traits of the message 'order.placed'",
        "W403 contentEncoding of the message 'order.placed'",
        "W403 tags of the message 'order.placed'",
        "W403 the header 'h' of the message 'order.placed'",
        "W403 who receives by the operation 'work'",
        "W403 the channel 'kafka', which has no bindings of AMQP,",
        "W403 servers of the document",
        "W403 license of info",
        "W403 the message 'alone', which no event has,",
        "W403 the schema 'alone', which no event has,",
        "W401 the message 'unknown' is left out: only a queue is said to have it: give it a channel with an exchange "
        "and its key",
        "W401 all else of the queues orders, q is left out: write their types, arguments, dead letters and other "
        "bindings, for which AsyncAPI has no words",
    ]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"parameters": {}}, "its parameter 'region' names no field of the payload"),
        ({"parameters": {"region": {"location": "$message.header#/a"}}}, "its parameter 'region' names no field"),
        ({"parameters": {"region": {"location": "$message.payload#/a.b"}}}, "its parameter 'region' names no field"),
        ({"address": None}, "its channel has no address"),
        ({"bindings": {"amqp": {"is": "routingKey"}}}, "its channel names no exchange"),
        ({"bindings": {"amqp": {"exchange": {"name": "e"}}}}, "its channel names no exchange of a known type"),
        (
            {"bindings": {"amqp": {"exchange": {"name": "amq.x", "type": "topic", "vhost": "shop"}}}},
            "so is its exchange",
        ),
        ({"messages": {"a": {"name": "n"}, "b": {"name": "n"}}}, "another message has the same name"),
    ],
)
def test_an_event_that_cannot_be_said_is_left_out(changed: dict[str, Any], words: str) -> None:
    notes = taken(document(**changed))[2]
    assert any("W401 the event" in one and words in one for one in notes), notes


def with_payload(payload: object) -> dict[str, Any]:
    return document(messages={"m": {"payload": payload}})


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("{", "-:1:2: not JSON"),
        ("a: [", "-:1:"),
        ("\xff", "is no AsyncAPI document"),
        ("openapi: 3.1.0", "is no AsyncAPI document: it does not begin with asyncapi: 3.0.0"),
        ({"asyncapi": "2.6.0"}, "-:2:14: AsyncAPI 2.6.0 is not read: write it as 3.0.0 (asyncapi convert does)"),
        ({"asyncapi": "3.0.0", "channels": {}}, "is no AsyncAPI document with exchanges"),
        (document(messages={"m": {"$ref": "other.yaml#/m"}}), "'other.yaml#/m' leads out of the document"),
        (with_payload({"$ref": "https://x.example/a.json"}), "leads out of the document, and nothing is fetched"),
        (with_payload({"items": {"$ref": "a.json"}}), "'a.json' leads out of the document"),
        (with_payload({"items": {"$ref": "#/nowhere"}}), "'#/nowhere' leads nowhere in the document"),
        (document(messages={"m": {"$ref": "#/channels/placed/messages/m"}}), "leads back to itself"),
        (document(messages=[1]), "a mapping is needed here"),
        (document(address=5), "address has to be a string"),
        (document(bindings={"amqp": {"exchange": {**EXCHANGE, "durable": "yes"}}}), "as durable"),
    ],
)
def test_what_cannot_be_read_is_refused(said: object, words: str) -> None:
    with pytest.raises(edatool.WrongUsage) as caught:
        taken(said)
    assert words in str(caught.value)


def test_what_is_exported_comes_back(tmp_path: Path) -> None:
    shop = edatool.load(str(SHOP))
    text = edatool.export(shop, "asyncapi").text
    begun = edatool.init(str(tmp_path / "new"), edatool.read_asyncapi(io.BytesIO(text.encode())), name="shop")
    assert begun.takeover
    assert begun.takeover.wrong == ()
    assert [one.code for one in begun.takeover.notes] == ["W401"]
    back = edatool.load(str(tmp_path / "new" / "routes.yaml"))
    back.require_valid()
    assert said_of_events(back.spec) == said_of_events(shop.spec)
    assert back.spec.exchanges["events"].type == "topic"
    assert {name: (one.owner, one.summary) for name, one in back.spec.queues.items()} == {
        name: (one.owner, one.summary) for name, one in shop.spec.queues.items()
    }
    assert {name: (one.queues, one.owner, one.summary) for name, one in back.spec.consumers.items()} == {
        name: (one.queues, one.owner, one.summary) for name, one in shop.spec.consumers.items()
    }
    for name, event in shop.spec.events.items():
        ours, theirs = shop.contracts[event.schema or ""], back.contracts[back.spec.events[name].schema or ""]
        assert ours.examples == theirs.examples
        assert all(theirs.is_valid(one) for one in ours.examples)
        assert {**ours.schema, "$schema": ""} == {**theirs.schema, "$schema": ""}


def said_of_events(spec: Spec) -> dict[str, tuple[object, ...]]:
    return {
        name: (one.exchange, str(one.key), one.headers, one.summary, one.producer, one.category)
        for name, one in spec.events.items()
    }
