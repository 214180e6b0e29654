"""A queue q with bindings of us and of others, and its replacement on a real broker."""

from typing import Any

import pika

from edatool.change.replacing.replace import replace
from edatool.change.replacing.replacement import Replaced, Replacement, as_json, bindings_of, from_json, replacement
from edatool.routing.topology import Binding, Exchange, Queue, Topology, topology
from tests.broker_fixtures import Vhost
from tests.change.on_broker import channel, there
from tests.sessions import session_of

CLASSIC = Queue("q", arguments={"x-queue-type": "classic"})
QUORUM = Queue("q", arguments={"x-queue-type": "quorum"})
OURS = Binding("e", "q", key="a.#")
THEIRS = Binding("h", "q", arguments={"x-match": "any", "n": 1, "price": 1.5, "ok": True, "name": "x"})
BEFORE = topology([Exchange("e", "topic"), Exchange("h", "headers")], [CLASSIC], [OURS])
LIMIT = 120.0


def planned(vhost: Vhost, new: Queue, *more: Binding) -> Replacement:
    live = there(vhost)
    old = live.queues[new.name]
    return replacement(old, new, live, [*bindings_of(new, live), *more])


def carry_out(one: Replacement, vhost: Vhost, report: Any = lambda _: None, limit: float = LIMIT) -> Replaced:
    kept = from_json(as_json(one))
    assert kept == one
    return replace(kept, session_of(vhost), report, limit)


def publish(vhost: Vhost, numbers: range, exchange: str = "e", key: str = "a.b") -> None:
    with channel(vhost) as there:
        for number in numbers:
            properties = pika.BasicProperties(message_id=str(number), headers={"n": number}, delivery_mode=2)
            there.basic_publish(exchange, key, b"x", properties, mandatory=True)


def taken(vhost: Vhost, queue: str = "q") -> list[int]:
    """Take all messages out of a queue and return their ids in order."""
    found: list[int] = []
    with channel(vhost) as there:
        while True:
            method, properties, _ = there.basic_get(queue, auto_ack=True)
            if method is None:
                return found
            found.append(int(properties.message_id))


def expected(new: Queue, *bindings: Binding) -> Topology:
    return topology(BEFORE.exchanges.values(), [new], [OURS, THEIRS, *bindings])
