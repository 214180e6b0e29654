"""The tables of what RabbitMQ takes, compared with what a live one takes."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from edatool.broker.address import parse
from edatool.broker.http.about import read_server
from edatool.broker.http.management import Management
from edatool.routing.acceptance.objection import Server
from edatool.routing.acceptance.objections import objections
from edatool.routing.settings import operator_policy
from edatool.routing.topology import Binding, Exchange, Object, Policy, Queue
from edatool.spec.rabbitmq.arguments import KNOWN, QUEUE_TYPES
from edatool.spec.rabbitmq.exchange_types import EXCHANGE_TYPES
from edatool.spec.rabbitmq.history import DEPENDS, REFUSED
from edatool.spec.rabbitmq.policy_settings import APPLY_TO, POLICY_SETTINGS
from tests.broker_fixtures import Vhost

VALUES: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("message-ttl", "max-length", "expires", "max-length-bytes", "max-in-memory-length"), (60_000,)),
    **dict.fromkeys(("max-in-memory-bytes", "consumer-timeout", "consumer-disconnected-timeout"), (60_000,)),
    **dict.fromkeys(("delayed-retry-min", "delayed-retry-max"), (60_000,)),
    "overflow": ("drop-head", "reject-publish"),
    "dead-letter-exchange": ("e",),
    "dead-letter-routing-key": ("k",),
    "dead-letter-strategy": ("at-most-once",),
    "alternate-exchange": ("e",),
    "delivery-limit": (5, -1),
    "delayed-retry-type": ("disabled", "all"),
    "max-age": ("1D",),
    "stream-max-segment-size-bytes": (5_000_000,),
    "stream-filter-size-bytes": (32,),
    **dict.fromkeys(("initial-cluster-size", "quorum-initial-group-size", "target-group-size"), (1,)),
    "queue-leader-locator": ("client-local", "balanced"),
    # With min-masters RabbitMQ 3.10 fails where a queue of any vhost is just being deleted.
    "queue-master-locator": ("client-local",),
    "queue-mode": ("lazy", "default"),
    "queue-version": (1, 2),
    "queue-type": ("quorum",),
    "max-priority": (5,),
    "single-active-consumer": (True,),
    "ha-mode": ("all",),
    "ha-params": (1,),
    "ha-sync-mode": ("automatic",),
    "ha-sync-batch-size": (5,),
    "ha-promote-on-shutdown": ("always",),
    "ha-promote-on-failure": ("always",),
    "federation-upstream": ("up",),
    "federation-upstream-set": ("all",),
    "federation-upstream-pattern": ("up",),
    "shards-per-node": (2,),
    "routing-key": ("k",),
    "max-lenght": (5,),
    "x-max-length": (5,),
    "delivery_limit": (5,),
}
BESIDE: dict[str, dict[str, Any]] = {
    "ha-params": {"ha-mode": "exactly"},
    "ha-sync-mode": {"ha-mode": "all"},
    "ha-sync-batch-size": {"ha-mode": "all"},
    "ha-promote-on-shutdown": {"ha-mode": "all"},
    "ha-promote-on-failure": {"ha-mode": "all"},
    "dead-letter-routing-key": {"dead-letter-exchange": "e"},
    "dead-letter-strategy": {"dead-letter-exchange": "e"},
    "delayed-retry-type": {"delayed-retry-min": 60_000},
}
"""What a setting is refused without."""


@pytest.fixture
def on(vhost: Vhost) -> Iterator[Server]:
    """The server, as plan sees it."""
    plugin = Policy("p", "", definition={"federation-upstream": "up"})
    with Management(parse(vhost.url, vhost.management), vhost.name) as management:
        yield read_server(management, [plugin])


def refused(one: Object, on: Server) -> bool:
    """Tell whether the server is said to refuse an object; what a plugin might know, none of these knows."""
    found = objections([one], on, [Exchange("topic", "topic"), Exchange("direct", "direct")])
    return any(each.verdict in (REFUSED, DEPENDS) for each in found)


def taken(vhost: Vhost, path: str, body: object) -> bool:
    """Tell whether RabbitMQ takes something."""
    kind, _, name = path.partition("/")
    method = "POST" if kind == "bindings" else "PUT"
    return vhost.api.request(method, f"/api/{kind}/{vhost.quoted}/{name}", json=body).is_success


@pytest.mark.parametrize("operator", [False, True], ids=["policy", "operator policy"])
def test_of_policies_is_refused_what_is_said_to_be(vhost: Vhost, on: Server, *, operator: bool) -> None:
    assert POLICY_SETTINGS.keys() <= VALUES.keys()
    kind, wrong = "operator-policies" if operator else "policies", []
    for name, values in VALUES.items():
        for value in values:
            policy = Policy("p", "^none$", definition={**({} if operator else BESIDE.get(name, {})), name: value})
            if operator and name == "delayed-retry-type":
                policy = Policy("p", "^none$", definition={name: value, **BESIDE[name]})
            body = {"pattern": policy.pattern, "definition": policy.definition}
            if taken(vhost, f"{kind}/p", body) == refused(operator_policy(policy) if operator else policy, on):
                wrong.append((name, value))
    assert wrong == []


@pytest.mark.parametrize("queue_type", QUEUE_TYPES)
def test_of_queues_is_refused_what_is_said_to_be(vhost: Vhost, on: Server, queue_type: str) -> None:
    wrong = []
    for name in KNOWN.keys() - {"x-queue-type"}:
        for value in VALUES[name.removeprefix("x-")]:
            beside = {f"x-{key}": inner for key, inner in BESIDE.get(name.removeprefix("x-"), {}).items()}
            queue = Queue(f"q {name} {value}", arguments={"x-queue-type": queue_type, **beside, name: value})
            body = {"durable": True, "arguments": dict(queue.arguments)}
            if taken(vhost, f"queues/{quote(queue.name, safe='')}", body) == refused(queue, on):
                wrong.append((name, value))
    assert wrong == []


def test_a_transient_queue_is_refused_where_that_is_said(vhost: Vhost, on: Server) -> None:
    queue = Queue("q", durable=False, arguments={"x-queue-type": "classic"})
    assert taken(vhost, "queues/q", {"durable": False}) != refused(queue, on)


@pytest.mark.parametrize("exchange", ["topic", "direct"])
@pytest.mark.parametrize("key", ["#.a.#", "#.a.#.#", "#.##.b##.#", "#.a.#.b.#"])
def test_keys_with_many_wildcards_are_refused_where_that_is_said(
    vhost: Vhost, on: Server, exchange: str, key: str
) -> None:
    assert taken(vhost, f"exchanges/{exchange}", {"type": exchange, "durable": True})
    assert taken(vhost, "queues/q", {"durable": True})
    assert taken(vhost, f"bindings/e/{exchange}/q/q", {"routing_key": key}) != refused(
        Binding(exchange, "q", key=key), on
    )


def test_exchange_types_are_refused_where_that_is_said(vhost: Vhost, on: Server) -> None:
    for kind in (*EXCHANGE_TYPES, "none-such"):
        body = {"type": kind, "durable": True, "arguments": {"x-delayed-type": "direct"}}
        assert taken(vhost, f"exchanges/{kind}", body) != refused(Exchange(kind, kind), on), kind


def test_exchange_types_are_built_in_since_they_are_said_to_be(on: Server) -> None:
    for kind, one in EXCHANGE_TYPES.items():
        if one.built_in and on.version >= one.built_in:
            assert on.exchange_types is not None
            assert kind in on.exchange_types


def test_policies_apply_where_that_is_said(vhost: Vhost, on: Server) -> None:
    for apply_to in APPLY_TO:
        policy = Policy("p", "^none$", apply_to, definition={"max-length": 5})
        body = {"pattern": policy.pattern, "apply-to": apply_to, "definition": policy.definition}
        assert taken(vhost, "policies/p", body) != refused(policy, on), apply_to
        assert taken(vhost, "operator-policies/p", body) != refused(operator_policy(policy), on), apply_to
