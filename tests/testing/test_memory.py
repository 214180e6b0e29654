from pathlib import Path

import pytest

from edatool import Publisher
from edatool.broker.message import AmqpMessage
from edatool.checks.load import load
from edatool.errors import InvalidInput, WrongUsage
from edatool.routing.topology import Binding, Exchange, Policy, Queue, topology
from edatool.routing.version import NEWEST
from edatool.testing import MemoryBroker
from edatool.testing.held import HeldMessage

SPEC = """\
edatool: 1
name: shop
events:
  placed: {exchange: events, key: "order.{region}.placed", headers: {tier: tier}}
  ignored: {exchange: events, key: nobody.cares}
exchanges: {events: {type: topic}, dead: {type: fanout}}
queues:
  orders: {type: quorum, delivery_limit: 1, dead_letter: {exchange: dead}, retry: [5s, 1m]}
  graves: {type: classic}
bindings:
  - {queue: orders, events: [placed]}
  - {queue: graves, exchange: dead}
"""


def message(key: str, body: bytes = b"1", exchange: str = "", **headers: object) -> AmqpMessage:
    return AmqpMessage(exchange, key, headers, body, "test", "id", "app", 1)


def of_queue(arguments: dict[str, object], *others: Queue, **policy: object) -> MemoryBroker:
    policies = [Policy("p", "^q$", definition={k.replace("_", "-"): v for k, v in policy.items()})] if policy else []
    return MemoryBroker(topology(queues=[Queue("q", arguments=arguments), *others], policies=policies))


def bodies(broker: MemoryBroker, queue: str = "q") -> list[bytes]:
    return [held.body for held in broker.queue(queue)]


def got(broker: MemoryBroker, queue: str = "q") -> HeldMessage:
    held = broker.get(queue)
    assert held is not None
    return held


@pytest.fixture
def spec(tmp_path: Path) -> str:
    (tmp_path / "routes.yaml").write_text(SPEC)
    return str(tmp_path / "routes.yaml")


def test_a_publisher_takes_it_for_a_broker(spec: str) -> None:
    broker = MemoryBroker.from_spec(spec)
    with Publisher(spec, broker) as publisher:
        receipt = publisher.publish("placed", {"region": "eu", "tier": "gold"}, "id-1")
        assert (receipt.outcome, receipt.reason) == ("confirmed", "")
        assert publisher.publish("ignored", {}).outcome == "unroutable"
        assert publisher.publish("placed", {}).outcome == "rejected"
    (held,) = broker.queue("orders")
    assert held.payload == {"region": "eu", "tier": "gold"}
    assert (held.type, held.message_id) == ("placed", "id-1")
    assert (held.exchange, held.key, held.headers) == ("events", "order.eu.placed", {"tier": "gold"})


def test_a_retry_queue_gives_the_message_back_when_its_time_is_over(spec: str) -> None:
    broker = MemoryBroker.from_spec(load([spec], {}))
    broker.send(message("orders.retry.5s"))
    broker.advance(seconds=4.9)
    assert not broker.queue("orders")
    broker.advance(seconds=0.1)
    (held,) = broker.queue("orders")
    assert [(one.queue, one.reason, one.count) for one in held.deaths] == [("orders.retry.5s", "expired", 1)]
    assert isinstance(held.headers["x-death"], list)


def test_what_comes_back_too_often_is_dead_lettered(spec: str) -> None:
    broker = MemoryBroker.from_spec(spec)
    broker.send(message("order.eu.placed", exchange="events"))
    broker.reject(got(broker, "orders"), requeue=True)
    assert got(broker, "orders").headers["x-delivery-count"] == 1
    assert broker.get("orders") is None


@pytest.mark.parametrize(("version", "dead"), [((3, 10, 8), 1), ((4, 0, 5), 1), ((4, 3, 6), 0)])
def test_a_nack_counts_for_the_delivery_limit_before_4_3(version: tuple[int, int, int], dead: int) -> None:
    arguments = {"x-queue-type": "quorum", "x-delivery-limit": 1}
    broker = MemoryBroker(topology(queues=[Queue("q", arguments=arguments)]), version)
    broker.send(message("q"))
    for _ in range(2):
        broker.nack(got(broker), requeue=True)
    assert [one.reason for one in broker.undelivered] == ["delivery_limit"] * dead


