"""The simulator is RabbitMQ: whatever the topology and the messages, both reach the same queues."""

import time
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from edatool.routing.dead_letter import Passage, dead_letter
from edatool.routing.journey import journeys
from edatool.routing.message import Letter, Message
from edatool.routing.router import Router, router
from edatool.routing.simulate import route
from edatool.routing.topology import Arguments, Binding, Exchange, Policy, Queue, topology
from edatool.routing.trace import Trace
from edatool.routing.version import TYPED_NUMBERS
from tests.broker_fixtures import Vhost
from tests.examples import examples
from tests.routing.generated import Case, cases, dead_letter_cases
from tests.routing.live import Watch, declared, refusal

MOST = 300  # copies of dead letters, or deaths of them, to be waited for at once

on_one_vhost = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@settings(on_one_vhost, max_examples=examples(60))
@given(random=st.data())
def test_queues_get_what_the_simulator_says(vhost: Vhost, random: st.DataObject) -> None:
    compare(vhost, random.draw(cases(vhost.version, keys=6)))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_queues_get_what_the_simulator_says_of_many_messages(vhost: Vhost) -> None:
    compared = 0

    @settings(on_one_vhost, max_examples=examples(250))
    @given(random=st.data())
    def compare_one(random: st.DataObject) -> None:
        nonlocal compared
        compared += compare(vhost, random.draw(cases(vhost.version, keys=40)))

    compare_one()
    assert compared >= 50_000
    print(f"{compared} messages on {vhost.version}")


def compare(vhost: Vhost, case: Case) -> int:
    """Publish all messages of a case, check where each went, and return how many were checked."""
    simulated = router(case.topology, vhost.version)
    refused = [message for message in case.messages if route(simulated, message).refused]
    accepted = [message for message in case.messages if not route(simulated, message).refused]
    with declared(vhost, case.topology) as connection:
        for message in refused[:5]:
            expected = route(simulated, message).refused
            assert expected
            assert refusal(connection, message) == expected.code, message
        watch = Watch(connection, case.topology.queues)
        watch.publish(accepted)
        got: dict[int, list[str]] = {}
        for (queue, number), copies in sorted(watch.got().items()):
            got.setdefault(number, []).extend([queue] * copies)
    for number, message in enumerate(accepted):
        check(simulated, message, got.get(number, []), returned=number in watch.returned)
    return len(accepted)


def check(simulated: Router, message: Message, got: list[str], *, returned: bool) -> None:
    trace = route(simulated, message, explain=True)
    if got != list(trace.queues):
        note(f"{message}: {trace}")
    assert returned == (not got), message
    if trace.maybe:
        assert set(trace.queues) <= set(got) <= {*trace.queues, *trace.maybe}, message
        assert len(got) == len(set(got))
    else:
        assert got == list(trace.queues), message


def test_an_empty_list_is_an_empty_table(vhost: Vhost) -> None:
    queues = [Queue("list"), Queue("table")]
    bindings = [Binding("amq.match", "list", arguments={"h": []}), Binding("amq.match", "table", arguments={"h": {}})]
    messages = tuple(Message("amq.match", headers={"h": value}) for value in ([], {}, [1], {"a": 1}, None, ""))
    compare(vhost, Case(topology(queues=queues, bindings=bindings), messages))


def test_alternates_look_at_matches_and_arguments_beat_policies(vhost: Vhost) -> None:
    exchanges = [
        Exchange("blind", "fanout", arguments={"alternate-exchange": "amq.fanout"}),
        Exchange("empty", "fanout", arguments={"alternate-exchange": "amq.fanout"}),
    ]
    bindings = [
        Binding("blind", "amq.direct", to_exchange=True),
        Binding("amq.fanout", "q"),
        Binding("amq.topic", "r", key="#"),
        Binding("amq.match", "r", arguments={"BCC": None}),
        Binding("amq.direct", "q", key="copy"),
    ]
    policies = [Policy("p", "^empty$", "exchanges", 1, {"alternate-exchange": "amq.topic"})]
    headers: tuple[dict[str, object], ...] = ({}, {"BCC": ["copy"]})
    names = ("blind", "empty", "amq.match", "amq.direct")
    messages = tuple(Message(name, "k", each) for name in names for each in headers)
    compare(vhost, Case(topology(exchanges, [Queue("q"), Queue("r")], bindings, policies), messages))


