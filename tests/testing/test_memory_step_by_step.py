"""The broker in memory does what RabbitMQ does, step by step: random topologies, and what clients do with them.

After each step all queues hold as many messages on both, and at the end the same ones, in the same order, with the same
headers. What is said of more topologies than these: EDATOOL_STEPS_TOPOLOGIES=1000.
"""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import pytest

from edatool.broker.address import parse
from edatool.broker.message import Message
from edatool.broker.publish.publishing import Publishing
from edatool.routing.topology import Binding, Exchange, Queue, Topology, topology
from edatool.routing.version import Version
from edatool.testing import MemoryBroker
from tests.broker_fixtures import Vhost
from tests.routing.live import declared
from tests.testing.compared import seen, told
from tests.testing.live_queues import LiveQueues

TOPOLOGIES = int(os.environ.get("EDATOOL_STEPS_TOPOLOGIES", "60"))
SEED = int(os.environ.get("EDATOOL_STEPS_SEED", "20261129"))
STEPS = 14

QUEUES = ("a", "b", "c", "d")
EXCHANGES = ("topic", "fanout", "direct", "headers")

Kind = Literal["publish", "ack", "reject", "requeue"]


@dataclass(frozen=True)
class Step:
    kind: Kind
    queue: str
    message: Message


def arguments_of(draw: random.Random) -> dict[str, object]:
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


def topology_of(draw: random.Random) -> Topology:
    queues = [Queue(name, arguments=arguments_of(draw)) for name in QUEUES]
    bindings = [binding_of(draw, draw.choice(EXCHANGES)) for _ in range(draw.randint(2, 7))]
    return topology([Exchange(name, name) for name in EXCHANGES], queues, bindings)


def binding_of(draw: random.Random, source: str) -> Binding:
    if source == "headers":
        wanted = {"x-match": "any-with-x", "h": 1, "x-first-death-queue": draw.choice(QUEUES)}
        return Binding(source, draw.choice(QUEUES), arguments=wanted)
    return Binding(source, draw.choice(QUEUES), key=draw.choice(("", "#", "a", "*.b", "c")))


def message_of(draw: random.Random, number: int) -> Message:
    headers: dict[str, object] = {"h": draw.choice((1, 2))} if draw.random() < 0.5 else {}
    for name in ("CC", "BCC"):
        if draw.random() < 0.2:
            headers[name] = [draw.choice(QUEUES)]
    exchange = draw.choice(("", "", *EXCHANGES))
    key = draw.choice(QUEUES) if exchange == "" else draw.choice(("a", "b", "a.b", ""))
    return Message(exchange, key, headers, b"%d" % number, "text", f"id-{number}", "app", 1)


def steps_of(draw: random.Random) -> list[Step]:
    kinds: tuple[Kind, ...] = ("publish", "publish", "publish", "ack", "reject", "requeue")
    return [Step(draw.choice(kinds), draw.choice(QUEUES), message_of(draw, number)) for number in range(STEPS)]


class Both:
    """A topology in memory and on a live broker."""

    def __init__(self, memory: MemoryBroker, live: LiveQueues, publishing: Publishing, version: Version) -> None:
        self.memory, self.live, self.publishing, self.version = memory, live, publishing, version

    def do(self, step: Step) -> None:
        if step.kind == "publish":
            ours, theirs = self.memory.send(step.message), self.publishing.send(step.message)
            assert ours[0] == theirs[0], (ours, theirs)
        elif self.memory.queue(step.queue):
            self.take(step)
        for queue in QUEUES:
            self.live.await_count(queue, len(self.memory.queue(queue)))

    def take(self, step: Step) -> None:
        ours, theirs = self.memory.get(step.queue), self.live.get(step.queue)
        assert ours is not None
        assert seen(ours, self.version) == told(theirs, self.version)
        if step.kind == "ack":
            self.memory.ack(ours)
            self.live.channel.basic_ack(theirs[0].delivery_tag)
        else:
            self.memory.reject(ours, requeue=step.kind == "requeue")
            self.live.reject(theirs, requeue=step.kind == "requeue")

    def compare(self) -> None:
        for queue in QUEUES:
            ours = self.memory.queue(queue)
            theirs = [told(self.live.get(queue), self.version) for _ in ours]
            assert theirs == [seen(one, self.version) for one in ours], queue


@contextmanager
def both(vhost: Vhost, made: Topology, publishing: Publishing) -> Iterator[Both]:
    with declared(vhost, made):
        live = LiveQueues(vhost)
        try:
            yield Both(MemoryBroker(made, vhost.version), live, publishing, vhost.version)
        finally:
            live.connection.close()


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_random_topologies_behave_alike_step_by_step(vhost: Vhost) -> None:
    publishing = Publishing(parse(vhost.url), vhost.name)
    different = []
    for number in range(TOPOLOGIES):
        draw = random.Random(SEED + number)
        made, steps = topology_of(draw), steps_of(draw)
        done: list[Step] = []
        try:
            with both(vhost, made, publishing) as pair:
                for step in steps:
                    done.append(step)
                    pair.do(step)
                pair.compare()
        except AssertionError as error:
            different.append((SEED + number, made.queues, list(made.bindings.values()), done, str(error)[:600]))
    publishing.close()
    assert different == []