def test_failures_and_returns_are_told_apart() -> None:
    broker = of_queue({"x-queue-type": "quorum"})
    broker.send(message("q"))
    broker.nack(got(broker), requeue=True)
    assert broker.queue("q")[0].headers == {"x-acquired-count": 1}
    broker.reject(got(broker), requeue=True)
    assert broker.queue("q")[0].headers == {"x-acquired-count": 2, "x-delivery-count": 1}
    assert broker.queue("q")[0].redelivered


@pytest.mark.parametrize(
    ("version", "rejected", "nacked"),
    [
        ((3, 10, 8), {"x-delivery-count": 0}, {"x-delivery-count": 0}),
        ((4, 0, 5), {"x-delivery-count": 1}, {"x-delivery-count": 1}),
        ((4, 3, 6), {"x-acquired-count": 1, "x-delivery-count": 1}, {}),
    ],
)
def test_a_dead_letter_tells_what_failed_in_the_queue_before(
    version: tuple[int, int, int], rejected: dict[str, int], nacked: dict[str, int]
) -> None:
    quorum = {"x-queue-type": "quorum"}
    giving = Queue("q", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "to", **quorum})
    broker = MemoryBroker(topology(queues=[giving, Queue("to", arguments=quorum)]), version)
    for _ in range(2):
        broker.send(message("q"))
    broker.reject(got(broker))
    broker.nack(got(broker))
    for held, counts in zip(broker.queue("to"), (rejected, nacked), strict=True):
        assert {name: held.headers[name] for name in held.headers if name.endswith("-count")} == counts
        assert held.redelivered == any(counts.values())


def test_several_messages_are_settled_at_once_whatever_queue_they_are_of() -> None:
    broker = of_queue({}, Queue("other"))
    for body in (b"1", b"2", b"3"):
        broker.send(message("q", body, CC=["other"]))
    first, _, last, later = got(broker), got(broker, "other"), got(broker), got(broker)
    broker.nack(last, requeue=True, multiple=True)
    assert (bodies(broker), bodies(broker, "other")) == ([b"1", b"2"], [b"1", b"2", b"3"])
    with pytest.raises(WrongUsage, match="settled already"):
        broker.ack(first)
    broker.ack(later)
    got(broker)
    broker.ack(got(broker), multiple=True)
    with pytest.raises(WrongUsage, match="not delivered"):
        broker.nack(broker.queue("other")[0])
    assert not bodies(broker)


@pytest.mark.parametrize(("version", "deliveries"), [((3, 10, 8), 40), ((4, 0, 0), 21)])
def test_quorum_queues_have_a_delivery_limit_from_rabbitmq_4_on(version: tuple[int, int, int], deliveries: int) -> None:
    broker = MemoryBroker(topology(queues=[Queue("q", arguments={"x-queue-type": "quorum"})]), version)
    broker.send(message("q"))
    times = 0
    while times < 40 and (held := broker.get("q")):
        broker.reject(held, requeue=True)
        times += 1
    assert times == deliveries


def test_a_rejected_message_goes_to_the_dead_letter_exchange_with_its_history(spec: str) -> None:
    broker = MemoryBroker.from_spec(spec)
    broker.send(message("order.eu.placed", exchange="events"))
    broker.reject(got(broker, "orders"))
    (held,) = broker.queue("graves")
    (death,) = held.deaths
    assert (death.queue, death.reason, death.exchange, death.keys) == (
        "orders",
        "rejected",
        "events",
        ("order.eu.placed",),
    )


def test_an_acknowledged_message_is_gone_and_cannot_be_settled_again() -> None:
    broker = of_queue({})
    broker.send(message("q"))
    held = got(broker)
    broker.ack(held)
    with pytest.raises(WrongUsage, match="settled already"):
        broker.ack(held)
    with pytest.raises(WrongUsage, match="settled already"):
        broker.reject(held)


