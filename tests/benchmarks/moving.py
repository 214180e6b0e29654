"""Messages per second moved between queues of a real RabbitMQ, beside moving them one at a time."""

from pathlib import Path
from time import perf_counter

import pika

from edatool.broker.address import Address, parse
from edatool.broker.amqp import parameters
from edatool.broker.consume.drain import Drain, Moved, move
from edatool.broker.declare.operations import Object, Operation
from edatool.broker.declare.operations import run as operate
from edatool.broker.http.management import Management
from edatool.routing.topology import Binding, Exchange, Queue
from edatool.server import node
from tests.sessions import at

VHOST = "moving"
MESSAGES, SINGLE = 30_000, 2_000
BODY = b"x" * 400
KINDS = ("classic", "quorum")


def run(folder: Path) -> dict[str, float | str]:
    server = node.start(folder / "node")
    try:
        there = parse(server.url, server.management)
        with Management(there, VHOST) as management:
            management.create_vhost()
        return {"RabbitMQ": server.version, **figures(there)}
    finally:
        node.remove(folder / "node")


def figures(there: Address) -> dict[str, float]:
    found: dict[str, float] = {}
    for source in KINDS:
        for target in KINDS:
            if source != target:
                prepare(there, source, target)
                fill(there, MESSAGES)
                found[f"{source} to {target}, messages/s"] = moved_per_second(there)
                fill(there, SINGLE)
                found[f"{source} to {target}, one at a time, messages/s"] = single_per_second(there)
    return found


def prepare(there: Address, source: str, target: str) -> None:
    queues = [Queue(name, arguments={"x-queue-type": kind}) for name, kind in (("from", source), ("to", target))]
    operate(at(there, VHOST), [Operation("delete", one, force=True) for one in queues])
    objects: list[Object] = [*queues, Exchange("to", "fanout"), Binding("to", "to")]
    for one in objects:
        operate(at(there, VHOST), [Operation("create", one)])


def fill(there: Address, count: int) -> None:
    with pika.BlockingConnection(parameters(there, VHOST)) as connection:
        channel = connection.channel()
        for number in range(count):
            properties = pika.BasicProperties(delivery_mode=2, message_id=str(number))
            channel.basic_publish("", "from", BODY, properties)
        channel.confirm_delivery()
        channel.basic_publish("", "from", BODY)


def moved_per_second(there: Address) -> float:
    begin = perf_counter()
    moved = move(at(there, VHOST), Drain("from", "to", 600))
    assert moved == Moved(MESSAGES + 1, 0, 0, full=False)
    return round(moved.messages / (perf_counter() - begin))


def single_per_second(there: Address) -> float:
    with pika.BlockingConnection(parameters(there, VHOST)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        begin = perf_counter()
        for _ in range(SINGLE):
            method, properties, body = channel.basic_get("from")
            channel.basic_publish("to", "", body, properties, mandatory=True)
            channel.basic_ack(method.delivery_tag)
        return round(SINGLE / (perf_counter() - begin))
