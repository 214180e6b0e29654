"""What is only looked at stays where and as it was, as far as RabbitMQ allows."""

import pytest

import edatool
from edatool.broker.looked_at import NACKS_DO_NOT_COUNT
from edatool.errors import BrokerRefused
from tests.broker_fixtures import Vhost
from tests.runtime.dead_letters.cemetery import Cemetery, await_true, cemetery

QUORUM: dict[str, object] = {"x-queue-type": "quorum"}


def looked_at(there: Cemetery, times: int) -> edatool.DeadList:
    waiting = there.count("dead")
    with there.session() as session:
        for _ in range(times):
            found = edatool.list_dead_letters(session, "dead")
            await_true(lambda: there.count("dead") == waiting)  # what is given back takes its time
    return found


@pytest.mark.parametrize("kind", ["classic", "quorum"])
def test_many_looks_leave_all_messages_in_their_order(vhost: Vhost, kind: str) -> None:
    with cemetery(vhost, dead={"x-queue-type": kind}) as there:
        there.bury(range(120))
        found = looked_at(there, 3)
        (group,) = found.groups
        assert (found.visited, found.waiting, found.moved_back) == (120, 120, 0)
        assert (group.queue, group.reason, group.error, group.messages) == ("orders", "rejected", None, 120)
        assert group.oldest
        assert there.ids("dead") == [f"m{number}" for number in range(120)]


@pytest.mark.parametrize("limit", [1, 3])
def test_a_look_that_would_be_one_too_many_moves_messages_to_the_end_instead_of_losing_them(
    vhost: Vhost, limit: int
) -> None:
    # Without a dead-letter exchange of its own, the queue would drop what comes back too often.
    with cemetery(vhost, dead={**QUORUM, "x-delivery-limit": limit}) as there:
        there.bury(range(5))
        found = looked_at(there, 4 * (limit + 1))
        counts = vhost.version < NACKS_DO_NOT_COUNT
        assert found.visited == 5
        assert found.moved_back <= 5 * counts
        await_true(lambda: there.count("dead") == 5)
        taken = there.take("dead")
        assert [properties.message_id for _, properties, _ in taken] == [f"m{number}" for number in range(5)]
        assert all((properties.headers.get("x-delivery-count") or 0) <= limit for _, properties, _ in taken)


def test_a_limit_looks_at_no_more_messages(vhost: Vhost) -> None:
    with cemetery(vhost) as there:
        there.bury(range(10))
        with there.session() as session:
            found = edatool.read_dead_letters(session, "dead", limit=3)
        assert [one.id for one in found] == ["m0", "m1", "m2"]
        redelivered = [method.redelivered for method, _, _ in there.take("dead")]
        assert redelivered == [True] * 3 + [False] * 7


def test_a_dead_letter_tells_where_it_came_from_and_why(vhost: Vhost) -> None:
    with cemetery(vhost) as there:
        there.bury([7])
        there.publish("", "dead", b"put there by hand")
        with there.session() as session:
            known, unknown = edatool.read_dead_letters(session, "dead")
        assert (known.origin.queue, known.origin.exchange, known.origin.key) == ("orders", "events", "order.eu.placed")
        assert [(one.queue, one.reason, one.count) for one in known.deaths] == [("orders", "rejected", 1)]
        assert (unknown.origin.queue, unknown.reason, unknown.died) == (None, "", None)
        assert unknown.id.startswith("~")


def test_a_stream_is_read_from_an_offset_on(vhost: Vhost) -> None:
    with cemetery(vhost, dead={"x-queue-type": "stream"}) as there:
        for number in range(4):
            there.publish("", "dead", b"{}", message_id=f"m{number}")
        with there.session() as session:
            found = edatool.read_dead_letters(session, "dead", offset=2)
            again = edatool.read_dead_letters(session, "dead", limit=1)
        assert [(one.id, one.visited.offset) for one in found] == [("m2", 2), ("m3", 3)]
        assert [one.id for one in again] == ["m0"]


def test_a_queue_that_somebody_has_for_himself_is_not_taken_for_empty(vhost: Vhost) -> None:
    with cemetery(vhost, dead={"x-queue-type": "classic", "x-single-active-consumer": True}) as there:
        there.channel.basic_qos(prefetch_count=1)
        there.channel.basic_consume("dead", lambda *_: None)
        for number in range(3):
            there.publish("", "dead", b"{}", message_id=str(number))
        await_true(lambda: there.count("dead") == 2)
        with there.session() as session, pytest.raises(BrokerRefused, match="another consumer alone"):
            edatool.read_dead_letters(session, "dead")
