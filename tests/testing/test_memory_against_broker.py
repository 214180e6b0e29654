"""The broker in memory is RabbitMQ: the same publishes give the same receipts and the same messages in the queues."""

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

import pytest

from edatool import Publisher
from edatool.broker.address import parse
from edatool.broker.live import read
from edatool.broker.message import AmqpMessage
from edatool.broker.publish.publishing import Publishing
from edatool.change.apply import apply
from edatool.change.plan import plan_apply
from edatool.checks.load import load
from edatool.routes import Routes
from edatool.routing.compile import compile_spec
from edatool.testing import MemoryBroker
from edatool.testing.held import HeldMessage
from tests.broker_fixtures import Vhost
from tests.sessions import at
from tests.testing.compared import seen, told
from tests.testing.live_queues import Got, LiveQueues

SPEC = """\
edatool: 1
name: same
events:
  placed: {exchange: ev, key: "order.{n}", headers: {n: n}}
  other: {exchange: ev, key: nothing.known}
  nobody: {exchange: quiet, key: nobody}
exchanges:
  ev: {type: topic, alternate: lost}
  quiet: {type: topic}
  lost: {type: fanout}
  inner: {type: fanout, internal: true}
  dead: {type: topic}
queues:
  all: {type: classic}
  small: {type: classic, max_length: 2, dead_letter: {exchange: dead, key: from.small}}
  tiny: {type: classic, arguments: {x-max-length-bytes: 20}}
  hard: {type: classic, max_length: 2, overflow: reject-publish}
  firm: {type: classic, max_length: 2, overflow: reject-publish-dlx, dead_letter: {exchange: dead}}
  soft: {type: quorum, max_length: 2, overflow: reject-publish}
  short: {type: classic, message_ttl: 200ms, dead_letter: {exchange: dead}}
  brief: {type: quorum, message_ttl: 200ms, dead_letter: {exchange: dead, key: from.brief}}
  late.classic: {type: classic, message_ttl: 1s, dead_letter: {exchange: dead}}
  late.quorum: {type: quorum, message_ttl: 1s, dead_letter: {exchange: dead}}
  now.classic: {type: classic, message_ttl: 0ms, dead_letter: {exchange: dead}}
  now.quorum: {type: quorum, message_ttl: 0ms, dead_letter: {exchange: dead}}
  work: {type: quorum, delivery_limit: 2, dead_letter: {exchange: dead}, retry: [200ms]}
  plain: {type: quorum, delivery_limit: 9}
  to-hard: {type: classic, dead_letter: {exchange: "", key: hard}}
  to-soft: {type: classic, dead_letter: {exchange: "", key: soft}}
  counts: {type: quorum, delivery_limit: 4, dead_letter: {exchange: "", key: counts.again}}
  counts.again: {type: quorum, delivery_limit: 4, dead_letter: {exchange: dead}}
  turn.a: {type: classic, dead_letter: {exchange: "", key: turn.b}}
  turn.b: {type: quorum, dead_letter: {exchange: "", key: turn.c}}
  turn.c: {type: classic, dead_letter: {exchange: "", key: turn.a}}
  unrouted: {type: classic}
  graves: {type: classic}
  bound.classic: {type: classic, max_length: 9, overflow: reject-publish}
  bound.quorum: {type: quorum, max_length: 9, overflow: reject-publish}
operator_policies:
  bounds: {pattern: "^bound[.]", apply_to: queues, definition: {max-length: 2}}
bindings:
  - {queue: all, events: [placed]}
  - {queue: unrouted, exchange: lost}
  - {queue: graves, exchange: dead, key: "#"}
"""


class Pair:
    """The same topology twice; what is done is done to both, and gives the same."""

    def __init__(self, checked: Routes, vhost: Vhost) -> None:
        self.memory = MemoryBroker.from_spec(checked, version=vhost.version)
        self.live = LiveQueues(vhost)
        self.publishing = Publishing(parse(vhost.url), vhost.name)
        self.publishers = [Publisher(checked, broker) for broker in (self.memory, vhost.url)]

    def publish(self, event: str, payload: object) -> str:
        ours, theirs = (one.publish(event, payload, "id") for one in self.publishers)
        assert (ours.outcome, ours.exchange, ours.key) == (theirs.outcome, theirs.exchange, theirs.key)
        return ours.outcome

    def send(self, key: str, body: bytes, exchange: str = "", headers: Mapping[str, object] | None = None) -> str:
        message = AmqpMessage(exchange, key, headers or {}, body, "raw", "id", "app", 1)
        ours, theirs = self.memory.send(message), self.publishing.send(message)
        assert ours[0] == theirs[0]
        assert ours[1].split(" - ")[0] == theirs[1].split(" - ")[0] or "full" in theirs[1]
        return ours[0]

    def get(self, queue: str) -> tuple[HeldMessage, Got]:
        ours, theirs = self.memory.get(queue), self.live.get(queue)
        assert ours is not None
        assert seen(ours) == told(theirs)
        return ours, theirs

    def ack(self, queue: str) -> None:
        ours, theirs = self.get(queue)
        self.memory.ack(ours)
        self.live.ack(theirs)

    def reject(self, queue: str, *, requeue: bool = False) -> None:
        ours, theirs = self.get(queue)
        self.memory.reject(ours, requeue=requeue)
        self.live.reject(theirs, requeue=requeue)

    def nack(self, queue: str, *, requeue: bool = False) -> None:
        ours, theirs = self.get(queue)
        self.memory.nack(ours, requeue=requeue)
        self.live.nack(theirs, requeue=requeue)

    def same(self, *queues: str) -> None:
        """Empty queues, and compare what was in them."""
        for queue in queues:
            ours = self.memory.queue(queue)
            self.live.await_count(queue, len(ours))
            theirs = [told(self.live.get(queue)) for _ in ours]
            assert theirs == [seen(one) for one in ours], queue