def test_a_message_is_looked_at_without_being_delivered() -> None:
    broker = of_queue({})
    broker.send(message("q"))
    with pytest.raises(WrongUsage, match="not delivered"):
        broker.ack(broker.queue("q")[0])


def test_a_full_queue_drops_the_oldest_by_number_or_by_bytes() -> None:
    by_length, by_size = of_queue({"x-max-length": 2}), of_queue({"x-max-length-bytes": 5})
    for broker in (by_length, by_size):
        for body in (b"aa", b"bb", b"cc"):
            assert broker.send(message("q", body)) == ("confirmed", "")
        assert bodies(broker) == [b"bb", b"cc"]
        assert [(one.message.body, one.reason) for one in broker.undelivered] == [(b"aa", "maxlen")]


def test_a_full_queue_may_reject_publishes_instead() -> None:
    broker = of_queue({"x-max-length": 1, "x-overflow": "reject-publish"})
    assert [broker.send(message("q"))[0] for _ in range(2)] == ["confirmed", "nacked"]
    broker.ack(got(broker))
    assert broker.send(message("q"))[0] == "confirmed"


def test_a_policy_sets_limits_and_the_lower_number_counts() -> None:
    broker = of_queue({"x-max-length": 3}, max_length=1, overflow="reject-publish")
    assert [broker.send(message("q"))[0] for _ in range(2)] == ["confirmed", "nacked"]


def test_a_queue_of_a_quorum_refuses_to_guess_bytes() -> None:
    broker = of_queue({"x-queue-type": "quorum", "x-max-length-bytes": 3})
    broker.send(message("q", b"aa"))
    with pytest.raises(WrongUsage, match="x-max-length"):
        broker.send(message("q", b"bb"))


def test_messages_expire_in_the_order_of_their_times() -> None:
    dead = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "late"}
    slow = Queue("slow", arguments={"x-message-ttl": 2000, **dead})
    broker = of_queue({"x-message-ttl": 1000, **dead}, slow, Queue("late"))
    broker.send(message("slow", b"second"))
    broker.send(message("q", b"first"))
    broker.advance(seconds=60)
    assert bodies(broker, "late") == [b"first", b"second"]


def test_a_message_in_the_hands_of_a_consumer_does_not_expire_before_it_is_back() -> None:
    broker = of_queue({"x-message-ttl": 1000})
    broker.send(message("q"))
    held = got(broker)
    broker.advance(seconds=2)
    assert not broker.undelivered
    broker.reject(held, requeue=True)
    assert [one.reason for one in broker.undelivered] == ["expired"]


def test_what_came_back_to_the_end_expires_when_it_is_the_first() -> None:
    queue = Queue("q", arguments={"x-queue-type": "quorum", "x-message-ttl": 1000})
    broker = MemoryBroker(topology(queues=[queue]), (3, 10, 8))
    broker.send(message("q", b"old"))
    old = got(broker)
    broker.advance(seconds=1)
    broker.send(message("q", b"new"))
    broker.nack(old, requeue=True)
    assert bodies(broker) == [b"new", b"old"]
    assert got(broker).body == b"new"
    assert [one.message.body for one in broker.undelivered] == [b"old"]


def test_a_circle_of_expiries_loses_the_message_and_says_so() -> None:
    broker = of_queue({"x-message-ttl": 10, "x-dead-letter-exchange": ""})
    broker.send(message("q"))
    broker.advance(seconds=1)
    assert not broker.queue("q")
    assert "circles" in broker.undelivered[0].why


def test_a_dead_letter_that_also_leads_back_goes_only_to_the_other_queue() -> None:
    queue = Queue("q", arguments={"x-message-ttl": 10, "x-dead-letter-exchange": "dead"})
    bindings = [Binding("dead", "q"), Binding("dead", "late")]
    broker = MemoryBroker(topology([Exchange("dead", "fanout")], [queue, Queue("late")], bindings))
    broker.send(message("q"))
    broker.advance(seconds=1)
    assert bodies(broker) == []
    assert bodies(broker, "late") == [b"1"]
    assert len(broker.undelivered) == 1


