from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edatool.change.consequences.consequences import Consequences, consequences
from edatool.change.consequences.probes import Probe
from edatool.change.consequences.reroutes import Destination, Reroute, reroutes, ways
from edatool.checks.load import load
from edatool.routes import Routes
from edatool.routing.compile import compile_spec
from edatool.routing.lowering.generated import names
from edatool.routing.message import Message
from edatool.routing.router import router
from edatool.routing.simulate import simulate
from edatool.routing.topology import Binding, Exchange, Policy, Queue, Topology, topology
from edatool.routing.version import NEWEST
from tests.examples import examples
from tests.routing.generated import Case, cases, topologies

EVENTS = Exchange("events", "topic")
QUEUES = [Queue("a"), Queue("b"), Queue("c")]


def bound(*bindings: tuple[str, str], exchange: Exchange = EVENTS, more: Sequence[Exchange] = ()) -> Topology:
    found = [Binding(exchange.name, queue, key=key) for queue, key in bindings]
    return topology([exchange, *more], QUEUES, found)


def changes(before: Topology, after: Topology, *keys: str, exchange: str = "events") -> tuple[Reroute, ...]:
    return of([Probe("event", "e", Message(exchange, key)) for key in keys or ("x",)], before, after)


def of(probes: Sequence[Probe], before: Topology, after: Topology) -> tuple[Reroute, ...]:
    old, new = router(before), router(after)
    return reroutes([ways(one, old, new, names("shop"), {one.name for one in probes}) for one in probes])


def test_an_event_gains_and_loses_queues() -> None:
    (found,) = changes(bound(("a", "#"), ("b", "x")), bound(("a", "x"), ("c", "x")))
    assert (found.gained, found.lost, found.kept, found.whole) == (("c",), ("b",), ("a",), True)
    assert not found.unsafe


def test_messages_of_an_event_that_change_alike_are_one_and_others_are_their_own() -> None:
    before, after = bound(("a", "#"), ("b", "us")), bound(("a", "#"), ("c", "eu.#"))
    eu, us = changes(before, after, "eu", "us", "eu.x", "ap")
    assert (eu.gained, eu.lost, [one.message.key for one in eu.probes]) == (("c",), (), ["eu", "eu.x"])
    assert (us.gained, us.lost, [one.message.key for one in us.probes]) == ((), ("b",), ["us"])
    assert not eu.whole
    assert not us.whole


def test_keys_tell_messages_apart_unless_headers_do() -> None:
    by_tier = Exchange("events", "headers")
    gold = Binding("events", "a", arguments={"tier": "gold"})
    probes = [Probe("event", "e", Message("events", "k", {"tier": tier})) for tier in ("gold", "silver")]
    (found,) = of(probes, topology([by_tier], QUEUES), topology([by_tier], QUEUES, [gold]))
    assert (found.by_key, found.probes) == (False, (probes[0],))


def test_an_event_that_reached_queues_and_reaches_none_is_unsafe() -> None:
    (found,) = changes(bound(("a", "x")), bound())
    assert (found.before, found.after, found.unsafe) == ("routed", "unroutable", True)
    (back,) = changes(bound(), bound(("a", "x")))
    assert (back.before, back.after, back.unsafe) == ("unroutable", "routed", False)


@pytest.mark.parametrize("after", [topology(queues=QUEUES), topology([Exchange("events", "topic", internal=True)])])
def test_an_event_that_the_broker_will_not_take_is_unsafe(after: Topology) -> None:
    (found,) = changes(bound(("a", "x")), after)
    assert (found.after, found.lost, found.unsafe) == ("refused", ("a",), True)
    assert found.refusal
    assert "'events'" in found.refusal


def test_an_event_of_a_new_exchange_is_newly_published() -> None:
    (found,) = changes(topology(), bound(("a", "x")))
    assert (found.before, found.after, found.gained, found.unsafe) == ("refused", "routed", ("a",), False)


def test_a_message_of_a_routing_test_is_never_unsafe() -> None:
    (found,) = of([Probe("test", "t", Message("events", "x"))], bound(("a", "x")), bound())
    assert (found.name, found.unsafe) == ("t", False)


def test_an_alternate_exchange_counts_by_the_queues_that_it_leads_to() -> None:
    with_alternate = Exchange("events", "topic", arguments={"alternate-exchange": "rest"})
    rest = Exchange("rest", "fanout")
    before = topology([with_alternate, rest], QUEUES, [Binding("rest", "b")])
    after = topology([with_alternate, rest], QUEUES, [Binding("rest", "b"), Binding("events", "a", key="x")])
    (found,) = changes(before, after)
    assert (found.gained, found.lost) == (("a",), ("b",))


