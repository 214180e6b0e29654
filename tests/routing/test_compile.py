from pathlib import Path

import pytest

from edatool.routing.bindings import event_key
from edatool.routing.compile import compile_spec, external_part, without
from edatool.routing.topology import Binding, Topology
from edatool.spec import template
from edatool.spec.load import load
from edatool.spec.spec import Spec
from edatool.spec.template import Template


def loaded(tmp_path: Path, text: str) -> Spec:
    file = tmp_path / "routes.yaml"
    file.write_text("edatool: 1\nname: shop\n" + text)
    found = load([str(file)], {})
    assert found.findings == []
    return found.spec


def compiled(tmp_path: Path, text: str) -> Topology:
    return compile_spec(loaded(tmp_path, text))


def keys(topology: Topology) -> list[tuple[str, str, str]]:
    return [(one.source, one.destination, one.key) for one in topology.bindings.values()]


@pytest.mark.parametrize(
    ("key", "exchange_type", "binding_key"),
    [
        ("order.placed", "topic", "order.placed"),
        ("order.{region}.placed", "topic", "order.*.placed"),
        ("{a}.{b}", "topic", "*.*"),
        ("order-{id}.placed", "topic", "*.placed"),
        ("order.placed", "direct", "order.placed"),
        ("order.{region}", "fanout", ""),
    ],
)
def test_a_binding_key_follows_from_the_template(key: str, exchange_type: str, binding_key: str) -> None:
    parsed = template.parse(key)
    assert isinstance(parsed, Template)
    assert event_key(parsed, exchange_type) == binding_key


def test_events_and_keys_become_bindings(tmp_path: Path) -> None:
    topology = compiled(
        tmp_path,
        "exchanges: {e: {type: topic}, x: {type: topic}}\nqueues: {q: {}}\n"
        "events: {a: {exchange: e}, b: {exchange: e, key: 'b.{c}'}}\n"
        "bindings: [{queue: q, events: [a, b]}, {to_exchange: x, exchange: e, keys: ['#', c]},\n"
        "  {queue: q, exchange: x, key: d}]\n",
    )
    assert keys(topology) == [
        ("e", "q", "a"),
        ("e", "q", "b.*"),
        ("e", "x", "#"),
        ("e", "x", "c"),
        ("x", "q", "d"),
    ]
    assert [one.to_exchange for one in topology.bindings.values()] == [False, False, True, True, False]


def test_each_retry_wait_is_a_queue_that_gives_messages_back(tmp_path: Path) -> None:
    topology = compiled(tmp_path, "queues: {q: {type: quorum, retry: [5s, 10m]}, c: {retry: [1h]}}\n")
    assert list(topology.queues) == ["q", "q.retry.5s", "q.retry.10m", "c", "c.retry.1h"]
    assert topology.queues["q.retry.10m"].arguments == {
        "x-queue-type": "quorum",
        "x-message-ttl": 600_000,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": "q",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
    assert topology.queues["c.retry.1h"].arguments["x-dead-letter-routing-key"] == "c"


def test_a_queue_says_its_type_and_all_its_arguments(tmp_path: Path) -> None:
    topology = compiled(
        tmp_path,
        "exchanges: {e: {type: topic, alternate: u, arguments: {x: 1}}, u: {type: fanout}}\n"
        "queues: {q: {max_length: 5, dead_letter: {exchange: u, key: k}, arguments: {x-own: true}}}\n",
    )
    assert topology.exchanges["e"].arguments == {"alternate-exchange": "u", "x": 1}
    assert topology.queues["q"].arguments == {
        "x-queue-type": "classic",
        "x-max-length": 5,
        "x-own": True,
        "x-dead-letter-exchange": "u",
        "x-dead-letter-routing-key": "k",
    }


def test_bindings_differ_by_the_types_of_their_arguments() -> None:
    identities = {Binding("h", "q", arguments={"n": value}).identity for value in (1, True, "1", 1.0)}
    assert len(identities) == 4


def test_what_belongs_to_others_is_routed_through_and_not_made(tmp_path: Path) -> None:
    spec = loaded(
        tmp_path,
        "exchanges: {e: {type: topic, external: true}, f: {type: fanout}}\n"
        "queues: {q: {external: true, retry: [5s]}}\n"
        "bindings: [{exchange: e, queue: q, key: a}]\n",
    )
    assert set(compile_spec(spec).exchanges) == {"e", "f"}
    assert set(compile_spec(spec).queues) == {"q"}
    own = without(compile_spec(spec), external_part(spec))
    assert {one.name for one in own.exchanges.values()} == {"f"}
    assert (own.queues, len(own.bindings)) == ({}, 1)
    assert (set(external_part(spec).exchanges), set(external_part(spec).queues)) == ({"e"}, {"q"})
