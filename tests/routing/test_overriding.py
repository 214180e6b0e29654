import time
from collections.abc import Callable, Mapping
from typing import Any

import pika
import pytest

from edatool.routing.effective import policies
from edatool.routing.overriding import Effective, Said, effective_settings
from edatool.routing.topology import Arguments, Policy, Queue
from tests.broker_fixtures import Vhost

NOBODY = policies({})


def settings(
    arguments: Arguments, policy: Mapping[str, Any] | None = None, operator: Mapping[str, Any] | None = None
) -> dict[str, Effective]:
    """Return the settings of a queue ``q`` with a policy ``p`` and an operator policy ``o``, by name."""
    by_policy = policies({"p": Policy("p", "^q$", definition=policy)}) if policy else NOBODY
    by_operator = policies({"o": Policy("o", "^q$", definition=operator)}) if operator else NOBODY
    return {one.name: one for one in effective_settings(Queue("q", arguments=arguments), by_policy, by_operator)}


def test_of_a_limit_the_lowest_holds_wherever_it_is_said() -> None:
    found = settings({"x-max-length": 5}, {"max-length": 3}, {"max-length": 4})["max-length"]
    assert found == Effective("max-length", Said("policy p", 3), (Said("argument", 5), Said("operator policy o", 4)))


def test_an_argument_hides_what_policies_say_of_anything_else() -> None:
    found = settings({"x-dead-letter-exchange": "mine"}, {"dead-letter-exchange": "theirs"})["dead-letter-exchange"]
    assert found == Effective("dead-letter-exchange", Said("argument", "mine"), (Said("policy p", "theirs"),))


def test_what_the_type_of_the_queue_does_not_take_has_no_effect() -> None:
    assert settings({"x-queue-type": "stream"}, {"message-ttl": 1, "max-age": "7D"}).keys() == {"max-age"}


def test_what_is_said_twice_alike_is_not_without_effect() -> None:
    assert settings({"x-max-length": 5}, {"max-length": 5})["max-length"] == Effective(
        "max-length", Said("argument", 5)
    )


def test_a_negative_limit_is_none() -> None:
    queue = {"x-queue-type": "quorum", "x-delivery-limit": -1}
    assert settings(queue, {"delivery-limit": 7})["delivery-limit"].holds == Said("policy p", 7)


PAIRS = [
    ("message-ttl", 5000, 7000),
    ("expires", 500000, 700000),
    ("max-length", 5, 7),
    ("max-length-bytes", 500, 700),
    ("delivery-limit", 3, 5),
    ("overflow", "drop-head", "reject-publish"),
]


@pytest.mark.parametrize("queue_type", ["classic", "quorum"])
@pytest.mark.parametrize("turned", [False, True])
def test_policy_and_operator_policy_are_merged_as_the_broker_says(vhost: Vhost, queue_type: str, turned: bool) -> None:
    """All settings at once; an older broker takes no overflow in operator policies, and is told none."""
    taken = [
        pair
        for pair in PAIRS
        if (pair[0] != "overflow" or vhost.version >= (4, 0, 0))
        and (pair[0] != "delivery-limit" or queue_type == "quorum")
    ]
    policy = {name: high if turned else low for name, low, high in taken}
    operator = {name: low if turned else high for name, low, high in taken}
    write_policies(vhost, policy, operator)
    arguments = {"x-queue-type": queue_type}
    vhost.api.put(f"/api/queues/{vhost.quoted}/q", json={"durable": True, "arguments": arguments}).raise_for_status()
    ours = {name: one.holds.value for name, one in settings(arguments, policy, operator).items()}
    assert (
        awaited(lambda: vhost.api.get(f"/api/queues/{vhost.quoted}/q").json().get("effective_policy_definition"))
        == ours
    )


@pytest.mark.parametrize("queue_type", ["classic", "quorum"])
@pytest.mark.parametrize(("argument", "policy"), [("drop-head", "reject-publish"), ("reject-publish", "drop-head")])
def test_argument_and_policy_overflow_as_the_broker_does(
    vhost: Vhost, queue_type: str, argument: str, policy: str
) -> None:
    arguments: dict[str, Any] = {"x-queue-type": queue_type, "x-max-length": 2, "x-overflow": argument}
    write_policies(vhost, {"overflow": policy}, None)
    holds = settings(arguments, {"overflow": policy})["overflow"].holds.value
    assert (refused_of(vhost, arguments, 12) > 0) == (holds == "reject-publish")


@pytest.mark.parametrize(("argument", "policy", "operator"), [(3, 5, 9), (5, 3, 9), (9, 5, 3)])
def test_the_lowest_limit_is_what_the_broker_keeps(vhost: Vhost, argument: int, policy: int, operator: int) -> None:
    arguments = {"x-queue-type": "classic", "x-max-length": argument, "x-overflow": "reject-publish"}
    write_policies(vhost, {"max-length": policy}, {"max-length": operator})
    holds = settings(arguments, {"max-length": policy}, {"max-length": operator})["max-length"].holds.value
    assert refused_of(vhost, arguments, 12) == 12 - int(str(holds))


def write_policies(vhost: Vhost, policy: Mapping[str, Any], operator: Mapping[str, Any] | None) -> None:
    for kind, name, definition in (("policies", "p", policy), ("operator-policies", "o", operator)):
        if definition:
            body = {"pattern": "^q$", "apply-to": "queues", "definition": definition}
            vhost.api.put(f"/api/{kind}/{vhost.quoted}/{name}", json=body).raise_for_status()


def refused_of(vhost: Vhost, arguments: dict[str, Any], count: int) -> int:
    """Return how many of so many messages to a new queue ``q`` the broker refuses."""
    connection = pika.BlockingConnection(pika.URLParameters(vhost.url))
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.queue_declare("q", durable=True, arguments=arguments)
        refused = 0
        for _ in range(count):
            try:
                channel.basic_publish("", "q", b"x")
            except pika.exceptions.NackError:
                refused += 1
        return refused
    finally:
        connection.close()


def awaited(ask: Callable[[], Any]) -> Any:
    """Return an answer that is not empty: statistics come some seconds after the queue."""
    end = time.monotonic() + 30
    while not (found := ask()) and time.monotonic() < end:
        time.sleep(0.2)
    return found
