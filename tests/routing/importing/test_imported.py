from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from edatool.change.diff import compare
from edatool.checks.run import check
from edatool.checks.subject import Subject
from edatool.findings import errors
from edatool.routes import Routes
from edatool.routing.compile import compile_spec, retry_queue
from edatool.routing.importing.importing import Imported, imported
from edatool.routing.settings import VHOST
from edatool.routing.topology import Binding, Exchange, Policy, Queue, Setting, Topology, identity_of, topology
from edatool.spec.load import load, load_text
from edatool.spec.rabbitmq.arguments import QUEUE_TYPES
from edatool.spec.spec import Spec
from edatool.spec.text.write import as_routes
from tests.examples import examples
from tests.routing.importing.generated import topologies

SHOP = Path(__file__).parents[3] / "routes.yaml"


def read_again(taken: Imported) -> Spec:
    """Write what was taken over, and read it; nothing may be wrong with it."""
    loaded = load_text(as_routes(taken.value, "made by a test"), "routes.yaml")
    assert errors([*loaded.findings, *check(Subject(Routes(loaded.spec, {})))]) == []
    return loaded.spec


def differ(spec: Spec, there: Topology) -> bool:
    compared = compare(compile_spec(spec), there)
    return bool(compared.changes or compared.foreign.size)


@settings(deadline=None)
@given(topologies())
def test_what_the_format_can_say_is_taken_over_whole(there: Topology) -> None:
    taken = imported(there, "shop", "/")
    assert [note for note in taken.notes if note.code == "W401"] == []
    assert not differ(read_again(taken), there)


@settings(deadline=None)
@given(topologies(odd=True))
def test_what_is_not_taken_over_is_noted_and_the_rest_is_taken_as_it_is(there: Topology) -> None:
    taken = imported(there, "shop", None)
    assert not differ(read_again(taken), taken.topology)
    left_out = [note.message for note in taken.notes if note.code == "W401"]
    for kind, all_of, kept in (
        ("exchange", there.exchanges, taken.topology.exchanges),
        ("queue", there.queues, taken.topology.queues),
        ("policy", there.policies, taken.topology.policies),
    ):
        for name in all_of.keys() - kept.keys():
            assert sum(message.startswith(f"the {kind} {name!r} is left out") for message in left_out) == 1
    for identity, one in there.bindings.items():
        with_its_queue = not one.to_exchange and one.destination in there.queues.keys() - taken.topology.queues.keys()
        noted = any(message.startswith(f"the binding {one} is left out") for message in left_out)
        assert (identity in taken.topology.bindings) != (noted or with_its_queue)


def test_the_shop_comes_back_as_it_was_written() -> None:
    there = compile_spec(load([str(SHOP)], {}).spec)
    taken = imported(there, "shop", "/")
    assert taken.notes == ()
    assert taken.value["defaults"] == {"queue": {"type": "quorum"}}
    assert taken.value["queues"]["order-processing"] == {
        "delivery_limit": 5,
        "dead_letter": {"exchange": "dead", "key": "order-processing"},
        "retry": ["5s", "1m", "10m"],
    }
    assert {"queue": "unrouted", "exchange": "unrouted"} in taken.value["bindings"]


def test_an_argument_that_only_some_versions_take_is_taken_over() -> None:
    slow = Queue("slow", arguments={"x-queue-type": "classic", "x-consumer-timeout": 7_200_000})
    assert value_of(slow)["slow"]["consumer_timeout"] == "2h"


def value_of(*queues: Queue, bindings: tuple[Binding, ...] = ()) -> Any:
    taken = imported(topology([Exchange("e", "topic")], queues, bindings), "shop", None)
    assert not differ(read_again(taken), taken.topology)
    return taken.value["queues"]


def quorum(name: str, **arguments: object) -> Queue:
    named = {f"x-{key.replace('_', '-')}": value for key, value in arguments.items()}
    return Queue(name, arguments={"x-queue-type": "quorum", **named})


def test_a_default_is_what_all_queues_have_that_would_get_it() -> None:
    there = topology([], [quorum("a", max_length=1), quorum("b", max_length=1), quorum("c", max_length=2)])
    taken = imported(there, "shop", None)
    assert taken.value["defaults"] == {"queue": {"type": "quorum", "max_length": 1}}
    assert taken.value["queues"] == {"a": {}, "b": {}, "c": {"max_length": 2}}
    with_another = topology([], [*there.queues.values(), quorum("d")])
    assert imported(with_another, "shop", None).value["defaults"] == {"queue": {"type": "quorum"}}


def test_delay_queues_are_folded_only_where_retry_makes_the_very_same() -> None:
    made = {
        "message_ttl": 5000,
        "dead_letter_exchange": "",
        "dead_letter_routing_key": "q",
        "dead_letter_strategy": "at-least-once",
        "overflow": "reject-publish",
    }
    q, delay = quorum("q"), quorum("q.retry.5s", **made)
    assert value_of(q, delay) == {"q": {"type": "quorum", "retry": ["5s"]}}
    assert "q.retry.5s" in value_of(q, quorum("q.retry.5s", **made, max_length=1))
    assert "q.retry.5s" in value_of(q, delay, bindings=(Binding("e", "q.retry.5s"),))
    assert "p.retry.5s" in value_of(q, quorum("p.retry.5s", **made))