def test_an_unused_queue_is_deleted_after_its_time() -> None:
    broker = of_queue({"x-expires": 1000})
    broker.advance(seconds=0.9)
    assert broker.get("q") is None
    broker.advance(seconds=0.9)
    assert broker.send(message("q"))[0] == "confirmed"
    broker.advance(seconds=0.1)
    assert broker.send(message("q")) == ("unroutable", "NO_ROUTE")
    with pytest.raises(WrongUsage, match="unused"):
        broker.queue("q")


def test_a_consistent_hash_gives_a_key_to_the_same_queue_and_a_random_exchange_takes_turns() -> None:
    queues = [Queue(name) for name in "abc"]
    exchanges = [Exchange("h", "x-consistent-hash"), Exchange("r", "x-random")]
    bindings = [Binding(exchange, queue.name, key="1") for exchange in "hr" for queue in queues]
    broker = MemoryBroker(topology(exchanges, queues, bindings))
    for _ in range(3):
        broker.send(message("k", b"hashed", "h"))
    for number in range(6):
        broker.send(message(f"k{number}", b"random", "r"))
    assert sorted(bodies(broker, queue).count(b"hashed") for queue in "abc") == [0, 0, 3]
    assert [bodies(broker, queue).count(b"random") for queue in "abc"] == [2, 2, 2]


def test_a_hash_of_a_header_ignores_the_key() -> None:
    exchange = Exchange("h", "x-consistent-hash", arguments={"hash-header": "id"})
    broker = MemoryBroker(
        topology([exchange], [Queue("a"), Queue("b")], [Binding("h", "a", key="9"), Binding("h", "b", key="9")])
    )
    for number in range(10):
        broker.send(message(str(number), exchange="h", id="same"))
    assert sorted(len(broker.queue(queue)) for queue in "ab") == [0, 10]


def test_where_routing_is_not_known_the_message_is_refused() -> None:
    delayed = Exchange("later", "x-delayed-message")
    broker = MemoryBroker(topology([delayed], [Queue("q")], [Binding("later", "q")]))
    with pytest.raises(WrongUsage, match="x-delayed-message"):
        broker.send(message("k", exchange="later"))


def test_a_stream_is_looked_at_and_not_consumed() -> None:
    broker = of_queue({"x-queue-type": "stream"})
    broker.send(message("q"))
    assert bodies(broker) == [b"1"]
    with pytest.raises(WrongUsage, match="offset"):
        broker.get("q")


def test_a_binding_to_nothing_is_refused() -> None:
    with pytest.raises(WrongUsage, match="nowhere"):
        MemoryBroker(topology(bindings=[Binding("amq.topic", "nowhere")]))


def test_a_spec_with_errors_is_refused(tmp_path: Path, spec: str) -> None:
    (tmp_path / "bad.yaml").write_text("edatool: 1\nname: x\nqueus: {}\n")
    with pytest.raises(InvalidInput):
        MemoryBroker.from_spec(str(tmp_path / "bad.yaml"))


def test_unknown_queues_and_time_going_back_are_usage_errors() -> None:
    with pytest.raises(WrongUsage, match="no queue 'x'"):
        of_queue({}).queue("x")
    with pytest.raises(WrongUsage, match="go back"):
        of_queue({}).advance(seconds=-1)


