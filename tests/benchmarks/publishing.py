"""Publishing with contracts and confirms, beside other libraries and beside frames that were encoded beforehand.

All send the same messages to the same durable queue, persistent, mandatory and confirmed, over one connection.
Ours also checks each payload against its contract, and takes the routing key and a header from it. Libraries of the
extra ``bench`` that are not installed are left out.
"""

import asyncio
import importlib
import json
import resource
import statistics
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pika
from pika import frame, spec

from edatool import Publisher
from edatool.broker import node
from edatool.checks.load import load

COUNT = 20_000
RUNS = 3
SIZES = (100, 456, 20_000)
SPEC = """\
edatool: 1
name: bench
events:
  order.created: {exchange: bench, schema: s.json, key: "order.{region}.created", headers: {tier: customer.tier}}
exchanges: {bench: {type: topic}}
queues: {bench: {}}
bindings: [{queue: bench, events: [order.created]}]
"""
SCHEMA = {
    "type": "object",
    "required": ["region", "customer"],
    "properties": {
        "region": {"enum": ["eu", "us"]},
        "customer": {"type": "object", "properties": {"tier": {"type": "string"}}},
        "items": {"type": "array", "items": {"type": "object", "required": ["sku", "qty", "price"]}},
    },
}

Work = Callable[[str, dict[str, Any], int], None]


def run(folder: Path) -> dict[str, object]:
    (folder / "routes.yaml").write_text(SPEC)
    (folder / "s.json").write_text(json.dumps(SCHEMA))
    server = node.start(folder / "node")
    try:
        declare(server.url)
        figures: dict[str, object] = {"RabbitMQ": server.version}
        for size in SIZES:
            figures[f"{size} bytes"] = compared(folder, server.url, size)
        figures["one at a time"] = latency(folder, server.url)
        figures["memory"] = memory(folder, server.url)
        return figures
    finally:
        node.remove(folder / "node")


