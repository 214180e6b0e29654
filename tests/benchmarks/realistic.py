"""A large spec as companies have them: contracts, queues of several types, filters, tests, policies, several files."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FIELDS = 20
"""How many fields each contract has."""

_AREA = 25  # events whose keys begin with the same word


@dataclass(frozen=True, slots=True)
class Size:
    """How many there are of everything that grows."""

    events: int
    queues: int
    bindings: int
    filters: int
    tests: int
    policies: int
    includes: int


def size(events: int) -> Size:
    """Return the size of a spec in which everything has grown with its events."""
    return Size(events, events * 4, events * 12, events, events * 3 // 5, events // 10, events // 25)


def write(folder: Path, size: Size) -> Path:
    """Write a spec without findings, and its schemas; return its file."""
    (folder / "schemas").mkdir(parents=True, exist_ok=True)
    for number in range(size.events):
        (folder / "schemas" / f"event{number}.json").write_text(json.dumps(_schema(number), indent=2))
    parts = _parts(size)
    includes = [f"part{number}.yaml" for number in range(size.includes)]
    for number, name in enumerate(includes):
        own = {section: _share(objects, number, size.includes) for section, objects in parts.items()}
        (folder / name).write_text(_yaml({"edatool": 1, **own}))
    whole: dict[str, Any] = {"edatool": 1, "name": "large", "exchanges": _EXCHANGES}
    whole["router"] = {"dead_letter": {"exchange": "dead", "key": "router"}}
    file = folder / "routes.yaml"
    file.write_text(_yaml({**whole, **({"include": includes} if includes else parts)}))
    return file


def texts(file: Path) -> tuple[list[str], list[str]]:
    """Return all YAML and all JSON of a written spec."""
    yamls = [one.read_text() for one in sorted(file.parent.glob("*.yaml"))]
    return yamls, [one.read_text() for one in sorted(file.parent.glob("schemas/*.json"))]


_EXCHANGES = {
    "events": {"type": "topic", "alternate": "unrouted"},
    "unrouted": {"type": "fanout"},
    "dead": {"type": "topic"},
}


def _yaml(value: object) -> str:
    return yaml.dump(value, Dumper=yaml.CSafeDumper, sort_keys=False, width=120)


def _share(objects: Any, number: int, of: int) -> Any:
    """Return the part of a section that stands in one of several files."""
    return dict(list(objects.items())[number::of]) if isinstance(objects, dict) else objects[number::of]


def _parts(size: Size) -> dict[str, Any]:
    return {
        "events": {f"area{n // _AREA}.event{n}": _event(n) for n in range(size.events)},
        "queues": {
            "unrouted": {"type": "quorum"},
            "dead": {"type": "quorum"},
            **{f"team{n // 40}.queue{n}": _queue(n) for n in range(size.queues)},
        },
        "filters": {f"filter{n}": _filter(n) for n in range(size.filters)},
        "bindings": [
            {"queue": "unrouted", "exchange": "unrouted"},
            {"queue": "dead", "exchange": "dead", "key": "#"},
            *(_binding(n, size) for n in range(size.bindings)),
        ],
        "policies": {f"team{n}": _policy(n) for n in range(size.policies)},
        "tests": [_test(n, size) for n in range(size.tests)],
    }


def _event(number: int) -> dict[str, Any]:
    return {
        "summary": f"What happened in step {number} of the process.",
        "producer": f"service{number // 5}",
        "schema": f"schemas/event{number}.json",
        "exchange": "events",
        "key": f"area{number // _AREA}.{{region}}.event{number}",
        "headers": {"tier": "customer.tier"},
    }


def _schema(number: int) -> dict[str, Any]:
    texts = {f"text{n}": {"type": "string", "maxLength": 100 + n} for n in range((FIELDS - 5) // 3)}
    numbers = {f"number{n}": {"type": "integer", "minimum": n} for n in range((FIELDS - 5) // 3)}
    marks = {f"mark{n}": {"type": "boolean"} for n in range((FIELDS - 5) // 3)}
    tier = {"enum": ["gold", "silver", "none"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Event {number}",
        "type": "object",
        "required": ["id", "region", "total", "customer"],
        "properties": {
            "id": {"type": "string", "minLength": 1},
            "region": {"enum": ["eu", "us", "asia"]},
            "total": {"type": "number", "minimum": 0},
            "customer": {"type": "object", "required": ["tier"], "properties": {"tier": tier}},
            **texts,
            **numbers,
            **marks,
        },
        "examples": [_payload(number)],
    }


def _payload(number: int) -> dict[str, Any]:
    return {"id": f"n{number}", "region": "eu", "total": number, "customer": {"tier": "gold"}, "text0": "some text"}


def _queue(number: int) -> dict[str, Any]:
    queue: dict[str, Any] = {"type": ("quorum", "classic")[number % 2], "owner": f"team{number // 40}"}
    if number % 4 == 0:
        queue |= {"delivery_limit": 5, "dead_letter": {"exchange": "dead", "key": f"dead.{number}"}}
    if number % 40 == 0:
        queue |= {"retry": ["5s", "1m"]}
    return queue | {"max_length": 10_000 + number}


def _filter(number: int) -> dict[str, Any]:
    amount = [{"numeric": [">=", 10 + number]}]
    return (
        {"data.total": amount},
        {"data.customer.tier": ["gold"]},
        {"$or": [{"data.total": amount}, {"data.text0": [{"prefix": f"vip{number}"}]}]},
        {"data.region": ["eu", "us"], "data.mark0": [True]},
    )[number % 4]


def _binding(number: int, size: Size) -> dict[str, Any]:
    """Bind all queues in turn to one event more, a few to an area of events; the last bindings have filters."""
    turn, queue = divmod(number, size.queues)
    event = (queue + 31 * turn) % size.events
    one: dict[str, Any] = {"queue": f"team{queue // 40}.queue{queue}"}
    filtered = number - (size.bindings - size.filters)
    if turn == 2 and queue % 20 == 19:
        one |= {"exchange": "events", "key": f"area{event // _AREA}.#"}
    elif number % 5 == 4:
        one |= {"exchange": "events", "key": f"area{event // _AREA}.*.event{event}"}
    else:
        one |= {"events": [f"area{event // _AREA}.event{event}"]}
    return one | ({"filter": f"filter{filtered}"} if filtered >= 0 else {})


def _policy(number: int) -> dict[str, Any]:
    definition = {"max-length-bytes": 1_000_000 + number}
    return {"pattern": f"^team{number}\\.", "apply_to": "queues", "priority": number, "definition": definition}


def _test(number: int, size: Size) -> dict[str, Any]:
    event = number % size.events
    return {
        "name": f"event {event} reaches the queue of its own, {number}",
        "publish": f"area{event // _AREA}.event{event}",
        "payload": _payload(number),
        "expect": {"at_least": [f"team{event // 40}.queue{event}"]},
    }
