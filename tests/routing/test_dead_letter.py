from functools import partial
from typing import Any

import pika
import pytest

from edatool.routing.dead_letter import Passage, dead_letter
from edatool.routing.journey import Journey, journeys
from edatool.routing.message import Death, Letter, Message, Reason
from edatool.routing.router import Router, router
from edatool.routing.simulate import route
from edatool.routing.topology import Binding, Policy, Queue, topology
from tests.broker_fixtures import Vhost
from tests.routing.test_overriding import awaited


def dying(name: str, exchange: str, key: str | None = None, ttl: int | None = None, **more: object) -> Queue:
    arguments: dict[str, object] = {"x-dead-letter-exchange": exchange}
    if key is not None:
        arguments["x-dead-letter-routing-key"] = key
    if ttl is not None:
        arguments["x-message-ttl"] = ttl
    return Queue(name, arguments={**arguments, **{name.replace("_", "-"): value for name, value in more.items()}})


def letter_in(router: Router, queue: str, **headers: object) -> Letter:
    letter = route(router, Message("", queue, headers)).letter
    assert letter
    return letter


def test_without_a_dead_letter_exchange_a_message_is_lost() -> None:
    one = router(topology(queues=[Queue("q")]))
    assert dead_letter(one, letter_in(one, "q"), "q", "rejected") == Passage(
        lost="queue 'q' has no dead-letter exchange"
    )


def test_a_missing_dead_letter_exchange_loses_the_message() -> None:
    one = router(topology(queues=[dying("q", "gone")]))
    passage = dead_letter(one, letter_in(one, "q"), "q", "expired")
    assert passage == Passage(lost="there is no dead-letter exchange 'gone'")


def test_at_least_once_keeps_what_cannot_be_routed() -> None:
    safe = {"x_queue_type": "quorum", "x_dead_letter_strategy": "at-least-once", "x_overflow": "reject-publish"}
    one = router(topology(queues=[dying("q", "amq.direct", **safe)]))  # type: ignore[arg-type]
    passage = dead_letter(one, letter_in(one, "q"), "q", "expired")
    assert (passage.lost, passage.kept) == ("exchange 'amq.direct' leads it to no queue", True)


OVERFLOWS = [
    (None, None, False),
    (None, "reject-publish", True),
    ("drop-head", "reject-publish", True),
    ("reject-publish", "drop-head", False),
]


def at_least_once(name: str, overflow: str | None) -> Queue:
    said: dict[str, Any] = {"x_overflow": overflow} if overflow else {}
    return dying(name, "amq.fanout", x_queue_type="quorum", x_dead_letter_strategy="at-least-once", **said)


def overflow_policy(name: str, overflow: str | None) -> list[Policy]:
    return [Policy(name, f"^{name}$", "queues", definition={"overflow": overflow})] if overflow else []


@pytest.mark.parametrize(("argument", "policy", "kept"), OVERFLOWS)
def test_at_least_once_needs_reject_publish_where_a_policy_goes_before_the_argument(
    argument: str | None, policy: str | None, kept: bool
) -> None:
    one = router(topology(queues=[at_least_once("q", argument)], policies=overflow_policy("q", policy)))
    assert dead_letter(one, letter_in(one, "q"), "q", "rejected").kept == kept


@pytest.mark.slow
def test_the_broker_keeps_dead_letters_at_least_once_by_the_same_settings(vhost: Vhost) -> None:
    """Of three messages to each queue the first is rejected; the statistics come some seconds later."""
    connection = pika.BlockingConnection(pika.URLParameters(vhost.url))
    channel = connection.channel()
    for number, (argument, policy, _) in enumerate(OVERFLOWS):
        queue = at_least_once(f"q{number}", argument)
        for one in overflow_policy(queue.name, policy):
            body = {"pattern": one.pattern, "apply-to": one.apply_to, "definition": one.definition}
            vhost.api.put(f"/api/policies/{vhost.quoted}/{one.name}", json=body).raise_for_status()
        channel.queue_declare(queue.name, durable=True, arguments=dict(queue.arguments))
        channel.basic_publish("", queue.name, b"")
        method = next(iter(channel.consume(queue.name)))[0]
        channel.basic_reject(method.delivery_tag, requeue=False)
        channel.cancel()
        for _ in range(2):
            channel.basic_publish("", queue.name, b"")
    shown = [awaited(partial(kept_in, vhost, f"q{number}")) for number in range(len(OVERFLOWS))]
    connection.close()
    assert shown == ["kept" if kept else "dropped" for _, _, kept in OVERFLOWS]


def kept_in(vhost: Vhost, queue: str) -> str | None:
    """Return what became of the dead letter, None as long as not all is counted."""
    counted = vhost.api.get(f"/api/queues/{vhost.quoted}/{queue}").json()
    return {(2, 0): "dropped", (3, 1): "kept"}.get((counted.get("messages"), counted.get("messages_dlx")))