@settings(on_one_vhost, max_examples=examples(40))
@given(random=st.data())
def test_dead_letters_end_where_the_simulator_says(vhost: Vhost, random: st.DataObject) -> None:
    compare_dead_letters(vhost, random.draw(dead_letter_cases(vhost.version)))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_dead_letters_end_where_the_simulator_says_in_many_topologies(vhost: Vhost) -> None:
    compared = 0

    @settings(on_one_vhost, max_examples=examples(400))
    @given(random=st.data())
    def compare_one(random: st.DataObject) -> None:
        nonlocal compared
        compared += compare_dead_letters(vhost, random.draw(dead_letter_cases(vhost.version)))

    compare_one()
    assert compared >= 5_000
    print(f"{compared} copies of dead letters on {vhost.version}")


def test_a_rejected_message_comes_back_from_its_delay_with_its_new_key_alone(vhost: Vhost) -> None:
    queues = [
        giving("work", "", "wait"),
        giving("wait", "", "work", {"x-message-ttl": 0}),
        Queue("log"),
        giving("own", "", "own"),
    ]
    messages = (Message("", "work", {"CC": ["log"]}), Message("", "own"))
    compare_dead_letters(vhost, Case(topology(queues=queues), messages))


def test_rejections_are_forgotten_or_remembered_as_the_broker_does(vhost: Vhost) -> None:
    """Before 3.13 the first message does not come back, though it was rejected; the second goes round once."""
    now = {"x-message-ttl": 0}
    queues = [
        giving("second delay", "", "work", now),
        giving("work", "", "first delay"),
        giving("first delay", "", "second delay", now),
        giving("start", "", "there"),
        giving("there", "by key", None, now),
        giving("back", "all", "end", now),
        Queue("end"),
    ]
    exchanges = [Exchange("by key", "direct"), Exchange("all", "fanout")]
    bindings = [Binding("by key", "back", key="there"), Binding("by key", "end", key="end"), Binding("all", "there")]
    messages = (Message("", "second delay"), Message("", "start"))
    compare_dead_letters(vhost, Case(topology(exchanges, queues, bindings), messages))


def test_a_table_in_headers_may_lead_to_a_queue(vhost: Vhost) -> None:
    bindings = [Binding("amq.match", "asks", arguments={"h": {"a": 1}}), Binding("amq.match", "all")]
    queues = [giving("q", "amq.match"), Queue("asks"), Queue("all")]
    message = Message("", "q", {"h": {"a": 1}})
    assert compare_dead_letters(vhost, Case(topology(queues=queues, bindings=bindings), (message,))) == 3


def test_what_a_message_claims_about_its_deaths_counts_as_on_the_broker(vhost: Vhost) -> None:
    asking: list[dict[str, object]] = [{f"x-{one}-death-queue": "claimed"} for one in ("first", "last")]
    asking += [{"x-first-death-queue": "q"}, {"x-death": None}]
    bindings = [
        Binding("amq.match", str(number), arguments={"x-match": "all-with-x", **wanted})
        for number, wanted in enumerate(asking)
    ]
    asked = [Queue(str(number)) for number in range(len(asking))]
    queues = [giving("q", "amq.match"), giving("wait", "", "q", {"x-message-ttl": 0}), *asked]
    deaths = [{"queue": "q", "reason": "expired"}, {"queue": "claimed", "reason": "rejected"}]
    claims: list[dict[str, object]] = [{"x-death": deaths}, {"x-death": "no list"}, {}]
    claims = [{**claim, "x-first-death-queue": "claimed", "x-last-death-queue": "claimed"} for claim in claims]
    messages = tuple(Message("", name, claim) for name in ("q", "wait") for claim in claims)
    compare_dead_letters(vhost, Case(topology(queues=queues, bindings=bindings), messages))


