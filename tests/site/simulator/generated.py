"""Random specs and messages for them, from a seed: small in what they are made of, so that much of it meets."""

import json
from random import Random
from typing import Any

from edatool.routing.topology import Binding
from tests.filters import generated as filters
from tests.routing.generated import BUILT_IN, CHANCE_TYPES, HEADERS, PATTERN_WORDS, QUEUES, TYPES, WORDS

EXCHANGES = ("ex", "ex.a", "ex.é", "b")
BEHIND_FILTERS = tuple(f"f{number}" for number in range(12))
VERSIONS = ("3.8", "3.12.4", "3.13.0", "4.0", "4.2.9", "4.3.6")
PLAIN = (1, "1", True, "true", 0, False, "", 2**31, 2**53 + 1, "é", "it's", '"')
VALUES = (*PLAIN, 1.0, 0.0, -0.0, None, 1e16, 1e-5, 1.5, "a\u200bb\n")
NESTED: tuple[object, ...] = ([], [1], ["a"], {}, {"a": 1})
KEYS = ("order.{region}.a", "{region}", "a.{customer.tier}", "a.b", "{n}.{region}x", "é.{region}", "a..{n}")
TEXTS = ("eu", "us", "a", "b", "é", "日", "a.b", "", "x" * 260)


def spec(draw: Random) -> dict[str, Any]:
    names = draw.sample(EXCHANGES, draw.randint(2, 4))
    types = {name: _type(draw) for name in names} | dict(draw.sample(sorted(BUILT_IN.items()), 2))
    queues = draw.sample(QUEUES, draw.randint(3, 6))
    types[names[0]] = draw.choice(("topic", "topic", "fanout"))  # on which events are bound by their names
    carrying = [name for name in names if types[name] in ("topic", "fanout")]
    events = {
        name: _event(draw, draw.choice(carrying)) for name in draw.sample(("placed", "a", "b"), draw.randint(1, 3))
    }
    bindings = [_binding(draw, types, queues) for _ in range(draw.randint(4, 16))]
    filtered = [_filtered(draw, types, events) for _ in range(draw.choice((0, 3, 12)))]
    named = {f"filter{number}": one["filter"] for number, one in enumerate(filtered[:2])}
    for one in filtered:
        if draw.random() < 0.3:
            one["filter"] = draw.choice(sorted(named))
    return {
        "edatool": 1,
        "name": "shop",
        "events": events,
        "exchanges": {name: _exchange(draw, types[name], names, internal=name not in carrying) for name in names},
        "queues": {name: {} for name in (*queues, *BEHIND_FILTERS)},
        "bindings": _once([*bindings, *filtered]),
        "filters": named,
        "policies": _policies(draw),
    }


def _type(draw: Random) -> str:
    return draw.choice((*TYPES * 4, *CHANCE_TYPES, "x-recent-history"))


def _exchange(draw: Random, kind: str, names: list[str], *, internal: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"type": kind}
    if draw.random() < 0.1:
        made = {"type": "x-delayed-message", "arguments": {"x-delayed-type": kind}}
    if draw.random() < 0.4:
        made["alternate"] = draw.choice((*names, *BUILT_IN))
    return made | ({"internal": True} if internal and draw.random() < 0.2 else {})


def _event(draw: Random, exchange: str) -> dict[str, Any]:
    promoted = {"tier": "customer.tier", "x-n": "n", "a": "a" if draw.random() < 0.1 else "region"}
    headers = dict(draw.sample(sorted(promoted.items()), draw.randint(0, 3)))
    more = {"h": "customer.list.deep"} if draw.random() < 0.1 else {}
    return {"exchange": exchange, "key": draw.choice(KEYS), "headers": {**headers, **more}}


def _binding(draw: Random, types: dict[str, str], queues: list[str]) -> dict[str, Any]:
    source = draw.choice(sorted(types))
    to = {"to_exchange": draw.choice(sorted(types))} if draw.random() < 0.3 else {"queue": draw.choice(queues)}
    made: dict[str, Any] = {"exchange": source, **to}
    if types[source] == "headers":
        kind = draw.choice(({}, *({"x-match": one} for one in ("all", "any", "all-with-x", "any-with-x"))))
        wanted = {name: draw.choice(PLAIN) for name in draw.sample(HEADERS[:-1], draw.randint(1, 3))}
        return {**made, "headers": {**wanted, **kind}}
    if types[source] == "x-consistent-hash":
        return {**made, "key": draw.choice(("1", "2", "30"))}
    return {**made, "key": key(draw, PATTERN_WORDS, 4)} if types[source] != "fanout" else made


