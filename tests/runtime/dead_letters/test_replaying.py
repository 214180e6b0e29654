import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

import edatool
from edatool import DeadMessage, Selection
from edatool.routing.topology import Binding, Exchange, Queue
from tests.broker_fixtures import Vhost
from tests.runtime.dead_letters.cemetery import cemetery

Told = list[tuple[str, str, str]]


def teller(told: Told) -> Callable[[DeadMessage, str, str], None]:
    return lambda one, outcome, why: told.append((one.id, outcome, why))


def test_messages_go_back_to_their_queue_without_the_traces_of_their_death(vhost: Vhost) -> None:
    with cemetery(vhost, Queue("copies")) as there:
        there.bury([1], headers={"tier": "gold", "CC": ["copies"]})
        there.take("copies")
        with there.session() as session:
            done = edatool.replay_dead_letters(session, "dead", by="ann@desk")
        assert done.outcomes == {"confirmed": 1}
        ((method, properties, body),) = there.take("orders")
        assert (method.exchange, method.routing_key, json.loads(body)["total"]) == ("", "orders", 1)
        assert (properties.message_id, properties.type, properties.delivery_mode) == ("m1", "order.placed", 2)
        assert properties.headers.pop("x-edatool-replayed-at").endswith("Z")
        assert properties.headers == {
            "tier": "gold",
            "x-edatool-exchange": "events",
            "x-edatool-key": "order.eu.placed",
            "x-edatool-replays": 1,
            "x-edatool-replayed-by": "ann@desk",
        }
        assert (there.count("dead"), there.count("copies")) == (0, 0)


def test_what_dies_again_counts_its_replays_and_still_knows_where_it_was_published(vhost: Vhost) -> None:
    audit = (Queue("audit"), Binding("events", "audit", key="order.#"))
    with cemetery(vhost, *audit) as there, there.session() as session:
        there.bury([1])
        edatool.replay_dead_letters(session, "dead")
        (method, _, _) = there.channel.basic_get("orders")
        there.channel.basic_reject(method.delivery_tag, requeue=False)
        there.take("audit")
        (again,) = edatool.read_dead_letters(session, "dead")
        assert (again.replays, again.origin.exchange, again.origin.key) == (1, "events", "order.eu.placed")
        edatool.replay_dead_letters(session, "dead", to="exchange")
        ((method, properties, _),) = there.take("audit")
        assert (method.exchange, method.routing_key) == ("events", "order.eu.placed")
        assert properties.headers["x-edatool-replays"] == 2
        assert there.ids("orders") == ["m1"]


def test_only_what_is_meant_is_replayed_and_the_rest_keeps_its_order(vhost: Vhost) -> None:
    with cemetery(vhost, dead={"x-queue-type": "quorum"}) as there:
        there.bury(range(1200))
        wanted = Selection(ids=frozenset({"m3", "m700", "m1199"}))
        with there.session() as session:
            done = edatool.replay_dead_letters(session, "dead", selection=wanted)
        assert (done.outcomes, done.visited) == ({"confirmed": 3}, 1200)
        assert there.ids("orders") == ["m3", "m700", "m1199"]
        assert there.ids("dead") == [f"m{number}" for number in range(1200) if number not in (3, 700, 1199)]


def test_an_unroutable_target_is_an_error_and_the_message_stays(vhost: Vhost) -> None:
    with cemetery(vhost, Exchange("nowhere", "topic")) as there:
        there.bury([1, 2])
        there.channel.queue_delete("orders")
        told: Told = []
        with there.session() as session:
            done = edatool.replay_dead_letters(session, "dead", on_outcome=teller(told))
            moved = edatool.move_dead_letters(session, "dead", to_exchange="nowhere")
        assert (done.outcomes, moved.outcomes) == ({"unroutable": 2}, {"unroutable": 2})
        assert told[0] == ("m1", "unroutable", "there is no queue orders")
        assert there.ids("dead") == ["m1", "m2"]


def test_an_exchange_that_is_gone_keeps_only_its_own_messages(vhost: Vhost) -> None:
    with cemetery(vhost, Exchange("old", "fanout"), Binding("old", "orders")) as there:
        there.bury([1])
        there.publish("old", "", b"{}", message_id="lost")
        (method, _, _) = there.channel.basic_get("orders")
        there.channel.basic_reject(method.delivery_tag, requeue=False)
        there.bury([2])
        there.channel.exchange_delete("old")
        told: Told = []
        with there.session() as session:
            done = edatool.replay_dead_letters(session, "dead", to="exchange", on_outcome=teller(told))
        assert done.outcomes == {"confirmed": 2, "refused": 1}
        assert "no exchange 'old'" in next(why for id_, _, why in told if id_ == "lost")
        assert there.ids("dead") == ["lost"]
        assert set(there.ids("orders")) == {"m1", "m2"}