@pytest.mark.parametrize("ttl", [0, 10])
def test_a_circle_without_end_is_refused_where_going_round_takes_no_time(ttl: int) -> None:
    def giving(name: str, key: str, **more: object) -> Queue:
        return Queue(name, arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": key, **more})

    timed = {"x-message-ttl": ttl}
    queues = [giving("work", "a"), giving("a", "b", **timed), giving("b", "a", **timed)]
    before, newest = (MemoryBroker(topology(queues=queues), version) for version in ((3, 10, 8), NEWEST))
    for broker in (before, newest):
        broker.send(message("work"))
    newest.reject(got(newest, "work"))
    newest.advance(seconds=1)
    assert [one.why for one in newest.undelivered] == ["it would go in circles"]
    if ttl == 0:
        with pytest.raises(WrongUsage, match="goes round in the circle a -> b -> a"):
            before.reject(got(before, "work"))
    else:
        before.reject(got(before, "work"))
        before.advance(seconds=1)
        assert [death.count for death in (*before.queue("a"), *before.queue("b"))[0].deaths] == [50, 1, 50]


def test_a_circle_without_end_over_a_full_queue_is_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edatool.testing.vhost.MOST_DEATHS", 100)
    dead = {"x-dead-letter-exchange": "dead"}
    full = Queue("full", arguments={"x-max-length": 1, "x-overflow": "reject-publish-dlx", **dead})
    queues = [Queue("once", arguments={"x-message-ttl": 0, **dead}), full]
    bindings = [Binding("dead", "once"), Binding("dead", "full")]
    broker = MemoryBroker(topology([Exchange("dead", "fanout")], queues, bindings), (3, 10, 8))
    broker.send(message("full"))
    with pytest.raises(WrongUsage, match="at one instant"):
        broker.reject(got(broker, "full"))


def test_messages_that_die_one_after_the_other_are_no_circle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edatool.testing.vhost.MOST_DEATHS", 10)
    broker = of_queue({"x-max-length": 1, "x-message-ttl": 1000})
    for _ in range(20):
        broker.send(message("q"))
    assert len(broker.undelivered) == 19


FILTERED = """\
edatool: 1
name: shop
events: {placed: {exchange: events, key: "order.{region}"}}
exchanges: {events: {type: topic}}
queues: {big: {max_length: 2, overflow: reject-publish}, all: {}, eu: {}}
bindings:
  - {queue: all, exchange: events, key: "#"}
  - {queue: eu, events: [placed], filter: {data.region: eu}}
  - {queue: big, exchange: events, key: "order.*", filter: {data.total: [{numeric: [">=", 100]}]}}
"""


def test_filters_hold_whoever_publishes(tmp_path: Path) -> None:
    (tmp_path / "routes.yaml").write_text(FILTERED)
    broker = MemoryBroker.from_spec(str(tmp_path / "routes.yaml"), {})
    with Publisher(str(tmp_path / "routes.yaml"), broker) as publisher:
        assert publisher.publish("placed", {"region": "eu", "total": 100}).ok
        assert publisher.publish("placed", {"region": "us", "total": 99}).ok
    others = [(b'{"region": "us", "total": 100}', "order.us"), (b'{"region": "us", "total": 1}', "order.us")]
    for body, key in others:
        assert broker.send(AmqpMessage("events", key, {}, body, "", "", "", 0)) == ("confirmed", "")
    assert {name: len(broker.queue(name)) for name in ("all", "big", "eu")} == {"all": 4, "big": 2, "eu": 1}
    assert [one.key for one in broker.queue("big")] == ["order.eu", "order.us"]
    assert "BCC" not in broker.queue("big")[0].headers


def test_what_the_router_cannot_pass_on_is_told(tmp_path: Path) -> None:
    (tmp_path / "routes.yaml").write_text(FILTERED)
    broker = MemoryBroker.from_spec(str(tmp_path / "routes.yaml"), {})
    for _ in range(3):
        broker.send(AmqpMessage("events", "order.us", {}, b'{"total": 100}', "", "", "", 0))
    assert [one.why for one in broker.undelivered] == ["the router has it still: queue 'big' is full"]


def test_a_dead_letter_of_an_overflow_comes_after_the_message_has_reached_all_its_queues() -> None:
    small = Queue("q", arguments={"x-max-length": 1, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "to"})
    broker = MemoryBroker(topology(queues=[small, Queue("to")]))
    for body in (b"1", b"2"):
        broker.send(message("q", body, CC=["to"]))
    assert bodies(broker, "to") == [b"1", b"2", b"1"]


def test_keys_of_bcc_are_not_told_by_the_history_of_deaths() -> None:
    broker = of_queue({"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead"}, Queue("dead"))
    broker.send(message("q", CC=["cc"], BCC=["bcc"]))
    broker.reject(got(broker))
    (held,) = broker.queue("dead")
    assert [one.keys for one in held.deaths] == [("q", "cc")]
    broker.send(message("q", CC=["cc"], BCC=["q"]))
    broker.reject(got(broker))
    assert [one.keys for one in broker.queue("dead")[1].deaths] == [("cc", "q")]


@pytest.mark.parametrize(("version", "keys"), [((3, 10, 8), ("to",)), ((4, 0, 5), ())])
def test_a_later_death_does_not_tell_a_key_that_was_one_of_bcc(
    version: tuple[int, int, int], keys: tuple[str, ...]
) -> None:
    def dying(name: str, to: str) -> Queue:
        return Queue(name, arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": to})

    broker = MemoryBroker(topology(queues=[dying("q", "to"), dying("to", "end"), Queue("end")]), version)
    broker.send(message("q", BCC=["to"]))
    broker.ack(got(broker, "to"))
    broker.reject(got(broker))
    broker.reject(got(broker, "to"))
    assert broker.queue("end")[0].deaths[0].keys == keys


@pytest.mark.parametrize(("said", "limit"), [((-1, None), None), ((-1, 2), 2), ((3, -1), 3), ((3, 2), 2)])
def test_a_delivery_limit_goes_before_none_wherever_it_is_said(said: tuple[int, int | None], limit: int | None) -> None:
    queue = {"x-queue-type": "quorum", "x-delivery-limit": said[0]}
    policy = {} if said[1] is None else {"delivery_limit": said[1]}
    broker = of_queue(queue, **policy)
    broker.send(message("q"))
    returns = 0
    while broker.queue("q") and returns < 30:
        broker.reject(got(broker), requeue=True)
        returns += 1
    assert returns == (30 if limit is None else limit + 1)


def test_a_first_delivery_tells_its_count_before_4_0() -> None:
    for version, told in (((3, 10, 8), 0), ((4, 0, 5), None)):
        broker = MemoryBroker(topology(queues=[Queue("q", arguments={"x-queue-type": "quorum"})]), version)
        broker.send(message("q"))
        assert got(broker).headers.get("x-delivery-count") == told


def test_before_3_13_two_queues_that_give_on_to_each_other_at_once_are_refused_or_end() -> None:
    def giving(name: str, to: str) -> Queue:
        return Queue(
            name, arguments={"x-message-ttl": 0, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": to}
        )

    broker = MemoryBroker(topology(queues=[giving("a", "b"), giving("b", "a")]), (3, 10, 8))
    broker.send(message("a"))
    assert [one.message.queue for one in broker.undelivered] == ["b"]


def test_policies_that_say_different_things_with_one_priority_cannot_be_simulated() -> None:
    def two(*definitions: dict[str, object]) -> MemoryBroker:
        policies = [Policy(f"p{number}", "^q", definition=one) for number, one in enumerate(definitions)]
        return MemoryBroker(topology(queues=[Queue("q")], policies=policies))

    with pytest.raises(WrongUsage, match="'p0' and 'p1' both apply to 'q'"):
        two({"max-length": 1}, {"max-length": 2})
    assert two({"max-length": 1}, {"max-length": 1}).queue("q") == []
    assert two({"queue-version": 1}, {"queue-version": 2}).queue("q") == []


def test_a_delayed_exchange_routes_at_once_as_the_type_that_it_names() -> None:
    later = Exchange("later", "x-delayed-message", arguments={"x-delayed-type": "direct"})
    broker = MemoryBroker(topology([later], [Queue("q")], [Binding("later", "q", key="jobs")]))
    delayed = message("jobs", exchange="later")._replace(headers={"x-delay": 5000})
    assert broker.send(delayed) == ("confirmed", "")
    assert broker.send(message("other", exchange="later"))[0] == "unroutable"
    assert bodies(broker) == [b"1"]