def test_queues_that_chance_decides_about_are_said_to_be_uncertain() -> None:
    hashed = Exchange("events", "x-consistent-hash")
    before, after = bound(("a", "1"), exchange=hashed), bound(("a", "1"), ("b", "1"), exchange=hashed)
    (found,) = changes(before, after)
    assert found.destinations == (Destination("a", "sure", "maybe"), Destination("b", "no", "maybe"))
    assert (found.gained, found.lost, found.unsafe) == ((), (), False)


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    file = tmp_path / "routes.yaml"
    file.write_text("""\
edatool: 1
name: shop
events: {placed: {exchange: events}, paid: {exchange: events}, far: {exchange: events, key: "{a.b}", schema: s.json}}
exchanges: {events: {type: topic}}
queues: {a: {}}
bindings: [{queue: a, exchange: events, key: "#"}]
""")
    schema = '{"type": "object", "required": ["a"], "properties": {"a": {"type": "object", "required": ["b"], '
    (tmp_path / "s.json").write_text(schema + '"properties": {"b": {"type": "string", "pattern": "^Q[0-9]$"}}}}}')
    return file


def test_what_was_tried_and_what_could_not_be_is_said(spec: Path) -> None:
    found = load([str(spec)], {})
    wanted = compile_spec(found.spec)
    unreadable = Policy("odd", "(?<", definition={"alternate-exchange": "rest"})
    plugin = topology([Exchange("events", "x-of-a-plugin")], [Queue("a")], wanted.bindings.values(), [unreadable])
    told = consequences(found, plugin, wanted, NEWEST)
    assert told.doubts == (
        "the pattern of policy 'odd' cannot be read here",
        "placed: exchanges of type x-of-a-plugin cannot be simulated",
        "paid: exchanges of type x-of-a-plugin cannot be simulated",
    )
    assert (told.untried, told.tried) == (("far",), 2)
    assert consequences(found, wanted, topology(), NEWEST).unsafe == ("placed", "paid")


def test_nothing_changes_where_topologies_are_the_same(spec: Path) -> None:
    found = load([str(spec)], {})
    wanted = compile_spec(found.spec)
    assert consequences(found, wanted, wanted, NEWEST) == Consequences()


FILTERED = """\
edatool: 1
name: shop
events: {placed: {exchange: events, key: order.us}}
exchanges: {events: {type: topic}}
queues: {a: {}, b: {}}
bindings:
  - {queue: a, exchange: events, key: "#"}
  - {queue: b, exchange: events, key: "#", filter: {data.total: [{numeric: [">=", AMOUNT]}]}}
"""


def filtered(folder: Path, amount: int) -> Routes:
    file = folder / "routes.yaml"
    file.write_text(FILTERED.replace("AMOUNT", str(amount)))
    return load([str(file)], {})


def test_filters_of_before_are_those_of_the_spec_that_was_applied_last(tmp_path: Path) -> None:
    earlier, now = filtered(tmp_path, 100), filtered(tmp_path, 200)
    before, after = earlier.topology, now.topology
    (known,) = consequences(now, before, after, NEWEST, earlier=earlier).reroutes
    assert (known.gained, known.lost, known.kept) == ((), ("b",), ("a",))
    assert [probe.seen for probe in known.probes] == [{"data.total": 199}]
    unknown = consequences(now, before, after, NEWEST).reroutes
    assert {one.destinations for one in unknown} == {
        (Destination("b", "maybe", "sure"),),
        (Destination("b", "maybe", "no"),),
    }


@given(case=cases(NEWEST, 6), other=topologies(NEWEST))
@settings(max_examples=examples(100), deadline=None)
def test_what_is_told_is_what_the_simulator_says_of_each_message(case: Case, other: Topology) -> None:
    probes = [Probe("event", f"e{number % 3}", message) for number, message in enumerate(case.messages)]
    assert of(probes, case.topology, case.topology) == ()
    told = {id(probe): one for one in of(probes, case.topology, other) for probe in one.probes}
    for probe in probes:
        before, after = simulate(case.topology, probe.message), simulate(other, probe.message)
        one = told.get(id(probe))
        assert set(one.gained if one else ()) == {*after.queues} - {*before.queues, *before.maybe}
        assert set(one.lost if one else ()) == {*before.queues} - {*after.queues, *after.maybe}
        changed = (before.queues, before.maybe, before.unroutable, before.refused is None)
        assert (one is not None) == (changed != (after.queues, after.maybe, after.unroutable, after.refused is None))


@given(other=topologies(NEWEST), keys=st.lists(st.text(max_size=3), min_size=1, max_size=4, unique=True))
@settings(max_examples=examples(50), deadline=None)
def test_each_message_is_in_one_change_at_most(other: Topology, keys: list[str]) -> None:
    found = changes(bound(("a", "#")), other, *keys)
    told = [one.message.key for each in found for one in each.probes]
    assert len(told) == len(set(told))
    assert [one.whole for one in found] == [len(one.probes) == len(keys) for one in found]
