"""Publishing with contracts and confirms, beside other libraries and beside frames that were encoded beforehand.

All send the same messages to the same durable queue, persistent, mandatory and confirmed, over one connection.
Ours also checks each payload against its contract, and takes the routing key and a header from it. Libraries of the
extra ``bench`` that are not installed are left out.

``EDATOOL_BENCH_COUNT`` is how many messages each way is measured with (20,000; a multiple of 4,000), and
``EDATOOL_BENCH_MEMORY`` over how many memory is watched (100,000; a million takes minutes).
"""

import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pika
from jsonschema import Draft202012Validator

from edatool import Publisher
from edatool.checks.load import load
from edatool.contracts.kinds import levels_in
from edatool.contracts.payload import PayloadLimits, encode
from edatool.routes import Routes
from edatool.server import node
from edatool.server.node import Node
from tests.benchmarks import rivals
from tests.benchmarks.rivals import Work
from tests.benchmarks.timing import broker_seconds

COUNT = int(os.environ.get("EDATOOL_BENCH_COUNT", "20000"))
MEMORY = int(os.environ.get("EDATOOL_BENCH_MEMORY", "100000"))
RUNS = 3
SIZES = (100, 456, 20_000)
DECLARED = (1, 10, 100)
HEAD = "edatool: 1\nname: bench\nevents:\n"
EVENT = """\
  order.created{n}:
    {{exchange: bench, schema: s{n}.json, key: "order.{{region}}.created{n}", headers: {{tier: customer.tier}}}}
"""
TAIL = """\
exchanges: {bench: {type: topic}}
queues: {bench: {}}
bindings: [{queue: bench, exchange: bench, key: "order.#"}]
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


def run(folder: Path) -> dict[str, object]:
    checked = {count: declaring(folder / str(count), count) for count in DECLARED}
    server = node.start(folder / "node")
    try:
        declare(server.url)
        figures: dict[str, object] = {"RabbitMQ": server.version, "messages": COUNT}
        for size in SIZES:
            figures[f"{size} bytes"] = compared(checked[1], server, size)
        figures["events declared, all published in turn"] = by_events(checked, server.url)
        figures["edatool publish, lines of a file"] = command(folder, server.url)
        figures["asyncio alone, CPU us/message"] = round(min(gathered() for _ in range(RUNS)) * 1e6, 1)
        figures["one at a time"] = latency(checked[1], server.url)
        figures["validation"] = validation(checked[1])
        figures["memory"] = memory(checked[1], server.url)
        return figures
    finally:
        node.remove(folder / "node")


def declaring(folder: Path, count: int) -> Routes:
    """Return a spec of so many events, each with a contract of its own."""
    folder.mkdir()
    (folder / "routes.yaml").write_text(HEAD + "".join(EVENT.format(n=number) for number in range(count)) + TAIL)
    for number in range(count):
        (folder / f"s{number}.json").write_text(json.dumps({"title": f"event {number}", **SCHEMA}))
    return load([str(folder / "routes.yaml")], {})


def compared(checked: Routes, server: Node, size: int) -> dict[str, float]:
    value, url = payload(size), server.url
    ways: dict[str, tuple[Work, int]] = {
        "raw socket": (rivals.raw, COUNT),
        "pika select": (rivals.pika_select, COUNT),
        "edatool publish_many": (ours(checked), COUNT),
        "edatool publish_async": (ours_async(checked), COUNT),
        "pika blocking": (rivals.pika_blocking, COUNT // 10),
    }
    others: dict[str, tuple[Work, int]] = {
        "aio_pika": (rivals.aio_pika, COUNT // 4),
        "kombu": (rivals.kombu, COUNT // 10),
        "faststream": (rivals.faststream, COUNT // 4),
    }
    ways |= {name: way for name, way in others.items() if rivals.is_installed(name)}
    rates: dict[str, list[float]] = {name: [] for name in ways}
    spent: dict[str, list[float]] = {name: [] for name in ways}
    by_broker: dict[str, list[float]] = {name: [] for name in ways}
    # All of them in turn, so that a slow minute of the machine is everybody's.
    for _ in range(RUNS):
        for name, (work, count) in ways.items():
            purge(url)
            start, cpu, broker = time.perf_counter(), time.process_time(), broker_seconds(server)
            work(url, value, count)
            rates[name].append(count / (time.perf_counter() - start))
            spent[name].append((time.process_time() - cpu) / count * 1e6)
            by_broker[name].append((broker_seconds(server) - broker) / count * 1e6)
    median = {name: round(statistics.median(found)) for name, found in rates.items()}
    least = {name: min(found) for name, found in spent.items()}
    own, own_cpu = median["edatool publish_many"], least["edatool publish_many"]
    return {
        "bytes of a body": len(json.dumps(value)),
        **{f"{name}, messages/s": rate for name, rate in median.items()},
        **{f"{name}, CPU us/message": round(found, 1) for name, found in least.items()},
        **{f"{name}, CPU us/message of the broker": round(min(found), 1) for name, found in by_broker.items()},
        **{f"edatool / {name}": round(own / rate, 2) for name, rate in median.items() if "edatool" not in name},
        "CPU, edatool / pika select": round(own_cpu / least["pika select"], 2),
        "CPU, publish_async / publish_many": round(least["edatool publish_async"] / own_cpu, 2),
        **encoding(value),
    }


def gathered() -> float:
    """Return the seconds of CPU that asyncio takes for a task which waits for a future, a thousand of them at once."""

    async def waiting(one: asyncio.Future[None]) -> None:
        await one

    def settle(futures: list[asyncio.Future[None]]) -> None:
        for one in futures:
            one.set_result(None)

    async def wait() -> None:
        loop = asyncio.get_running_loop()
        for _ in range(0, COUNT, 1000):
            futures = [loop.create_future() for _ in range(1000)]
            tasks = asyncio.gather(*map(waiting, futures))
            loop.call_soon(settle, futures)  # behind the tasks, which wait by then
            await tasks

    start = time.process_time()
    asyncio.run(wait())
    return (time.process_time() - start) / COUNT


def encoding(value: dict[str, Any]) -> dict[str, float]:
    """How long writing a payload strictly takes, beside writing it as orjson does; the least CPU time of many runs.

    The types of all values have to be looked at besides, for what orjson writes does not tell them.
    """
    works: dict[str, Callable[[], object]] = {
        "orjson.dumps": partial(orjson.dumps, value),
        "encode": partial(encode, value),
        "encode with a null": partial(encode, {**value, "note": None}),
        "looking at types": partial(levels_in, value, PayloadLimits()),
    }
    spent: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(20):
        for name, work in works.items():
            start = time.process_time()
            for _ in range(200):
                work()
            spent[name].append(time.process_time() - start)
    least = min(spent.pop("orjson.dumps"))
    return {f"{name} / orjson.dumps": round(min(found) / least, 2) for name, found in spent.items()}


def by_events(checked: dict[int, Routes], url: str) -> dict[str, int]:
    value, rates = payload(456), {}
    for declared, spec in checked.items():
        found = []
        for _ in range(RUNS):
            purge(url)
            start = time.perf_counter()
            with Publisher(spec, url) as publisher:
                assert all(one.ok for one in publisher.publish_many(in_turn(spec, value, COUNT)))
            found.append(COUNT / (time.perf_counter() - start))
        rates[f"{declared}, messages/s"] = round(statistics.median(found))
    return rates


def in_turn(checked: Routes, value: dict[str, Any], count: int) -> Iterator[tuple[str, object]]:
    names = list(checked.spec.events)
    for number in range(count):
        yield names[number % len(names)], value


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
    channel.queue_bind("bench", "bench", "order.#")
    connection.close()


def purge(url: str) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    connection.channel().queue_purge("bench")
    connection.close()


def ours(checked: Routes) -> Work:
    def work(url: str, value: dict[str, Any], count: int) -> None:
        with Publisher(checked, url) as publisher:
            assert all(one.ok for one in publisher.publish_many(in_turn(checked, value, count)))

    return work


def ours_async(checked: Routes) -> Work:
    async def publish(url: str, value: dict[str, Any], count: int) -> None:
        async with Publisher(checked, url) as publisher:
            for _ in range(0, count, 1000):
                tasks = [publisher.publish_async("order.created0", value) for _ in range(1000)]
                assert all(one.ok for one in await asyncio.gather(*tasks))

    return lambda url, value, count: asyncio.run(publish(url, value, count))


def command(folder: Path, url: str) -> dict[str, int]:
    """How fast the command publishes a file, its start included, without and with a state to go on from."""
    lines, routes = folder / "lines.jsonl", folder / "1" / "routes.yaml"
    lines.write_text(f"{json.dumps(payload(456))}\n" * COUNT)
    start = [sys.executable, "-c", "from edatool.cli.main import main; main()", "publish", "order.created0", str(lines)]
    rates = {}
    for name, options in (("plain", []), ("with --resume", ["--resume", str(folder / "state")])):
        purge(url)
        begin = time.perf_counter()
        environment = {**os.environ, "EDATOOL_BROKER": url, "EDATOOL_FILE": str(routes)}
        subprocess.run([*start, *options], check=True, capture_output=True, env=environment)
        rates[f"{name}, messages/s"] = round(COUNT / (time.perf_counter() - begin))
    return rates


def latency(checked: Routes, url: str) -> dict[str, float]:
    value, times, raw = payload(456), [], []
    with Publisher(checked, url) as publisher:
        for _ in range(10):
            for _ in range(max(COUNT // 100, 10)):
                start = time.perf_counter()
                assert publisher.publish("order.created0", value).ok
                times.append(time.perf_counter() - start)
            raw += rivals.raw_round_trips(url, value, max(COUNT // 100, 10))
    cuts, raw_cuts = statistics.quantiles(times, n=100), statistics.quantiles(raw, n=100)
    return {
        "p50, ms": round(cuts[49] * 1000, 3),
        "p99, ms": round(cuts[98] * 1000, 3),
        "raw socket, p50, ms": round(raw_cuts[49] * 1000, 3),
        "p50, edatool / raw socket": round(cuts[49] / raw_cuts[49], 2),
    }


def validation(checked: Routes) -> dict[str, float]:
    """How long the verdict on a payload takes, beside the reference validator."""
    value, (contract, *_) = payload(456), checked.contracts.values()
    figures = {}
    for name, is_valid in (
        ("edatool, us", contract.is_valid),
        ("jsonschema, us", Draft202012Validator(SCHEMA).is_valid),
    ):
        start = time.perf_counter()
        for _ in range(2000):
            assert is_valid(value)
        figures[name] = round((time.perf_counter() - start) / 2000 * 1e6, 2)
    return figures


def memory(checked: Routes, url: str) -> dict[str, float]:
    """How much the largest size of this process grows from the first part of many messages to the last."""
    value, sizes = payload(456), []
    with Publisher(checked, url) as publisher:
        for _ in range(5):
            assert all(one.ok for one in publisher.publish_many(in_turn(checked, value, MEMORY // 5)))
            sizes.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
            purge(url)
    return {"messages": MEMORY, "growth after the first fifth, KiB": sizes[-1] - sizes[0]}
