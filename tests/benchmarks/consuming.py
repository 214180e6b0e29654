"""Consuming with contracts, beside other libraries as their documentation has it: handlers that do nothing.

All read the same persistent messages from a durable queue over one connection, parse their JSON, and acknowledge each
once its handler has returned; up to ``PREFETCH`` are in hand. Ours also checks each payload against its contract.
Libraries of the extra ``bench`` that are not installed are left out.

``EDATOOL_BENCH_COUNT`` is how many messages each way reads (20,000).
"""

import asyncio
import importlib
import json
import os
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pika

from edatool import ConsumedEvent, Consumer, Publisher
from edatool.checks.load import load
from edatool.routes import Routes
from edatool.server import node
from tests.benchmarks.rivals import is_installed

COUNT = int(os.environ.get("EDATOOL_BENCH_COUNT", "20000"))
RUNS, PREFETCH, WORKERS = 3, 500, 10
SPEC = """\
edatool: 1
name: bench
events: {order.created: {exchange: bench, schema: s.json}}
exchanges: {bench: {type: topic}}
queues: {bench: {type: classic, dead_letter: {exchange: "", key: dead}}, dead: {type: classic}}
bindings: [{queue: bench, events: [order.created]}]
"""
SCHEMA = {
    "type": "object",
    "required": ["region", "items"],
    "properties": {
        "region": {"enum": ["eu", "us"]},
        "items": {"type": "array", "items": {"type": "object", "required": ["sku", "qty", "price"]}},
    },
}
PAYLOAD = {"region": "eu", "items": [{"sku": f"X{number}", "qty": 2, "price": 9.5} for number in range(10)]}
Way = Callable[[Routes, str], None]
"""Reads ``COUNT`` messages and returns."""


def run(folder: Path) -> dict[str, object]:
    routes = routes_in(folder)
    ways: dict[str, Way] = {"pika": pika_blocking, "edatool threads": threads, "edatool asyncio": tasks}
    others = {"aio_pika": aio_pika_iterator, "faststream": faststream_app}
    ways |= {name: way for name, way in others.items() if is_installed(name)}
    server = node.start(folder / "node")
    try:
        declare(server.url)
        return {"RabbitMQ": server.version, "messages": COUNT, **compared(routes, server.url, ways)}
    finally:
        node.remove(folder / "node")


def routes_in(folder: Path) -> Routes:
    (folder / "routes.yaml").write_text(SPEC)
    (folder / "s.json").write_text(json.dumps(SCHEMA))
    return load([str(folder / "routes.yaml")], {})


def compared(routes: Routes, url: str, ways: dict[str, Way]) -> dict[str, float]:
    rates: dict[str, list[float]] = {name: [] for name in ways}
    spent: dict[str, list[float]] = {name: [] for name in ways}
    # All of them in turn, so that a slow minute of the machine is everybody's.
    for _ in range(RUNS):
        for name, way in ways.items():
            fill(routes, url)
            start, cpu = time.perf_counter(), time.process_time()
            way(routes, url)
            rates[name].append(COUNT / (time.perf_counter() - start))
            spent[name].append((time.process_time() - cpu) / COUNT * 1e6)
    median = {name: round(statistics.median(found)) for name, found in rates.items()}
    own = median["edatool threads"]
    return {
        **{f"{name}, events/s": rate for name, rate in median.items()},
        **{f"{name}, CPU us/event": round(min(found), 1) for name, found in spent.items()},
        **{f"edatool threads / {name}": round(own / rate, 2) for name, rate in median.items() if "edatool" not in name},
    }


def declare(url: str) -> None:
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.exchange_declare("bench", "topic", durable=True)
        channel.queue_declare("dead", durable=True)
        arguments = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead"}
        channel.queue_declare("bench", durable=True, arguments=arguments)
        channel.queue_bind("bench", "bench", "order.created")


def fill(routes: Routes, url: str, count: int = COUNT) -> None:
    with Publisher(routes, url) as publisher:
        assert all(one.ok for one in publisher.publish_many(("order.created", PAYLOAD) for _ in range(count)))


def pika_blocking(_: Routes, url: str) -> None:
    left = COUNT
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.basic_qos(prefetch_count=PREFETCH)

        def handle(_: Any, method: Any, __: Any, body: bytes) -> None:
            nonlocal left
            json.loads(body)
            channel.basic_ack(method.delivery_tag)
            left -= 1
            if not left:
                channel.stop_consuming()

        channel.basic_consume("bench", handle)
        channel.start_consuming()


def threads(routes: Routes, url: str) -> None:
    left, lock = COUNT, threading.Lock()
    consumer = Consumer(routes, url, workers=WORKERS, prefetch=PREFETCH)

    @consumer.on("order.created")
    def handle(event: ConsumedEvent) -> None:
        nonlocal left
        with lock:
            left -= 1
            if not left:
                consumer.stop()

    consumer.run()
    assert consumer.counts.done == COUNT


def tasks(routes: Routes, url: str) -> None:
    left = COUNT
    consumer = Consumer(routes, url, workers=PREFETCH, prefetch=PREFETCH)

    @consumer.on("order.created")
    async def handle(event: ConsumedEvent) -> None:
        nonlocal left
        left -= 1
        if not left:
            consumer.stop()

    consumer.run()
    assert consumer.counts.done == COUNT


def aio_pika_iterator(_: Routes, url: str) -> None:
    aio_pika: Any = importlib.import_module("aio_pika")

    async def consume() -> None:
        left = COUNT
        connection = await aio_pika.connect_robust(url)
        async with connection:
            channel = await connection.channel()
            await channel.set_qos(prefetch_count=PREFETCH)
            queue = await channel.get_queue("bench")
            async with queue.iterator() as messages:
                async for message in messages:
                    async with message.process():
                        json.loads(message.body)
                    left -= 1
                    if not left:
                        return

    asyncio.run(consume())


def faststream_app(_: Routes, url: str) -> None:
    rabbit: Any = importlib.import_module("faststream.rabbit")

    async def consume() -> None:
        left, done = COUNT, asyncio.Event()
        broker = rabbit.RabbitBroker(url, default_channel=rabbit.Channel(prefetch_count=PREFETCH), logger=None)

        async def handle(message: dict[str, Any]) -> None:
            nonlocal left
            left -= 1
            if not left:
                done.set()

        broker.subscriber(rabbit.RabbitQueue("bench", declare=False))(handle)
        await broker.start()
        await done.wait()
        await asyncio.sleep(0.1)
        await broker.stop()

    asyncio.run(consume())