@pytest.fixture
def pair(tmp_path: Path, vhost: Vhost) -> Iterator[Pair]:
    (tmp_path / "routes.yaml").write_text(SPEC)
    checked = load([str(tmp_path / "routes.yaml")], {})
    address = parse(vhost.url, vhost.management)
    apply(plan_apply(compile_spec(checked.spec), read(at(address, vhost.name)).topology), at(address, vhost.name))
    pair = Pair(checked, vhost)
    yield pair
    pair.live.connection.close()
    pair.publishing.close()
    for publisher in pair.publishers:
        publisher.close()


def test_events_are_confirmed_returned_or_go_to_the_alternate(pair: Pair) -> None:
    assert pair.publish("placed", {"n": 1}) == "confirmed"
    assert pair.publish("other", {}) == "confirmed"
    assert pair.publish("nobody", {}) == "unroutable"
    assert pair.publish("placed", {"n": "a.b"}) == "rejected"
    pair.same("all", "unrouted")


def test_what_a_broker_refuses_is_nacked(pair: Pair) -> None:
    assert pair.send("k", b"", exchange="missing") == "nacked"
    assert pair.send("k", b"", exchange="inner") == "nacked"
    assert pair.send("k", b"", exchange="ev", headers={"CC": "no list"}) == "nacked"
    assert pair.send("nobody", b"") == "unroutable"
    assert pair.send("all", b"", headers={"CC": ["unrouted"], "BCC": ["graves"]}) == "confirmed"
    pair.same("all", "unrouted", "graves")


@pytest.mark.parametrize(
    ("queue", "outcomes"),
    [
        *(("small", "cccc"), ("tiny", "cccc"), ("hard", "ccnn"), ("firm", "ccnn"), ("soft", "cccn")),
        *(("bound.classic", "ccnn"), ("bound.quorum", "cccn")),
    ],
)
def test_queues_overflow_alike(pair: Pair, queue: str, outcomes: str) -> None:
    sent = [pair.send(queue, b"%d2345678" % number)[0] for number in range(4)]
    assert "".join(sent) == outcomes
    pair.same(queue, "graves")


def test_one_full_queue_of_several_nacks_and_the_others_have_the_message(pair: Pair) -> None:
    both = {"CC": ["all"]}
    assert [pair.send("hard", b"x", headers=both) for _ in range(3)] == ["confirmed", "confirmed", "nacked"]
    pair.same("hard", "all")


@pytest.mark.parametrize("queue", ["to-hard", "to-soft"])
def test_dead_letters_come_into_a_full_quorum_queue_and_not_into_a_full_classic_one(pair: Pair, queue: str) -> None:
    target = queue.removeprefix("to-")
    for _ in range(3):
        pair.send(target, b"full")
    pair.send(queue, b"dead")
    pair.reject(queue)
    pair.live.await_count(queue, 0)
    pair.same(target)


@pytest.mark.parametrize("queue", ["short", "brief"])
def test_expired_messages_come_to_the_dead_letter_queue(pair: Pair, queue: str) -> None:
    for number in range(3):
        pair.send(queue, b"%d" % number, headers={"n": number, "CC": ["all"]})
    pair.memory.advance(seconds=0.2)
    pair.same("graves", queue, "all")


@pytest.mark.parametrize("queue", ["now.classic", "now.quorum"])
def test_messages_without_time_to_live_come_to_the_dead_letter_queue_in_order(pair: Pair, queue: str) -> None:
    for number in range(5):
        pair.send(queue, b"%d" % number)
    pair.same("graves", queue)