def test_a_delay_queue_of_a_delay_queue_is_a_queue_of_its_own() -> None:
    delays = [retry_queue("q", "quorum", True, 5000), retry_queue("q.retry.5s", "quorum", True, 1000)]
    assert list(value_of(quorum("q"), *delays)) == ["q", "q.retry.5s.retry.1s"]


def test_dead_letters_to_what_is_not_there_stay_arguments_and_are_noted() -> None:
    taken = imported(topology([], [quorum("q", dead_letter_exchange="gone")]), "shop", None)
    assert taken.value["queues"]["q"]["arguments"] == {"x-dead-letter-exchange": "gone"}
    assert [note.code for note in taken.notes] == ["W402"]
    assert "'gone'" in taken.notes[0].message


def test_dead_letters_of_a_queue_may_go_to_its_own_retry_queue() -> None:
    there = compile_spec(
        load_text(
            "edatool: 1\nname: shop\nqueues: {q: {retry: [5s], dead_letter: {exchange: '', key: q.retry.5s}}}\n", "f"
        ).spec
    )
    taken = imported(there, "shop", None)
    assert taken.value["queues"]["q"]["dead_letter"] == {"exchange": "", "key": "q.retry.5s"}
    assert not differ(read_again(taken), there)


def test_temporary_queues_are_left_out_with_their_bindings() -> None:
    there = topology(
        [Exchange("e", "topic")],
        [Queue("amq.gen-x"), Queue("mine", exclusive=True)],
        [Binding("e", "amq.gen-x", key=key) for key in "ab"] + [Binding("e", "gone")],
    )
    notes = [note.message for note in imported(there, "shop", None).notes]
    assert len(notes) == 3
    assert notes[0].startswith("the queue 'amq.gen-x' is left out with 2 bindings: ")
    assert notes[2].startswith("the binding e -> queue gone [] is left out: ")


def test_a_policy_says_only_what_is_not_said_by_default() -> None:
    there = topology(
        policies=[Policy("p", "^q", definition={"max-length": 1}), Policy("r", ".", "queues", 3, {"a": 1})]
    )
    assert imported(there, "shop", None).value["policies"] == {
        "p": {"pattern": "^q", "definition": {"max-length": 1}},
        "r": {"pattern": ".", "apply_to": "queues", "priority": 3, "definition": {"a": 1}},
    }


def test_a_binding_argument_that_may_have_no_value_is_noted() -> None:
    binding = Binding("amq.headers", "q", arguments={"x-match": "all", "tier": "undefined"})
    taken = imported(topology([], [Queue("q")], [binding]), "shop", None)
    assert [note.code for note in taken.notes] == ["W402"]
    assert taken.value["bindings"] == [
        {"queue": "q", "exchange": "amq.headers", "headers": {"x-match": "all", "tier": "undefined"}}
    ]


def test_a_strategy_that_the_rules_refuse_stays_an_argument() -> None:
    letter = {"dead_letter_exchange": "e", "dead_letter_strategy": "at-least-once"}
    written = value_of(quorum("q", **letter))
    assert written["q"]["arguments"] == {"x-dead-letter-exchange": "e", "x-dead-letter-strategy": "at-least-once"}
    assert "dead_letter" in value_of(quorum("q", **letter, overflow="reject-publish"))["q"]


def test_what_has_a_value_that_rabbitmq_refuses_is_left_out() -> None:
    queues = [
        quorum("a", dead_letter_exchange="e", dead_letter_strategy="sometimes"),
        Queue("b", arguments={"x-message-ttl": "60000"}),
        Queue("c", arguments={"x-dead-letter-routing-key": "k"}),
    ]
    policies = [Policy("p", "", definition={"expires": 0})]
    exchanges = [Exchange("e", "fanout", arguments={"alternate-exchange": 5})]
    taken = imported(topology(exchanges, queues, [], policies), "shop", None)
    assert taken.topology.size == 0
    assert [note.message for note in taken.notes if note.code == "W401"] == [
        "the exchange 'e' is left out: RabbitMQ refuses 5 as alternate-exchange: a string is needed",
        "the queue 'a' is left out: RabbitMQ refuses \"sometimes\" as x-dead-letter-strategy:"
        " at-most-once or at-least-once is needed",
        "the queue 'b' is left out: RabbitMQ refuses \"60000\" as x-message-ttl:"
        " a whole number from 0 to 315360000000 is needed",
        "the queue 'c' is left out: RabbitMQ refuses x-dead-letter-routing-key without x-dead-letter-exchange:"
        " add that",
        "the policy 'p' is left out: RabbitMQ refuses 0 as expires: a whole number of at least 1 is needed",
    ]


def test_an_argument_of_another_type_of_queue_keeps_the_queue_out() -> None:
    taken = imported(topology([], [Queue("q", arguments={"x-max-age": "1D"})]), "shop", None)
    assert "a classic queue does not take x-max-age" in taken.notes[0].message


@settings(deadline=None, max_examples=examples(50))
@given(topologies(), st.sampled_from(QUEUE_TYPES))
def test_queues_keep_their_types_whatever_the_vhost_gives_to_others(there: Topology, default: str) -> None:
    host = Setting(VHOST, "", {"default_queue_type": default})
    taken = imported(replace(there, settings={identity_of(host): host}), "shop", None)
    loaded = load_text(as_routes(taken.value, ""), "routes.yaml")
    assert compile_spec(loaded.spec).queues == there.queues
