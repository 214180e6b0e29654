"""Random topologies, and what clients do with them."""

import random
from dataclasses import dataclass
from typing import Literal

from edatool.broker.message import AmqpMessage
from edatool.routing.topology import Binding, Exchange, Queue, Topology, topology

QUEUES = ("a", "b", "c", "d")
EXCHANGES = ("topic", "fanout", "direct", "headers")
STEPS = 16

Kind = Literal["publish", "get", "ack", "reject", "nack", "wait"]
KINDS: tuple[Kind, ...] = ("publish",) * 6 + ("get",) * 3 + ("ack", "reject", "reject", "nack", "nack", "wait")


@dataclass(frozen=True)
class Step:
    """``queue`` and ``turn`` say which message is got or settled, where it is not published."""

    kind: Kind
    queue: str
    message: AmqpMessage
    turn: int
    requeue: bool
    multiple: bool


def topology_of(draw: random.Random, tick: int) -> Topology:
    """Draw queues of which at most three let messages expire, after 0, 1 and 2 ticks (in milliseconds).

    No two of them do so after the same time, for which one is first would be left to chance.
    """
    queues = [Queue(name, arguments=_arguments(draw)) for name in QUEUES]
    for ticks in (0, 1, 2):
        if draw.random() < 0.4:
            arguments = draw.choice(queues).arguments
            assert isinstance(arguments, dict)
            arguments["x-message-ttl"] = ticks * tick
    bindings = [_binding(draw, draw.choice(EXCHANGES)) for _ in range(draw.randint(2, 7))]
    return topology([Exchange(name, name) for name in EXCHANGES], queues, bindings)


def steps_of(draw: random.Random) -> list[Step]:
    return [
        Step(
            draw.choice(KINDS),
            draw.choice(QUEUES),
            _message(draw, number),
            draw.randint(0, 5),
            draw.random() < 0.5,
            draw.random() < 0.5,
        )
        for number in range(STEPS)
    ]


def _arguments(draw: random.Random) -> dict[str, object]:
    kind = draw.choice(("classic", "quorum"))
    arguments: dict[str, object] = {"x-queue-type": kind}
    if draw.random() < 0.7:
        arguments["x-dead-letter-exchange"] = draw.choice(("", "", "topic", "fanout", "headers"))
        if arguments["x-dead-letter-exchange"] == "" or draw.random() < 0.5:
            arguments["x-dead-letter-routing-key"] = draw.choice(QUEUES)
    if draw.random() < 0.3:
        arguments["x-max-length"] = draw.randint(1, 3)
        overflows = ["drop-head", "reject-publish"]
        overflows += ["reject-publish-dlx"] if kind == "classic" else []
        arguments["x-overflow"] = draw.choice(overflows)
    if kind == "quorum" and draw.random() < 0.6:
        arguments["x-delivery-limit"] = draw.randint(0, 3)
    return arguments


def _binding(draw: random.Random, source: str) -> Binding:
    if source == "headers":
        wanted = {"x-match": "any-with-x", "h": 1, "x-first-death-queue": draw.choice(QUEUES)}
        return Binding(source, draw.choice(QUEUES), arguments=wanted)
    return Binding(source, draw.choice(QUEUES), key=draw.choice(("", "#", "a", "*.b", "c")))


def _message(draw: random.Random, number: int) -> AmqpMessage:
    headers: dict[str, object] = {"h": draw.choice((1, 2))} if draw.random() < 0.5 else {}
    for name in ("CC", "BCC"):
        if draw.random() < 0.2:
            headers[name] = [draw.choice(QUEUES)]
    exchange = draw.choice(("", "", *EXCHANGES))
    key = draw.choice(QUEUES) if exchange == "" else draw.choice(("a", "b", "a.b", ""))
    return AmqpMessage(exchange, key, headers, b"%d" % number, "text", f"id-{number}", "app", 1)