def test_messages_of_two_queues_expire_in_the_order_of_their_times(pair: Pair) -> None:
    for queue in ("late.classic", "short", "late.classic", "short"):
        pair.send(queue, queue.encode())
    pair.memory.advance(seconds=1)
    assert [one.key for one in pair.memory.queue("graves")] == ["short", "short", "late.classic", "late.classic"]
    pair.same("graves", "short", "late.classic")


@pytest.mark.parametrize("queue", ["late.classic", "late.quorum"])
def test_a_message_that_comes_back_when_its_time_is_over_dies_as_soon_as_it_is_the_first(
    pair: Pair, queue: str
) -> None:
    pair.send(queue, b"old")
    ours, theirs = pair.get(queue)
    pair.live.sleep(1000)
    pair.memory.advance(seconds=1)
    pair.send(queue, b"new")
    pair.memory.nack(ours, requeue=True)
    pair.live.nack(theirs, requeue=True)
    pair.live.await_count("graves", len(pair.memory.queue("graves")))
    pair.ack(queue)
    assert [one.body for one in pair.memory.queue("graves")] == [b"old"]
    pair.same("graves", queue)


def test_rejected_messages_come_to_the_dead_letter_queue(pair: Pair) -> None:
    pair.send("work", b"1", headers={"n": 1})
    pair.reject("work")
    pair.same("graves", "work")


def test_the_delivery_limit_of_a_dead_letter_counts_alike(pair: Pair) -> None:
    pair.send("counts", b"1")
    pair.reject("counts", requeue=True)
    pair.reject("counts")
    while pair.memory.queue("counts.again"):
        pair.reject("counts.again", requeue=True)
    pair.same("graves", "counts.again")


def test_the_delivery_limit_counts_alike(pair: Pair) -> None:
    pair.send("work", b"1")
    for _ in range(3):
        pair.reject("work", requeue=True)
    pair.same("graves", "work")


def test_the_delivery_limit_counts_nacks_alike(pair: Pair) -> None:
    pair.send("work", b"1")
    for _ in range(4):
        if pair.memory.queue("work"):
            pair.nack("work", requeue=True)
    pair.same("graves", "work")


@pytest.mark.parametrize(("queue", "to"), [("counts", "counts.again"), ("turn.a", "turn.b"), ("turn.b", "turn.c")])
def test_what_comes_back_and_is_given_up_is_counted_alike(pair: Pair, queue: str, to: str) -> None:
    returns = ((), (pair.reject,), (pair.nack,), (pair.nack, pair.reject, pair.nack))
    for gives_back, give_up in product(returns, (pair.reject, pair.nack)):
        pair.send(queue, b"1")
        for give in gives_back:
            give(queue, requeue=True)
        give_up(queue)
        for give in (pair.nack, pair.reject):
            give(to, requeue=True)
        pair.ack(to)


@pytest.mark.parametrize("requeue", [True, False])
@pytest.mark.parametrize("queue", ["turn.a", "turn.b", "work"])
def test_several_messages_are_given_back_at_once_in_the_same_order(pair: Pair, queue: str, *, requeue: bool) -> None:
    for number in range(5):
        pair.send(queue, b"%d" % number)
    ours, theirs = [pair.get(queue) for _ in range(4)][2]
    pair.memory.nack(ours, requeue=requeue, multiple=True)
    pair.live.nack(theirs, requeue=requeue, multiple=True)
    pair.same(queue, "turn.b" if queue == "turn.a" else "turn.c", "graves")


@pytest.mark.parametrize("queue", ["all", "plain"])
def test_requeued_messages_come_in_the_same_order(pair: Pair, queue: str) -> None:
    for number in range(4):
        pair.send(queue, b"%d" % number)
    taken = [(pair.memory.get(queue), pair.live.get(queue)) for _ in range(3)]
    for ours, theirs in (taken[2], taken[0]):
        assert ours is not None
        pair.memory.reject(ours, requeue=True)
        pair.live.reject(theirs, requeue=True)
        pair.live.await_count(queue, len(pair.memory.queue(queue)))
    pair.same(queue)


def test_a_retry_queue_gives_back_twice_and_the_history_counts_it(pair: Pair) -> None:
    pair.send("work.retry.200ms", b"1")
    pair.memory.advance(seconds=0.2)
    pair.live.await_count("work", 1)
    pair.reject("work")
    pair.same("graves")


def test_a_later_death_tells_the_same_keys_where_a_key_was_one_of_bcc(pair: Pair) -> None:
    pair.send("turn.a", b"1", headers={"BCC": ["turn.b"]})
    pair.ack("turn.b")
    for name in "abc":
        pair.reject(f"turn.{name}")
    pair.same("turn.a")


def test_the_history_of_deaths_is_listed_in_the_same_order(pair: Pair) -> None:
    pair.send("turn.a", b"1")
    for name in "abcabca":
        pair.reject(f"turn.{name}")
    pair.same("turn.b")
