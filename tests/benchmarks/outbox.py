"""Events into an outbox and out of it again, beside the same engine without one."""

import threading
from pathlib import Path
from time import perf_counter, process_time

import pika

from edatool import Outbox, Publisher
from edatool.broker.address import parse
from edatool.broker.message import AmqpMessage
from edatool.broker.publish.publishing import Publishing
from edatool.runtime.outbox.outbox import relay_of_file
from edatool.runtime.outbox.relay import WINDOW
from edatool.server import node

MANY, ALONE, THREADS = 50_000, 500, 32
KEYS = (1, 1000)
BODY = "x" * 430
SPEC = """\
edatool: 1
name: bench
events:
  order.created: {exchange: bench, schema: s.json, key: "order.{region}", headers: {tier: tier}}
exchanges: {bench: {type: topic}}
queues: {bench: {}}
bindings: [{queue: bench, exchange: bench, key: "#"}]
"""
SCHEMA = """\
{
  "type": "object",
  "required": ["region"],
  "properties": {"region": {"type": "string"}, "tier": {"type": "string"}, "pad": {"type": "string"}}
}
"""


def run(folder: Path) -> dict[str, object]:
    (folder / "routes.yaml").write_text(SPEC)
    (folder / "s.json").write_text(SCHEMA)
    server = node.start(folder / "node")
    try:
        declare(server.url)
        return {
            "RabbitMQ": server.version,
            "one at a time, adds/s": alone(folder),
            f"one at a time in each of {THREADS} threads, adds/s": threads(folder),
            "publish_many, adds/s": many(folder, 1000),
            **{f"{keys} keys": relayed(folder, server.url, keys) for keys in KEYS},
        }
    finally:
        node.remove(folder / "node")


def declare(url: str) -> None:
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.exchange_declare("bench", "topic", durable=True)
        channel.queue_declare("bench", durable=True)
        channel.queue_bind("bench", "bench", "#")


def payload(number: int, keys: int) -> dict[str, object]:
    return {"region": f"r{number % keys}", "tier": "gold", "pad": BODY}


def publisher(folder: Path, name: str) -> Publisher:
    return Publisher(str(folder / "routes.yaml"), outbox=folder / name)


def alone(folder: Path) -> float:
    with publisher(folder, "alone.db") as one:
        one.publish("order.created", payload(0, 1))
        begin = perf_counter()
        for number in range(ALONE):
            one.publish("order.created", payload(number, 1))
        return round(ALONE / (perf_counter() - begin))


def threads(folder: Path) -> float:
    with publisher(folder, "threads.db") as one:

        def work() -> None:
            for number in range(ALONE):
                one.publish("order.created", payload(number, 1))

        working = [threading.Thread(target=work) for _ in range(THREADS)]
        begin = perf_counter()
        for thread in working:
            thread.start()
        for thread in working:
            thread.join()
        return round(ALONE * THREADS / (perf_counter() - begin))


def many(folder: Path, keys: int) -> float:
    with publisher(folder, f"relayed-{keys}.db") as one:
        begin = perf_counter()
        for receipt in one.publish_many(("order.created", payload(number, keys)) for number in range(MANY)):
            assert receipt.ok
        return round(MANY / (perf_counter() - begin))


def relayed(folder: Path, url: str, keys: int) -> dict[str, float]:
    file = folder / f"relayed-{keys}.db"
    if not file.exists():
        many(folder, keys)
    direct = engine(url, keys)
    one = relay_of_file(Outbox(file), parse(url), print)
    begin, used = perf_counter(), process_time()
    one.run(once=True)
    rate = MANY / (perf_counter() - begin)
    assert one.counts["confirmed"] == MANY
    return {
        "relayed, messages/s": round(rate),
        "relayed, CPU us per message": round((process_time() - used) / MANY * 1e6, 1),
        "engine alone, messages/s": round(direct),
        "relayed, of the engine": round(rate / direct, 2),
    }


def engine(url: str, keys: int) -> float:
    """Messages per second that the engine sends with the window of a relay."""
    body = BODY.encode()
    messages = [
        AmqpMessage(
            "bench", f"order.r{number % keys}", {"tier": "gold"}, body, "order.created", str(number), "bench", 0
        )
        for number in range(MANY)
    ]
    publishing = Publishing(parse(url), "/", WINDOW)
    begin = perf_counter()
    for message in messages:
        publishing.submit(message)
    assert publishing.close(60) == []
    return MANY / (perf_counter() - begin)