def test_a_full_target_keeps_what_it_does_not_take(vhost: Vhost) -> None:
    full = Queue("full", arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
    with cemetery(vhost, full) as there:
        there.bury(range(5))
        with there.session() as session:
            done = edatool.replay_dead_letters(session, "dead", to_queue="full")
        assert sum(done.outcomes.values()) == 5
        assert done.outcomes["nacked"] == there.count("dead") > 0
        assert done.outcomes["confirmed"] == there.count("full")


def test_a_limit_and_a_rate_are_kept_and_a_stop_leaves_every_message_somewhere(vhost: Vhost) -> None:
    with cemetery(vhost) as there:
        there.bury(range(50))
        sent: Counter[str] = Counter()

        def count(_: DeadMessage, outcome: str, __: str) -> None:
            sent[outcome] += 1

        with there.session() as session:
            limited = edatool.replay_dead_letters(session, "dead", limit=4)
            stopped = edatool.replay_dead_letters(
                session, "dead", rate=10, is_asked_to_stop=lambda: sent["confirmed"] >= 2, on_outcome=count
            )
        assert (limited.outcomes, limited.stopped) == ({"confirmed": 4}, False)
        assert stopped.stopped
        assert 2 <= stopped.outcomes["confirmed"] < 40
        there.connection.process_data_events(0.1)
        assert there.count("dead") + there.count("orders") == 50
        assert there.ids("dead") == [f"m{number}" for number in range(4 + stopped.outcomes["confirmed"], 50)]


def test_a_stream_is_replayed_and_keeps_all(vhost: Vhost) -> None:
    with cemetery(vhost, dead={"x-queue-type": "stream"}) as there:
        for number in range(3):
            there.publish("", "dead", b"{}", message_id=f"m{number}", headers={"x-edatool-queue": "orders"})
        with there.session() as session:
            done = edatool.replay_dead_letters(session, "dead", offset=1)
            left = edatool.read_dead_letters(session, "dead")
        assert (done.outcomes, done.next_offset) == ({"confirmed": 2}, 3)
        assert there.ids("orders") == ["m1", "m2"]
        assert len(left) == 3


def test_what_tells_no_origin_stays_unless_a_queue_is_named(vhost: Vhost) -> None:
    with cemetery(vhost) as there, there.session() as session:
        there.publish("", "dead", b"{}", message_id="mine")
        assert edatool.replay_dead_letters(session, "dead").outcomes == {"unknown": 1}
        assert edatool.replay_dead_letters(session, "dead", to="exchange").outcomes == {"unknown": 1}
        assert edatool.replay_dead_letters(session, "dead", to_queue="orders").outcomes == {"confirmed": 1}


def test_a_dry_run_sends_nothing(vhost: Vhost) -> None:
    with cemetery(vhost) as there, there.session() as session:
        there.bury([1])
        told: Told = []
        done = edatool.replay_dead_letters(session, "dead", dry_run=True, on_outcome=teller(told))
        assert (done.outcomes, told) == ({"would": 1}, [("m1", "would", "to queue orders")])
        assert there.ids("dead") == ["m1"]


def test_an_inbox_is_told_what_comes_again(vhost: Vhost) -> None:
    with cemetery(vhost) as there, there.session() as session:
        headers = {"x-edatool-consumer": "billing", "x-edatool-queue": "orders", "x-edatool-attempts": 4}
        there.publish("", "dead", b"{}", message_id="paid", headers=headers)
        reopened: list[tuple[str, str]] = []
        edatool.replay_dead_letters(session, "dead", reopen=lambda *of: reopened.append(of))
        assert reopened == [("billing", "paid")]
        ((_, properties, _),) = there.take("orders")
        assert "x-edatool-attempts" not in properties.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"x-death": "nothing", "x-edatool-queue": 7},
        {"x-death": [1, {}, {"queue": 5}, {"queue": "orders", "routing-keys": "a", "count": "b", "time": 3}]},
        {"x-edatool-replays": "many", "x-edatool-died": "yesterday", "x-edatool-queue": "orders"},
        {"x-edatool-edited": {"a": 1}, "x-edatool-exchange": ["a"], "x-edatool-reason": "\x1b[31m\u202e" * 50},
    ],
)
def test_headers_that_anybody_may_have_written_do_no_harm(vhost: Vhost, headers: dict[str, object]) -> None:
    with cemetery(vhost) as there, there.session() as session:
        there.publish("", "dead", b"\xff\x00{", message_id="evil", headers=headers)
        assert edatool.list_dead_letters(session, "dead").visited == 1
        assert sum(edatool.replay_dead_letters(session, "dead").outcomes.values()) == 1
        assert there.count("dead") + there.count("orders") == 1


def test_a_replay_to_an_exchange_is_marked_for_the_filters_of_today(vhost: Vhost, tmp_path: Path) -> None:
    (tmp_path / "routes.yaml").write_text(FILTERED)
    routes = edatool.load(str(tmp_path / "routes.yaml"))
    with cemetery(vhost) as there, there.session() as session:
        for name in ("orders", "dead"):
            there.channel.queue_delete(name)
        edatool.deploy(routes, session, allowed=edatool.Allowed(adopt=True))
        for total in (5, 500):
            headers = {"x-edatool-exchange": "events", "x-edatool-key": "order.placed", "x-edatool-queue": "orders"}
            body = json.dumps({"total": total}).encode()
            there.publish("", "dead", body, message_id=f"m{total}", type="order.placed", headers=headers)
        done = edatool.replay_dead_letters(session, "dead", routes=routes, to="exchange")
        assert done.outcomes == {"confirmed": 2}
        assert there.ids("dear") == ["m500"]
        assert there.ids("orders") == ["m5", "m500"]
        assert there.count("edatool.shop.intake") == 0


FILTERED = """\
edatool: 1
name: shop
events: {order.placed: {exchange: events}}
exchanges: {events: {type: topic}}
queues: {orders: {type: classic}, dear: {type: classic}, dead: {type: classic}}
bindings:
  - {queue: orders, events: [order.placed]}
  - {queue: dear, events: [order.placed], filter: {data.total: [{numeric: [">", 100]}]}}
"""