def compared(folder: Path, url: str, size: int) -> dict[str, float]:
    value = payload(size)
    ways: dict[str, tuple[Work, int]] = {
        "raw socket": (raw, COUNT),
        "edatool publish_many": (ours(folder), COUNT),
        "edatool publish_async": (ours_async(folder), COUNT),
        "pika blocking": (pika_blocking, COUNT // 10),
    }
    others = {"aio_pika": (aio_pika, COUNT // 4), "kombu": (kombu, COUNT // 10), "faststream": (faststream, COUNT // 4)}
    ways |= {name: way for name, way in others.items() if is_installed(name)}
    rates: dict[str, list[float]] = {name: [] for name in ways}
    # All of them in turn, so that a slow minute of the machine is everybody's.
    for _ in range(RUNS):
        for name, (work, count) in ways.items():
            purge(url)
            start = time.perf_counter()
            work(url, value, count)
            rates[name].append(count / (time.perf_counter() - start))
    median = {name: round(statistics.median(found)) for name, found in rates.items()}
    figures: dict[str, float] = {f"{name}, messages/s": rate for name, rate in median.items()}
    own = median["edatool publish_many"]
    return figures | {
        f"edatool / {name}": round(own / rate, 2) for name, rate in median.items() if "edatool" not in name
    }


def is_installed(name: str) -> bool:
    try:
        importlib.import_module(name)
    except ImportError:
        return False
    return True


def payload(size: int) -> dict[str, Any]:
    """Return a payload of about so many bytes of JSON."""
    value: dict[str, Any] = {"region": "eu", "customer": {"tier": "gold"}, "items": []}
    while len(json.dumps(value)) < size - 40:
        value["items"].append({"sku": f"X{len(value['items'])}", "qty": 2, "price": 9.5})
    return value


def declare(url: str) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.exchange_declare("bench", "topic", durable=True)
    channel.queue_declare("bench", durable=True)
    channel.queue_bind("bench", "bench", "order.*.created")
    connection.close()


def purge(url: str) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    connection.channel().queue_purge("bench")
    connection.close()


def properties() -> pika.BasicProperties:
    return pika.BasicProperties(
        content_type="application/json",
        delivery_mode=2,
        headers={"tier": "gold"},
        message_id="0" * 36,
        type="order.created",
        app_id="bench",
        timestamp=1,
    )


def raw(url: str, value: dict[str, Any], count: int) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    connection.channel().confirm_delivery()
    socket = connection._impl._transport._sock
    socket.setblocking(True)
    body = json.dumps(value).encode()
    publish = spec.Basic.Publish(exchange="bench", routing_key="order.eu.created", mandatory=True)
    frames = (frame.Method(1, publish), frame.Header(1, len(body), properties()), frame.Body(1, body))
    batch = b"".join(one.marshal() for one in frames) * 100
    sent = confirmed = 0
    received = b""
    while confirmed < count:
        while sent < count and sent - confirmed < 1000:
            socket.sendall(batch)
            sent += 100
        received += socket.recv(65536)
        while len(received) >= 7 and len(received) >= (end := struct.unpack_from(">I", received, 3)[0] + 8):
            if struct.unpack_from(">HH", received, 7) == (60, 80):
                tag, multiple = struct.unpack_from(">QB", received, 11)
                confirmed = tag if multiple else confirmed + 1
            received = received[end:]
    socket.close()


def ours(folder: Path) -> Work:
    checked = load([str(folder / "routes.yaml")], {})

    def work(url: str, value: dict[str, Any], count: int) -> None:
        with Publisher(checked, url) as publisher:
            assert all(one.ok for one in publisher.publish_many(("order.created", value) for _ in range(count)))

    return work


def ours_async(folder: Path) -> Work:
    checked = load([str(folder / "routes.yaml")], {})

    async def publish(url: str, value: dict[str, Any], count: int) -> None:
        async with Publisher(checked, url) as publisher:
            for _ in range(0, count, 1000):
                tasks = [publisher.publish_async("order.created", value) for _ in range(1000)]
                assert all(one.ok for one in await asyncio.gather(*tasks))

    return lambda url, value, count: asyncio.run(publish(url, value, count))


def pika_blocking(url: str, value: dict[str, Any], count: int) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.confirm_delivery()
    for _ in range(count):
        body = json.dumps(value).encode()
        channel.basic_publish("bench", "order.eu.created", body, properties(), mandatory=True)
    connection.close()


def aio_pika(url: str, value: dict[str, Any], count: int) -> None:
    library: Any = importlib.import_module("aio_pika")

    def message() -> Any:
        body = json.dumps(value).encode()
        return library.Message(body, content_type="application/json", delivery_mode=2, headers={"tier": "gold"})

    async def publish() -> None:
        connection = await library.connect_robust(url)
        exchange = await (await connection.channel()).get_exchange("bench")
        for _ in range(0, count, 1000):
            await asyncio.gather(*[exchange.publish(message(), "order.eu.created") for _ in range(1000)])
        await connection.close()

    asyncio.run(publish())


def kombu(url: str, value: dict[str, Any], count: int) -> None:
    library: Any = importlib.import_module("kombu")

    connection = library.Connection(url, transport_options={"confirm_publish": True})
    exchange = library.Exchange("bench", "topic", durable=True)
    producer = library.Producer(connection.channel(), exchange, auto_declare=False)
    for _ in range(count):
        producer.publish(value, "order.eu.created", serializer="json", delivery_mode=2, mandatory=True)
    connection.close()


def faststream(url: str, value: dict[str, Any], count: int) -> None:
    library: Any = importlib.import_module("faststream.rabbit")

    async def publish() -> None:
        broker = library.RabbitBroker(url, logger=None)
        await broker.connect()
        exchange = library.RabbitExchange("bench", type=library.ExchangeType.TOPIC, durable=True, declare=False)
        publisher = broker.publisher(exchange=exchange, routing_key="order.eu.created")
        await broker.start()
        for _ in range(0, count, 1000):
            await asyncio.gather(*[publisher.publish(value, persist=True, mandatory=True) for _ in range(1000)])
        await broker.stop()

    asyncio.run(publish())


def latency(folder: Path, url: str) -> dict[str, float]:
    value, times = payload(456), []
    with Publisher(load([str(folder / "routes.yaml")], {}), url) as publisher:
        for _ in range(2000):
            start = time.perf_counter()
            assert publisher.publish("order.created", value).ok
            times.append(time.perf_counter() - start)
    cuts = statistics.quantiles(times, n=100)
    return {"p50, ms": round(cuts[49] * 1000, 3), "p99, ms": round(cuts[98] * 1000, 3)}


def memory(folder: Path, url: str) -> dict[str, float]:
    """How much the largest size of this process grows from the first part of many messages to the last."""
    value = payload(456)
    with Publisher(load([str(folder / "routes.yaml")], {}), url) as publisher:
        sizes = []
        for _ in range(5):
            assert all(one.ok for one in publisher.publish_many(("order.created", value) for _ in range(COUNT)))
            sizes.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
            purge(url)
    return {"messages": 5 * COUNT, "growth after the first fifth, KiB": sizes[-1] - sizes[0]}
