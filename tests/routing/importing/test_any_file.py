"""Whatever stands in a file of another tool, it is taken over, or refused in a sentence."""

import contextlib
import copy
import io
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import edatool
from edatool.routing.importing.importing import imported
from edatool.routing.importing.saying import with_said
from edatool.routing.importing.source import defined

ATTRIBUTES = {
    "rabbitmq_vhost": {"name": "v", "default_queue_type": "quorum", "max_queues": "5"},
    "rabbitmq_exchange": {"name": "e", "vhost": "v", "settings": [{"type": "topic", "durable": True, "arguments": {}}]},
    "rabbitmq_queue": {"name": "q", "vhost": "v", "settings": [{"durable": True, "arguments_json": '{"x-expires":5}'}]},
    "rabbitmq_binding": {"source": "e", "vhost": "v", "destination": "q", "destination_type": "queue"},
    "rabbitmq_policy": {
        "name": "p",
        "vhost": "v",
        "policy": [{"pattern": "", "priority": 1, "apply_to": "all", "definition": {"max-length": "5"}}],
    },
    "rabbitmq_user": {"name": "u"},
}
KEPT: dict[str, Any] = {
    "version": 4,
    "resources": [
        {"mode": "managed", "type": kind, "name": "x", "module": "module.m", "instances": [{"attributes": one}]}
        for kind, one in ATTRIBUTES.items()
    ],
}
RESOURCES = [
    {"address": f"{kind}.x", "mode": "managed", "type": kind, "values": one} for kind, one in ATTRIBUTES.items()
]
SHOWN: dict[str, Any] = {
    "format_version": "1.0",
    "values": {"root_module": {"resources": RESOURCES[:2], "child_modules": [{"resources": RESOURCES[2:]}]}},
}
SPECS: dict[str, dict[str, Any]] = {
    "Vhost": {"name": "v", "tags": ["a"], "defaultQueueType": "quorum"},
    "Exchange": {"name": "e", "vhost": "v", "type": "topic", "durable": True, "arguments": {}},
    "Queue": {"name": "q", "vhost": "v", "type": "quorum", "durable": True, "arguments": {"x-expires": 5}},
    "Binding": {"source": "e", "vhost": "v", "destination": "q", "destinationType": "queue", "routingKey": "a"},
    "Policy": {"name": "p", "vhost": "v", "pattern": "", "applyTo": "all", "priority": 1, "definition": {"expires": 5}},
    "User": {"tags": ["administrator"]},
}
LISTED: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "List",
    "items": [
        {
            "apiVersion": "rabbitmq.com/v1beta1",
            "kind": kind,
            "metadata": {"name": "x", "namespace": "n"},
            "spec": {**one, "rabbitmqClusterReference": {"name": "r"}},
        }
        for kind, one in SPECS.items()
    ],
}
DESCRIBED: dict[str, Any] = {
    "asyncapi": "3.0.0",
    "channels": {
        "event": {
            "address": "o.{a}",
            "parameters": {"a": {"location": "$message.payload#/a"}},
            "messages": {"m": {"$ref": "#/components/messages/m"}},
            "bindings": {"amqp": {"is": "routingKey", "exchange": {"name": "e", "type": "topic"}}},
        },
        "queue": {
            "address": "q",
            "tags": [{"name": "t"}],
            "messages": {"m": {"$ref": "#/channels/event/messages/m"}},
            "bindings": {"amqp": {"is": "queue", "queue": {"name": "q", "durable": True, "exclusive": False}}},
        },
    },
    "operations": {
        "send": {"action": "send", "channel": {"$ref": "#/channels/event"}, "tags": [{"name": "p"}], "messages": []},
        "c.consume.q": {
            "action": "receive",
            "channel": {"$ref": "#/channels/queue"},
            "bindings": {"amqp": {"cc": ["k"]}},
        },
    },
    "components": {
        "messages": {
            "m": {
                "name": "m",
                "headers": {"properties": {"h": {"description": "a of the payload"}}},
                "payload": {"$ref": "#/components/schemas/s"},
                "examples": [{"payload": {}}],
            }
        },
        "schemas": {
            "s": {
                "schemaFormat": "application/schema+json;version=draft-07",
                "schema": {"$ref": "#/components/schemas/t"},
            },
            "t": {"properties": {"a": {"$ref": "#/components/schemas/s/schema"}}},
        },
    },
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.sampled_from(["", "x", "{", "[1]", "quorum", "é\n"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["name", "kind", "x"]), inner),
    max_leaves=4,
)


def ways(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each value inside of another."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*above, key)
        if isinstance(inner, dict | list):
            yield from ways(inner, (*above, key))


def changed(data: st.DataObject, whole: dict[str, Any]) -> str:
    """Return a file as JSON, which is YAML, with anything in one or two of its places."""
    state = copy.deepcopy(whole)
    for _ in range(data.draw(st.integers(1, 2))):
        *above, last = data.draw(st.sampled_from(list(ways(state))))
        inside: Any = state
        for step in above:
            inside = inside[step]
        inside[last] = data.draw(ANYTHING)
    return json.dumps(state)


def take_over(file: edatool.DefinitionsFile) -> None:
    found = defined(file, None, administration=False)
    made = imported(found.topology, "any", found.vhost)
    with_said(made.value, found.said)


@given(st.data())
def test_a_terraform_state_is_taken_over_or_refused(data: st.DataObject) -> None:
    text = changed(data, data.draw(st.sampled_from([KEPT, SHOWN])))
    with contextlib.suppress(edatool.WrongUsage):
        take_over(edatool.read_terraform_state(io.BytesIO(text.encode())))


@given(st.data())
def test_resources_of_kubernetes_are_taken_over_or_refused(data: st.DataObject) -> None:
    text = changed(data, LISTED)
    with contextlib.suppress(edatool.WrongUsage):
        take_over(edatool.read_kubernetes(io.BytesIO(text.encode())))


@given(st.data())
def test_an_asyncapi_document_is_taken_over_or_refused(data: st.DataObject) -> None:
    text = changed(data, DESCRIBED)
    with contextlib.suppress(edatool.WrongUsage):
        take_over(edatool.read_asyncapi(io.BytesIO(text.encode())))