def test_dead_letters_keep_all_their_keys_even_bcc() -> None:
    bindings = [Binding("amq.direct", name, key=key) for name, key in (("a", "q"), ("b", "cc"), ("c", "bcc"))]
    one = router(topology(queues=[dying("q", "amq.direct"), Queue("a"), Queue("b"), Queue("c")], bindings=bindings))
    assert dead_letter(one, letter_in(one, "q", CC=["cc"], BCC=["bcc"]), "q", "expired").queues == ("a", "b", "c")


def test_a_dead_letter_key_replaces_all_keys() -> None:
    one = router(topology(queues=[dying("q", "", "dead"), Queue("dead"), Queue("cc")]))
    assert dead_letter(one, letter_in(one, "q", CC=["cc"]), "q", "rejected").queues == ("dead",)


@pytest.mark.parametrize(
    ("version", "seen"),
    [
        ((3, 10, 8), ["x-death", "x-first-death-reason"]),
        ((4, 0, 5), ["CC", "x-first-death-reason", "x-last-death-queue"]),
    ],
)
def test_exchanges_see_headers_about_the_death(version: tuple[int, int, int], seen: list[str]) -> None:
    names = ["CC", "x-death", "x-first-death-reason", "x-last-death-queue"]
    bindings = [Binding("amq.match", name, arguments={"x-match": "all-with-x", name: None}) for name in names]
    queues = [dying("q", "amq.match", "k"), *map(Queue, names)]
    one = router(topology(queues=queues, bindings=bindings), version)
    assert list(dead_letter(one, letter_in(one, "q", CC=[]), "q", "expired").queues) == seen


@pytest.mark.parametrize(
    ("reason", "deaths", "dropped"),
    [
        ("expired", (), True),
        ("maxlen", (), True),
        ("delivery_limit", (), True),
        ("rejected", (), False),
        ("expired", (Death("other", "rejected"), Death("q", "expired")), True),
    ],
)
def test_a_circle_is_cut_unless_the_message_is_rejected(
    reason: Reason, deaths: tuple[Death, ...], dropped: bool
) -> None:
    one = router(topology(queues=[dying("q", "", "q")]))
    passage = dead_letter(one, Letter("", ("q",), {}, deaths), "q", reason)
    assert (passage.loops, passage.queues) == ((("q",), ()) if dropped else ((), ("q",)))


def test_a_rejection_since_makes_a_circle_go_on() -> None:
    one = router(topology(queues=[dying("wait", "", "work"), Queue("work")]))
    deaths = (Death("work", "rejected"), Death("work", "expired"))
    assert dead_letter(one, Letter("", ("wait",), {}, deaths), "wait", "expired").queues == ("work",)


def died(router: Router, queue: str, *deaths: Death) -> Letter:
    """Publish a message to a queue, and let it die again and again."""
    letter = letter_in(router, queue)
    for death in deaths:
        trace = dead_letter(router, letter, death.queue, death.reason).trace
        assert trace
        assert trace.letter
        letter = trace.letter
    return letter


@pytest.mark.parametrize(("version", "listed"), [((3, 10, 8), "bcad"), ((4, 0, 5), "bdca")])
def test_before_3_13_each_death_turns_the_earlier_ones_around(version: tuple[int, int, int], listed: str) -> None:
    one = router(topology(queues=[dying(name, "", "a") for name in "abcd"]), version)
    letter = died(one, "a", *(Death(name, "rejected") for name in "abcdb"))
    assert "".join(death.queue for death in letter.deaths) == listed


@pytest.mark.parametrize(("version", "found"), [((3, 10, 8), True), ((3, 13, 3), False), ((4, 3, 6), False)])
def test_before_3_13_an_earlier_death_may_hide_a_rejection_since(version: tuple[int, int, int], found: bool) -> None:
    queues = [dying("late", "", "work"), dying("work", "", "early"), dying("early", "", "late")]
    one = router(topology(queues=queues), version)
    letter = died(one, "late", Death("late", "expired"), Death("work", "rejected"))
    assert dead_letter(one, letter, "early", "expired").loops == (("late",) if found else ())


@pytest.mark.parametrize(("version", "found"), [((3, 13, 2), True), ((3, 13, 3), False)])
def test_up_to_3_13_2_circles_are_looked_for_in_the_order_of_names(version: tuple[int, int, int], found: bool) -> None:
    one = router(topology(queues=[dying("b", "", "a"), dying("a", "", "b"), Queue("z")]), version)
    letter = Letter("", ("b",), {}, (Death("z", "rejected"), Death("a", "expired")))
    assert dead_letter(one, letter, "b", "expired").loops == (("a",) if found else ())


