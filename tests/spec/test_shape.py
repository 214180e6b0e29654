from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edatool.spec.check import check
from edatool.spec.format import ROUTES, schema
from edatool.spec.rabbitmq.arguments import ARGUMENTS
from edatool.spec.yaml_document import YamlDocument
from tests.examples import examples

EDITOR = jsonschema_rs.validator_for(schema())
SAMPLE: dict[str, Any] = {
    "edatool": 1,
    "name": "shop",
    "vhost": "/",
    "include": ["more.yaml"],
    "defaults": {"queue": {"type": "quorum"}, "event": None, "exchange": {"durable": True}},
    "events": {"order.placed": {"exchange": "events", "key": "order.{region}", "headers": {"tier": "customer.tier"}}},
    "exchanges": {"events": {"type": "topic", "alternate": "unrouted"}, "empty": None},
    "queues": {
        "orders": {
            "dead_letter": {"exchange": "", "key": "dead"},
            "retry": ["5s", "1m"],
            "max_length_bytes": "10MiB",
        },
        "log": {"type": "stream", "max_age": "7d", "arguments": {"x-a": 1, "x-b": True, "x-c": "d"}},
    },
    "bindings": [
        {"queue": "orders", "events": ["order.placed"]},
        {
            "to_exchange": "x",
            "exchange": "events",
            "keys": ["#"],
            "filter": {"data.total": [{"numeric": [">", 1]}]},
        },
        {"queue": "log", "exchange": "h", "headers": {"x-match": "any", "tier": "gold"}, "filter": "big"},
    ],
    "filters": {"big": {"data.total": [1]}},
    "policies": {"limits": {"pattern": "^tmp", "apply_to": "queues", "definition": {"max-length": 1}}},
    "tests": [
        {"name": "t", "publish": "order.placed", "payload": {"a": [1.5, None]}, "expect": ["orders"]},
        {"name": "u", "publish": "order.placed", "example": 1, "expect": {"at_least": ["orders"]}},
        {"name": "v", "message": {"exchange": "e", "key": "", "headers": {"CC": ["x"]}}, "expect": "unroutable"},
        {
            "name": "w",
            "publish": "x",
            "expect": [],
            "dead_letter": {"queue": "q", "reason": "expired", "expect": ["d"]},
        },
    ],
}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 300),
    st.sampled_from(
        [
            2**63,
            -(2**63),
            2**63 - 1,
            1.5,
            "",
            "5s",
            "5 s",
            "7d",
            "3M",
            "10MB",
            "classic",
            "topic",
            "x",
            "-1",
            "12",
        ]
    ),
    st.just([]),
    st.just({}),
    st.just([""]),
    st.just({"": 1}),
    st.just({"a": "b"}),
    st.just(["a", "b"]),
)


def accepted(value: object) -> bool:
    return not check(YamlDocument(value), ROUTES).findings


def paths(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [path, *(p for key in value for p in paths(value[key], (*path, key)))]
    if isinstance(value, list):
        return [path, *(p for i, item in enumerate(value) for p in paths(item, (*path, i)))]
    return [path]


def changed(value: Any, path: tuple[Any, ...], new: object) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(copy[path[0]], path[1:], new)
    return copy


def without(value: Any, path: tuple[Any, ...]) -> Any:
    copy = dict(value) if isinstance(value, dict) else list(value)
    if len(path) == 1:
        del copy[path[0]]
    else:
        copy[path[0]] = without(copy[path[0]], path[1:])
    return copy


def test_the_sample_is_accepted_by_the_loader_and_by_editors() -> None:
    assert accepted(SAMPLE)
    assert EDITOR.is_valid(SAMPLE)


@settings(max_examples=examples(1500), deadline=None)
@given(st.data())
def test_the_loader_and_the_published_schema_agree_on_changed_documents(data: st.DataObject) -> None:
    document: Any = SAMPLE
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from(paths(document)))
        match data.draw(st.sampled_from(["change", "remove", "add"])):
            case "remove" if path:
                document = without(document, path)
            case "add" if isinstance(document, dict):
                key = data.draw(
                    st.sampled_from(
                        [
                            "edatol",
                            "name",
                            "type",
                            "queue",
                            "key",
                            "keys",
                            "events",
                            "headers",
                            "arguments",
                            "payload",
                            "message",
                        ]
                    )
                )
                target = next((p for p in [path] if isinstance(lookup(document, p), dict)), ())
                document = changed(document, target, {**lookup(document, target), key: data.draw(ODD)})
            case _:
                document = changed(document, path, data.draw(ODD))
        if not isinstance(document, dict):
            break
    assert accepted(document) == EDITOR.is_valid(document), document


def lookup(value: Any, path: tuple[Any, ...]) -> Any:
    for part in path:
        value = value[part]
    return value


@pytest.mark.parametrize("name", sorted(ARGUMENTS))
def test_every_queue_argument_is_a_key_of_the_schema_with_words_for_it(name: str) -> None:
    queue: Any = schema()["properties"]
    key = queue["queues"]["additionalProperties"]["properties"][name]
    assert key["description"] == ARGUMENTS[name].about


def test_the_published_schema_is_a_schema() -> None:
    assert jsonschema_rs.meta.is_valid(schema())


def test_an_unknown_key_suggests_the_nearest() -> None:
    findings = check(YamlDocument({"edatool": 1, "name": "x", "queus": {}}), ROUTES).findings
    assert [f.message for f in findings] == ["unknown key 'queus': did you mean 'queues'?"]
