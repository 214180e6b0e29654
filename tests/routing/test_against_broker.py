"""The simulator is RabbitMQ: whatever the topology and the messages, both reach the same queues."""

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from edatool.routing.dead_letter import Passage, dead_letter
from edatool.routing.message import Letter, Message
from edatool.routing.router import Router, router
from edatool.routing.simulate import route
from edatool.routing.topology import Binding, Exchange, Policy, Queue, topology
from edatool.routing.trace import Trace
from tests.broker_fixtures import Vhost
from tests.routing.generated import Case, cases, dead_letter_cases
from tests.routing.live import Watch, declared, refusal

on_one_vhost = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@settings(on_one_vhost, max_examples=60)
@given(random=st.data())
def test_queues_get_what_the_simulator_says(vhost: Vhost, random: st.DataObject) -> None:
    compare(vhost, random.draw(cases(vhost.version, keys=6)))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_queues_get_what_the_simulator_says_of_many_messages(vhost: Vhost) -> None:
    compared = 0

    @settings(on_one_vhost, max_examples=250)
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


@settings(on_one_vhost, max_examples=40)
@given(random=st.data())
def test_dead_letters_end_where_the_simulator_says(vhost: Vhost, random: st.DataObject) -> None:
    compare_dead_letters(vhost, random.draw(dead_letter_cases(vhost.version)))


def test_a_rejected_message_comes_back_from_its_delay_with_its_new_key_alone(vhost: Vhost) -> None:
    def giving(name: str, key: str, **more: object) -> Queue:
        return Queue(name, arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": key, **more})

    queues = [
        giving("work", "wait"),
        giving("wait", "work", **{"x-message-ttl": 0}),
        Queue("log"),
        giving("own", "own"),
    ]
    messages = (Message("", "work", {"CC": ["log"]}), Message("", "own"))
    compare_dead_letters(vhost, Case(topology(queues=queues), messages))


def compare_dead_letters(vhost: Vhost, case: Case) -> None:
    """Let messages expire wherever they do; then reject all of one queue after the other, and compare after each."""
    simulated = router(case.topology, vhost.version)
    messages = [message for message in case.messages if not route(simulated, message).refused]
    resting = [queue.name for queue in case.topology.queues.values() if "x-message-ttl" not in queue.arguments]
    letters = [
        (place, number, letter)
        for number, message in enumerate(messages)
        for place, letter in ends(simulated, route(simulated, message))
    ]
    with declared(vhost, case.topology) as connection:
        watch = Watch(connection, resting)
        watch.publish(messages)
        for queue in (*resting, None):
            expected = Counter((place, number) for place, number, _ in letters)
            assert watch.got(len(letters)) == expected
            if queue:
                watch.reject(queue)
                letters = list(rejected(simulated, letters, queue))
                if len(letters) > 200:  # each round may multiply them
                    return


def rejected(
    simulated: Router, letters: list[tuple[str, int, Letter]], queue: str
) -> Iterator[tuple[str, int, Letter]]:
    """Yield the messages and their places after those of one queue were rejected."""
    for place, number, letter in letters:
        if place != queue:
            yield place, number, letter
        else:
            for end in ends(simulated, dead_letter(simulated, letter, queue, "rejected")):
                yield end[0], number, end[1]


def ends(simulated: Router, reached: Trace | Passage) -> Iterator[tuple[str, Letter]]:
    """Follow a message through queues in which it expires at once."""
    trace = reached.trace if isinstance(reached, Passage) else reached
    for name in reached.queues:
        assert trace
        assert trace.letter
        if "x-message-ttl" in simulated.topology.queues[name].arguments:
            yield from ends(simulated, dead_letter(simulated, trace.letter, name, "expired"))
        else:
            yield name, trace.letter