def test_what_a_message_claims_about_its_deaths_counts_before_3_13() -> None:
    claim = {"x-death": [{"queue": "q", "reason": "expired"}, {"queue": ["q"]}, 1], "x-first-death-queue": "claimed"}
    one = topology(queues=[dying("wait", "", "q"), Queue("q")])
    seen = {}
    for version in ((3, 10, 8), (4, 0, 5)):
        passage = dead_letter(router(one, version), Letter("", ("wait",), claim), "wait", "expired")
        assert passage.trace
        assert passage.trace.letter
        seen[version] = passage.loops, passage.trace.letter.headers["x-first-death-queue"]
    assert seen == {(3, 10, 8): (("q",), "claimed"), (4, 0, 5): ((), "wait")}


def test_a_message_that_claims_its_first_death_alone_dies_for_the_first_time() -> None:
    one = router(topology(queues=[dying("q", "", "q")]), (3, 10, 8))
    trace = dead_letter(one, Letter("", ("q",), {"x-first-death-queue": "claimed"}), "q", "rejected").trace
    assert trace
    assert trace.letter
    assert trace.letter.headers["x-first-death-queue"] == "q"


@pytest.mark.parametrize(
    ("version", "journey"),
    [
        (
            (3, 10, 8),
            Journey(
                ("work", "a", "b", "a", "b"),
                4,
                lost="it goes round in the circle a -> b -> a, which RabbitMQ before 3.13 does not end",
                loop=("a", "b", "a"),
                endless=True,
            ),
        ),
        ((4, 0, 5), Journey(("work", "a", "b"), 2, lost="the circle a -> b -> a has no end", loop=("a", "b", "a"))),
    ],
)
def test_before_3_13_a_circle_goes_on_for_ever_after_a_rejection(
    version: tuple[int, int, int], journey: Journey
) -> None:
    queues = [dying("work", "", "a"), dying("a", "", "b", ttl=1), dying("b", "", "a", ttl=1)]
    one = router(topology(queues=queues), version)
    assert journeys(one, letter_in(one, "work"), "work", "rejected") == (journey,)


@pytest.mark.parametrize(
    ("version", "ends"),
    [
        ((3, 10, 8), [("work", "there", "back", "there", "end")]),
        ((4, 0, 5), []),
    ],
)
def test_before_3_13_a_message_may_leave_a_circle_the_second_time(
    version: tuple[int, int, int], ends: list[tuple[str, ...]]
) -> None:
    queues = [
        dying("work", "", "there"),
        dying("there", "amq.direct", ttl=1),
        dying("back", "amq.fanout", "end", ttl=1),
    ]
    bindings = [Binding("amq.direct", "back", key="there"), Binding("amq.direct", "end", key="end")]
    one = router(
        topology(queues=[*queues, Queue("end")], bindings=[*bindings, Binding("amq.fanout", "there")]), version
    )
    ways = journeys(one, letter_in(one, "work"), "work", "rejected")
    assert [way.queues for way in ways if not way.lost] == ends


def retrying() -> Router:
    return router(
        topology(
            queues=[
                dying("work", "", "wait 1"),
                dying("wait 1", "", "wait 2", ttl=1000),
                dying("wait 2", "amq.fanout", ttl=500),
                Queue("log"),
            ],
            bindings=[Binding("amq.fanout", "work"), Binding("amq.fanout", "log"), Binding("amq.fanout", "wait 1")],
        )
    )


def test_a_journey_goes_through_all_queues_that_only_wait() -> None:
    one = retrying()
    assert journeys(one, letter_in(one, "work"), "work", "rejected") == (
        Journey(
            ("work", "wait 1", "wait 2"),
            1500,
            lost="the circle wait 1 -> wait 2 -> wait 1 has no end",
            loop=("wait 1", "wait 2", "wait 1"),
        ),
        Journey(("work", "wait 1", "wait 2", "log"), 1500),
        Journey(("work", "wait 1", "wait 2", "work"), 1500),
    )


def test_a_journey_ends_where_the_message_is_lost() -> None:
    one = router(topology(queues=[dying("q", "gone", ttl=10)]))
    assert journeys(one, letter_in(one, "q"), "q", "expired") == (
        Journey(("q",), 10, lost="there is no dead-letter exchange 'gone'"),
    )


def test_arguments_win_over_the_policy_and_the_lower_ttl_over_both() -> None:
    definition = {"dead-letter-exchange": "gone", "dead-letter-routing-key": "end", "message-ttl": 5}
    policy = Policy("p", "^q", "classic_queues", 0, definition)
    one = router(topology(queues=[dying("q", "", ttl=10), Queue("end")], policies=[policy]))
    assert journeys(one, letter_in(one, "q"), "q", "expired") == (Journey(("q", "end"), 5),)
