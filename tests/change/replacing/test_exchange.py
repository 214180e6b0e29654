"""An exchange replaced on a real broker by one of another type, with what leads to it and from it."""

from collections.abc import Callable
from dataclasses import replace as changed
from itertools import count

import httpx
import pytest

from edatool.change.apply import apply
from edatool.change.plan import plan_apply
from edatool.change.replacing.exchange import cover
from edatool.change.replacing.replace import replace
from edatool.change.replacing.replacement import Replacement, as_json, bindings_of, from_json, replacement
from edatool.routing.topology import Binding, Exchange, Policy, Queue, Topology, topology
from tests.broker_fixtures import Vhost
from tests.change.on_broker import there
from tests.sessions import session_of

pytestmark = pytest.mark.timeout(300)

OLD = Exchange("e", "direct")
TOPIC = Exchange("e", "topic", arguments={"alternate-exchange": "unrouted"})
UPSTREAM = Binding("up", "e", to_exchange=True, key="k.#")
KEPT = Binding("e", "q", key="k.a")
THEIRS = Binding("e", "down", to_exchange=True, key="k.a", arguments={"x": 1.5})
OURS_NO_MORE = Binding("e", "q", key="gone")
WANTED = Binding("e", "q", key="k.*")
POLICY = Policy("p", "^e$", "exchanges", 3, {"alternate-exchange": "unrouted"})
REST = topology(
    [Exchange("up", "topic"), Exchange("down", "fanout"), Exchange("unrouted", "fanout")],
    [Queue(name, arguments={"x-queue-type": "classic"}) for name in ("q", "down", "unrouted")],
    [Binding("down", "down"), Binding("unrouted", "unrouted"), UPSTREAM, KEPT, OURS_NO_MORE],
    [POLICY],
)


@pytest.fixture
def begun(vhost: Vhost) -> Vhost:
    """A vhost with the direct exchange, bound by us and by others."""
    exchanges = [OLD, *REST.exchanges.values()]
    apply(plan_apply(changed(REST, exchanges={one.name: one for one in exchanges}), None), session_of(vhost))
    body = {"routing_key": THEIRS.key, "arguments": THEIRS.arguments}
    vhost.api.post(f"/api/bindings/{vhost.quoted}/e/e/e/down", json=body).raise_for_status()
    return vhost


def planned(vhost: Vhost, new: Exchange) -> Replacement:
    live = there(vhost)
    after = [one for one in bindings_of(new, live) if one != OURS_NO_MORE]
    return replacement(live.exchanges["e"], new, live, [*after, WANTED])


def carry_out(one: Replacement, vhost: Vhost, report: Callable[[str], None] = lambda _: None) -> None:
    assert from_json(as_json(one)) == one
    done = replace(one, session_of(vhost), report, 60)
    assert (done.moved, done.lost) == (0, 0)


def expected(new: Exchange) -> Topology:
    bindings = [one for one in REST.bindings.values() if one != OURS_NO_MORE]
    return topology(
        [new, *REST.exchanges.values()], REST.queues.values(), [*bindings, THEIRS, WANTED], REST.policies.values()
    )


def publish(vhost: Vhost, exchange: str, key: str, text: str) -> httpx.Response:
    body = {"properties": {}, "routing_key": key, "payload": text, "payload_encoding": "string"}
    return vhost.api.post(f"/api/exchanges/{vhost.quoted}/{exchange}/publish", json=body)


def taken(vhost: Vhost, queue: str) -> list[str]:
    body = {"count": 1000, "ackmode": "ack_requeue_false", "encoding": "auto"}
    got = vhost.api.post(f"/api/queues/{vhost.quoted}/{queue}/get", json=body).raise_for_status().json()
    return [one["payload"] for one in got]


@pytest.mark.parametrize(
    "new",
    [
        TOPIC,
        Exchange("e", "fanout"),
        Exchange("e", "headers"),
        Exchange("e", "direct", internal=True),
        Exchange("e", "direct", arguments={"alternate-exchange": "unrouted"}),
    ],
    ids=lambda new: f"{new.type}{'-internal' * new.internal}{'-alternate' * bool(new.arguments)}",
)
def test_an_exchange_changes_with_all_its_bindings_and_again_changes_nothing(begun: Vhost, new: Exchange) -> None:
    one = planned(begun, new)
    carry_out(one, begun)
    assert there(begun) == expected(new)
    carry_out(one, begun)
    assert there(begun) == expected(new)


@pytest.mark.parametrize("new", [TOPIC, Exchange("e", "topic")], ids=["alternate", "policy"])
def test_killed_at_each_step_messages_arrive_all_the_time_where_they_are_to(begun: Vhost, new: Exchange) -> None:
    numbers, seen, sent = count(), set[str](), list[str]()

    def interrupt_once(step: str) -> None:
        for exchange in ("e", "up"):
            text = f"{exchange} {next(numbers)}"
            answer = publish(begun, exchange, "k.a", text)
            if answer.is_success:
                sent.append(text)
        publish(begun, "e", "nobody", "unrouted")
        if step not in seen:
            seen.add(step)
            raise KeyboardInterrupt

    one = planned(begun, new)
    while True:
        try:
            carry_out(one, begun, interrupt_once)
            break
        except KeyboardInterrupt:
            pass
    assert len(seen) > 8
    assert there(begun) == expected(new)
    assert taken(begun, "q") == taken(begun, "down") == sent
    assert set(taken(begun, "unrouted")) == {"unrouted"}


def test_killed_between_deletion_and_declaration_it_goes_on(begun: Vhost) -> None:
    one = planned(begun, TOPIC)

    def delete(step: str) -> None:
        if step.startswith("delete"):
            begun.api.delete(f"/api/exchanges/{begun.quoted}/e").raise_for_status()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        carry_out(one, begun, delete)
    publish(begun, "up", "k.a", "meanwhile").raise_for_status()
    carry_out(one, begun)
    assert there(begun) == expected(TOPIC)
    assert taken(begun, "q") == taken(begun, "down") == ["meanwhile"]


def test_a_binding_made_meanwhile_is_kept(begun: Vhost) -> None:
    late = Binding("e", "down", to_exchange=True, key="late")

    def bind(step: str) -> None:
        if step.startswith("declare the exchange"):
            apply(plan_apply(topology([], [], [late]), None), session_of(begun))
            raise KeyboardInterrupt

    one = planned(begun, TOPIC)
    with pytest.raises(KeyboardInterrupt):
        carry_out(one, begun, bind)
    carry_out(one, begun)
    assert late.identity in there(begun).bindings


def test_covers_are_distinct_per_type() -> None:
    bindings = [Binding("e", "q", key=key) for key in ("a", "b", "a")]
    covers = {kind: cover(Exchange("e", kind), "s", bindings) for kind in ("direct", "topic", "headers", "fanout")}
    assert {kind: [(one.key, dict(one.arguments)) for one in found] for kind, found in covers.items()} == {
        "direct": [("a", {}), ("b", {})],
        "topic": [("#", {})],
        "headers": [("", {"x-match": "all"})],
        "fanout": [("", {})],
    }
