"""Why messages of an event change destination, as their ways through two topologies tell."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from edatool.change.consequences.cause import Cause, least
from edatool.change.consequences.condition import Condition, asking
from edatool.change.consequences.consequences import consequences
from edatool.change.consequences.effects import Effect
from edatool.checks.load import load
from edatool.render.plan.fates import newly_published
from edatool.render.plan.why import example, why
from edatool.routing.lowering.generated import names
from edatool.routing.message import Message
from edatool.routing.router import router
from edatool.routing.simulate import route
from edatool.routing.topology import Binding, Exchange, Queue, Topology, topology
from edatool.routing.version import NEWEST

SCHEMA = {
    "type": "object",
    "required": ["region"],
    "properties": {
        "region": {"enum": ["ap", "eu", "us"]},
        "size": {"enum": ["large", "small"]},
        "vip": {"type": "boolean"},
        "total": {"type": "number"},
    },
    "examples": [{"region": "eu", "size": "small", "total": 1, "vip": False}],
}
HEAD = """\
edatool: 1
name: shop
events:
  order.placed: {exchange: events, key: "order.{region}.placed", schema: s.json, headers: {size: size, vip: vip}}
exchanges: {events: {type: topic, alternate: rest}, rest: {type: fanout}, sizes: {type: headers}, hash: {type: HASH}}
queues: {a: {}, b: {}, all: {}, rest: {}}
"""
REST = "{queue: rest, exchange: rest}"
ALL = '{queue: all, exchange: events, key: "#"}'


def effects(folder: Path, before: Sequence[str] | None, after: Sequence[str], more: str = "") -> dict[str, str]:
    """Return why by what happens to which queues, such as ``gains a``."""
    (folder / "s.json").write_text(json.dumps(SCHEMA))
    return {f"{one.kind} {' '.join(one.queues)}".strip(): why(one) for one in _effects(folder, before, after, more)}


def _effects(folder: Path, before: Sequence[str] | None, after: Sequence[str], more: str) -> tuple[Effect, ...]:
    topologies = []
    for bindings in (before or (), after):
        lines = "".join(f"  - {one}\n" for one in bindings)
        file = folder / "routes.yaml"
        file.write_text(HEAD.replace("HASH", "x-consistent-hash") + (f"bindings:\n{lines}" if lines else "") + more)
        routes = load([str(file)], {})
        assert routes.ok, routes.findings
        topologies.append(routes.topology)
    there = Topology() if before is None else topologies[0]
    return consequences(routes, there, topologies[1], NEWEST).effects


def a(key: str) -> str:
    return f"{{queue: a, exchange: events, key: {json.dumps(key)}}}"


BIG = "filters: {big: {data.total: [{numeric: ['>=', 100]}]}, cheap: {data.total: [{numeric: ['<', 10]}]}}\n"
FILTERED = (("order.#", "big"), ("order.eu.#", "cheap"))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ([ALL], [ALL, a("order.#")], {"gains a": "always"}),
        ([ALL], [ALL, a("order.us.placed")], {"gains a": "where region is us"}),
        ([ALL], [ALL, a("*.us.#"), a("order.ap.*")], {"gains a": "where region is ap, us"}),
        ([ALL], [ALL, a("#.us.#.placed.#")], {"gains a": "if the key matches #.us.#.placed.#"}),
        ([ALL, a("#.placed"), a("order.us.#")], [ALL], {"loses a": "always"}),
        ([ALL, a("order.eu.*")], [ALL, a("order.#")], {"gains a": "except where region is eu"}),
        ([ALL, a("order.#")], [ALL, a("order.us.#")], {"loses a": "except where region is us"}),
        (
            [ALL, a("order.us.#")],
            [ALL, a("order.eu.#")],
            {"gains a": "where region is eu", "loses a": "where region is us"},
        ),
    ],
)
def test_keys_of_bindings_tell_by_the_fields_of_the_event(
    tmp_path: Path, before: list[str], after: list[str], told: dict[str, str]
) -> None:
    assert effects(tmp_path, before, after) == told


def test_headers_on_the_way_tell_too(tmp_path: Path) -> None:
    to_sizes = "{to_exchange: sizes, exchange: events, key: order.us.#}"
    large = "{queue: a, exchange: sizes, headers: {x-match: all, size: large}}"
    some = "{queue: b, exchange: sizes, headers: {x-match: any, size: large, vip: true}}"
    assert effects(tmp_path, [ALL], [ALL, to_sizes, large, some]) == {
        "gains a": "where region is us and header size=large",
        "gains b": "where region is us and one of the headers size=large, vip=true",
    }


def test_of_several_ways_the_one_that_asks_least_tells(tmp_path: Path) -> None:
    to_sizes = "{to_exchange: sizes, exchange: events, key: order.#}"
    large = "{queue: a, exchange: sizes, headers: {x-match: all, size: large}}"
    found = effects(tmp_path, [ALL], [ALL, to_sizes, large, a("order.us.placed")])
    assert found == {"gains a": "where region is us or header size=large"}


@pytest.mark.parametrize("asked", [("size", "vip"), ("vip", "size")])
def test_of_two_bindings_to_a_queue_the_one_that_asks_less_counts(tmp_path: Path, asked: tuple[str, str]) -> None:
    (tmp_path / "s.json").write_text(json.dumps(SCHEMA))
    (tmp_path / "routes.yaml").write_text(HEAD.replace("HASH", "direct"))
    spec = load([str(tmp_path / "routes.yaml")], {}).spec
    both = {"x-match": "all", "size": "large", "vip": True}
    found = {"size": Binding("sizes", "a", arguments={"size": "large"}), "vip": Binding("sizes", "a", arguments=both)}
    laid_out = router(topology([Exchange("sizes", "headers")], [Queue("a")], [found[name] for name in asked]))
    trace = route(laid_out, Message("sizes", "order.us.placed", {"size": "large", "vip": True}))
    told = least(trace, spec.events["order.placed"], asking(laid_out, names("shop"), spec, spec))
    assert told == {"a": {Condition("header", "size", "large")}}


def test_filters_are_named(tmp_path: Path) -> None:
    big = "{queue: a, exchange: events, key: order.#, filter: big}"
    inline = "{queue: b, exchange: events, key: order.us.#, filter: {data.total: [{numeric: ['<', 5]}]}}"
    found = effects(tmp_path, [ALL], [ALL, big, inline], BIG)
    assert found == {"gains a": "if filter big matches", "gains b": "where region is us and its filter matches"}


def test_where_several_filters_lead_to_a_queue_it_is_said_that_one_has_to_match(tmp_path: Path) -> None:
    several = [f"{{queue: a, exchange: events, key: {key}, filter: {name}}}" for key, name in FILTERED]
    found = effects(tmp_path, [ALL], [ALL, *several], BIG)
    assert found == {"gains a": "if filter big or cheap matches"}


def test_a_filter_that_changed_tells_by_what_it_matched_before(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text(json.dumps(SCHEMA))
    spec = HEAD.replace("HASH", "direct") + 'bindings: [{queue: a, exchange: events, key: "#", filter: big}]\n' + BIG
    (tmp_path / "before.yaml").write_text(spec)
    (tmp_path / "now.yaml").write_text(spec.replace("100]", "50]"))
    before, now = (load([str(tmp_path / name)], {}) for name in ("before.yaml", "now.yaml"))
    found = consequences(now, before.topology, now.topology, NEWEST, earlier=before).effects
    (gained,) = [one for one in found if one.kind == "gains"]
    assert why(gained) == "if filter big matches except if filter big matched before"
    assert example(gained) == ", such as order.eu.placed with data.total=50"
    same = consequences(now, Topology(), now.topology, NEWEST, earlier=now).effects
    assert {why(one) for one in same if one.queues == ("a",)} == {"if filter big matches"}


def test_what_nobody_is_bound_for_the_alternate_gets(tmp_path: Path) -> None:
    assert effects(tmp_path, None, [REST]) == {"gains rest": "nobody is bound: the alternate"}
    assert effects(tmp_path, [REST], [REST, a("order.us.placed")]) == {
        "gains a": "where region is us",
        "loses rest": "for order.us.placed",
    }


def test_chance_decides_where_it_does(tmp_path: Path) -> None:
    hashed = ["{to_exchange: hash, exchange: events, key: order.#}", '{queue: a, exchange: hash, key: "1"}']
    assert effects(tmp_path, [ALL], [ALL, *hashed]) == {"gains a": "always"}
    both = [*hashed, '{queue: b, exchange: hash, key: "1"}']
    assert effects(tmp_path, [ALL], [ALL, *both]) == {"gains a": "chance decides", "gains b": "chance decides"}


def test_what_becomes_unroutable_is_told_with_the_queues_that_lose_it(tmp_path: Path) -> None:
    assert effects(tmp_path, [a("order.us.#")], []) == {
        "unroutable a": "where region is us",
        "loses a": "where region is us",
    }
    assert effects(tmp_path, [a("#")], [a("order.us.#")]) == {
        "unroutable a": "except where region is us",
        "loses a": "except where region is us",
    }


def test_a_new_event_that_reaches_nothing_is_told(tmp_path: Path) -> None:
    assert effects(tmp_path, None, []) == {"nowhere": "nobody is bound"}


def test_a_cause_that_bindings_do_not_tell_is_none(tmp_path: Path) -> None:
    one = next(one for one in _all(tmp_path) if one.kind == "loses")
    assert one.cause == Cause(whole=False)
    assert (why(one), [probe.message.key for probe in one.probes][:1]) == ("for order.us.placed", ["order.us.placed"])


def _all(folder: Path) -> tuple[Effect, ...]:
    (folder / "s.json").write_text(json.dumps(SCHEMA))
    return _effects(folder, [REST], [REST, a("order.us.placed")], "")


def test_a_new_event_that_a_binding_of_before_would_have_caught_loses_nothing(tmp_path: Path) -> None:
    head = HEAD.replace("HASH", "direct").replace("schema: s.json, headers: {size: size, vip: vip}", "schema: s.json")
    (tmp_path / "s.json").write_text(json.dumps(SCHEMA))
    (tmp_path / "before.yaml").write_text(head.replace("order.placed:", "order.made:") + f"bindings: [{ALL}]\n")
    (tmp_path / "now.yaml").write_text(head)
    before, now = (load([str(tmp_path / name)], {}) for name in ("before.yaml", "now.yaml"))
    found = consequences(now, before.topology, now.topology, NEWEST, earlier=before)
    assert ([one.kind for one in found.effects], found.unsafe) == (["nowhere"], ())
    assert newly_published(found) == ("order.placed",)