def test_before_3_13_a_circle_goes_on_for_ever_after_a_rejection(vhost: Vhost) -> None:
    short = {"x-message-ttl": 10}
    queues = [giving("work", "", "a"), giving("a", "", "b", short), giving("b", "", "a", short)]
    one = topology(queues=queues)
    simulated = router(one, vhost.version)
    letter = route(simulated, Message("", "work")).letter
    assert letter
    (way,) = journeys(simulated, letter, "work", "rejected")
    with declared(vhost, one) as connection:
        watch = Watch(connection, ["work"])
        watch.publish([Message("", "work")])
        watch.got(Counter([("work", 0)]))
        watch.reject("work")
        time.sleep(0.5)
        rounds = expirations(connection.channel(), "a")
    assert (rounds > 2) == way.endless == (vhost.version < TYPED_NUMBERS)


def expirations(channel: Any, queue: str) -> int:
    """Tell how often a message has expired that comes into a queue within a second; 0 where none does."""
    end = time.monotonic() + 1
    while time.monotonic() < end:
        _, properties, _ = channel.basic_get(queue)
        if properties:
            return sum(death["count"] for death in properties.headers["x-death"] if death["reason"] == "expired")
    return 0


def giving(name: str, exchange: str, key: str | None = None, more: Arguments | None = None) -> Queue:
    keys = {} if key is None else {"x-dead-letter-routing-key": key}
    return Queue(name, arguments={"x-dead-letter-exchange": exchange, **keys, **(more or {})})


class Copy(NamedTuple):
    """One of the copies of a message, in the queue where it rests; it is ``sure`` to be there, or may be."""

    place: str
    number: int
    letter: Letter
    sure: bool


def compare_dead_letters(vhost: Vhost, case: Case) -> int:
    """Let messages expire wherever they do; then, twice, reject all of one queue after the other; compare each time.

    Return how many copies were compared. What only may come cannot be waited for, so such copies end the comparison.
    """
    simulated = router(case.topology, vhost.version)
    messages = [message for message in case.messages if not route(simulated, message).refused]
    resting = [queue.name for queue in case.topology.queues.values() if "x-message-ttl" not in queue.arguments]
    copies = settle(simulated, ((number, route(simulated, message)) for number, message in enumerate(messages)))
    if copies is None:
        return 0
    with declared(vhost, case.topology) as connection:
        watch = Watch(connection, resting, 2 * MOST)
        watch.publish(messages)
        compare_copies(watch, copies)
        compared = len(copies)
        for queue in resting * 2:
            moved = after_rejection(simulated, copies, queue)
            if moved is None or not all(copy.sure for copy in copies):
                break
            copies = moved
            watch.reject(queue)
            compare_copies(watch, copies)
            compared += len(copies)
    return compared


def compare_copies(watch: Watch, copies: list[Copy]) -> None:
    sure = Counter((copy.place, copy.number) for copy in copies if copy.sure)
    possible = Counter((copy.place, copy.number) for copy in copies)
    got = watch.got(sure)
    if sure == possible:
        assert got == sure
    assert sure <= got <= possible


def after_rejection(simulated: Router, copies: list[Copy], queue: str) -> list[Copy] | None:
    """Return where the copies are after those of one queue were rejected; None as ``settle``."""
    rejected = [copy for copy in copies if copy.place == queue]
    moved = settle(
        simulated, ((copy.number, dead_letter(simulated, copy.letter, queue, "rejected")) for copy in rejected)
    )
    return None if moved is None else [copy for copy in copies if copy.place != queue] + moved


def settle(simulated: Router, reached: Iterable[tuple[int, Trace | Passage]]) -> list[Copy] | None:
    """Follow messages through queues in which they expire at once, to where they rest.

    Return None where they multiply too much, or may go round for ever: the broker must be spared that.
    """
    moving = [(number, each, True) for number, each in reached]
    copies = []
    for number, each, sure in moving:
        trace = each.trace if isinstance(each, Passage) else each
        for place in (*each.queues, *each.maybe):
            assert trace
            assert trace.letter
            copy = Copy(place, number, trace.letter, sure and place in each.queues)
            if "x-message-ttl" in simulated.topology.queues[place].arguments:
                moving.append((number, dead_letter(simulated, trace.letter, place, "expired"), copy.sure))
            else:
                copies.append(copy)
        if len(moving) > MOST or len(copies) > MOST:
            return None
    return copies