def _filtered(draw: Random, types: dict[str, str], events: dict[str, Any]) -> dict[str, Any]:
    aws = draw.random() < 0.3
    pattern = filters.mapping(draw, filters.ROOTS, draw.choice((0, 0, 1, 2)), aws=aws)
    to = {"to_exchange": draw.choice(sorted(types))} if draw.random() < 0.1 else {"queue": draw.choice(BEHIND_FILTERS)}
    return {
        **to,
        "events": [draw.choice(sorted(events))],
        "filter": {"semantics": "eventbridge", "pattern": pattern} if aws else pattern,
    }


def _once(bindings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({json.dumps(one, sort_keys=True): one for one in bindings}.values())


def _policies(draw: Random) -> dict[str, Any]:
    return {
        name: {
            "pattern": draw.choice(("^ex$", ".", "a", r"\.", "^amq")),
            "apply_to": "exchanges",
            "priority": draw.randint(0, 3),
            "definition": {"alternate-exchange": draw.choice(EXCHANGES)},
        }
        for name in draw.sample(("one", "two"), draw.choice((0, 0, 1, 2)))
    }


def key(draw: Random, words: tuple[str, ...], most: int) -> str:
    return ".".join(draw.choice(words) for _ in range(draw.randint(0, most)))


def binding_of_any_headers(draw: Random, source: str, queue: str) -> Binding:
    """Return a binding whose arguments no spec can say, but other clients can."""
    kind = draw.choice(("all", "any", "all-with-x", "any-with-x"))
    wanted = {name: draw.choice((*VALUES, *NESTED)) for name in draw.sample(HEADERS[:-1], draw.randint(0, 3))}
    return Binding(source, queue, arguments={**wanted, "x-match": kind})


def payload(draw: Random) -> str:
    """Return the text of a payload, now and then of one that is refused."""
    made: Any = filters.fields(draw, 4)
    made["region"] = draw.choice(TEXTS[:6])
    made["n"] = draw.choice((1, -(2**63), 0, "1", "x", True))
    made["customer"] = {"tier": draw.choice(("gold", "eu", 5, True, 2**53 + 1))}
    if draw.random() < 0.15:
        made["region"] = draw.choice((*TEXTS, 5, True, 2**70, 1.0, None))
        made["n"] = draw.choice((2**63, 1.5, None, -(2**63) - 1))
        made["customer"] = draw.choice(({"tier": draw.choice((*VALUES, *NESTED))}, {"list": [{"deep": 1}]}, []))
    if draw.random() < 0.05:
        del made[draw.choice(sorted(made))]
    if draw.random() < 0.03:
        made = filters.value(draw, 3)
    text = json.dumps(made, ensure_ascii=draw.random() < 0.5, indent=draw.choice((None, 1)))
    return _spoilt(draw, text) if draw.random() < 0.1 else text


def _spoilt(draw: Random, text: str) -> str:
    """Write a text in another way, which may be no JSON any more."""
    places = [place for place, one in enumerate(text) if one in '0123456789{}[]",:']
    place = draw.choice(places) if places else 0
    change = draw.choice(
        (
            "1e400",
            "-0",
            "-0.0",
            "1E2",
            "01",
            "1.",
            "NaN",
            '"\\ud800"',
            '"\\ud83d\\ude00"',
            '{"a":1,"a":2}',
            "[" * 70,
            ",",
            "\t",
            "\x01",
            "'",
            "\ufeff",
            "",
        )
    )
    return text[:place] + change + text[place + draw.choice((0, 1)) :]


def headers(draw: Random) -> str:
    """Return headers as edatool route takes them, one in each line."""
    names = draw.sample(HEADERS, draw.randint(0, 4))
    made: dict[str, object] = {name: draw.choice((*VALUES, *VALUES, *NESTED)) for name in names if name != "CC"}
    if draw.random() < 0.3:
        rare = draw.random() < 0.1
        made[draw.choice(("CC", "BCC"))] = "a" if rare else [draw.choice((key(draw, WORDS, 3), 1)) for _ in range(2)]
    if draw.random() < 0.1:
        made["x-delay"] = draw.choice((500, -1, 1.0, "7"))
    lines = [f"{name}={json.dumps(value, ensure_ascii=draw.random() < 0.5)}" for name, value in made.items()]
    return "\n".join(
        [*lines, draw.choice(("k=plain", "k={", "h=1e400", "h=-0", "h=NaN"))] if draw.random() < 0.2 else lines
    )
