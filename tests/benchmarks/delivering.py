"""Deliveries to an endpoint of HTTP, beside the loop that a team would write: consume with pika, post with httpx.

The loop posts the body of each message over connections that are kept, and acknowledges it: no contract, no
CloudEvents, no retry, no look at addresses. Ours does all of that, with the ``concurrency`` that its name says, and is
compared with the loop as it is written first, one request after the other, and with one of as many threads.

``EDATOOL_BENCH_COUNT`` is how many events each way delivers (5,000).
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pika

import edatool
from edatool.routes import Routes
from edatool.server import node
from tests.benchmarks.consuming import declare, fill, routes_in

COUNT = int(os.environ.get("EDATOOL_BENCH_COUNT", "5000"))
RUNS, PREFETCH, AT_ONCE = 3, 40, (1, 2, 10)
Way = Callable[[Routes, str, str], None]


def run(folder: Path) -> dict[str, object]:
    server = node.start(folder / "node")
    try:
        declare(server.url)
        with endpoint() as url:
            routes = delivering(folder, url)
            return {"RabbitMQ": server.version, "events": COUNT, **compared(routes, server.url, url)}
    finally:
        node.remove(folder / "node")


@contextmanager
def endpoint() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.benchmarks.delivering_endpoint"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/orders"
        finally:
            process.terminate()


def delivering(folder: Path, url: str) -> Routes:
    routes_in(folder)
    with (folder / "routes.yaml").open("a") as file:
        file.write("deliveries:\n")
        for number in AT_ONCE:
            file.write(f"  by-{number}: {{queue: bench, to: {url!r}, concurrency: {number}, allow: [127.0.0.0/8]}}\n")
    return edatool.load(str(folder / "routes.yaml"))


def compared(routes: Routes, broker: str, url: str) -> dict[str, float]:
    plain = {number: f"pika and httpx, {number} at once" for number in AT_ONCE}
    own = {number: f"edatool, {number} at once" for number in AT_ONCE}
    ways: dict[str, Way] = {plain[1]: plain_loop}
    ways |= {name: partial(threaded_loop, number) for number, name in plain.items() if number > 1}
    ways |= {name: partial(delivered, f"by-{number}") for number, name in own.items()}
    rates: dict[str, list[float]] = {name: [] for name in ways}
    spent: dict[str, list[float]] = {name: [] for name in ways}
    # All of them in turn, so that a slow minute of the machine is everybody's.
    for _ in range(RUNS):
        for name, way in ways.items():
            fill(routes, broker, COUNT)
            start, cpu = time.perf_counter(), time.process_time()
            way(routes, broker, url)
            rates[name].append(COUNT / (time.perf_counter() - start))
            spent[name].append((time.process_time() - cpu) / COUNT * 1e6)
    rate = {name: statistics.median(found) for name, found in rates.items()}
    cpu_of = {name: min(found) for name, found in spent.items()}
    pairs = [(own[number], plain[beside]) for number in AT_ONCE for beside in sorted({1, number})]
    return {
        **{f"{name}, events/s": round(found) for name, found in rate.items()},
        **{f"{name}, CPU us/event": round(found) for name, found in cpu_of.items()},
        **{f"{name} / {other}": round(rate[name] / rate[other], 2) for name, other in pairs},
        **{f"{name} / {other}, events by CPU": round(cpu_of[other] / cpu_of[name], 2) for name, other in pairs},
    }


def plain_loop(_: Routes, broker: str, url: str) -> None:
    left = COUNT
    with httpx.Client() as client, pika.BlockingConnection(pika.URLParameters(broker)) as connection:
        channel = connection.channel()
        channel.basic_qos(prefetch_count=PREFETCH)

        def handle(_: Any, method: Any, __: Any, body: bytes) -> None:
            nonlocal left
            client.post(url, content=body, headers={"Content-Type": "application/json"}).raise_for_status()
            channel.basic_ack(method.delivery_tag)
            left -= 1
            if not left:
                channel.stop_consuming()

        channel.basic_consume("bench", handle)
        channel.start_consuming()


def threaded_loop(threads: int, _: Routes, broker: str, url: str) -> None:
    left = COUNT
    with (
        httpx.Client() as client,
        pika.BlockingConnection(pika.URLParameters(broker)) as connection,
        ThreadPoolExecutor(threads) as pool,
    ):
        channel = connection.channel()
        channel.basic_qos(prefetch_count=PREFETCH)

        def post(tag: int, body: bytes) -> None:
            client.post(url, content=body, headers={"Content-Type": "application/json"}).raise_for_status()
            connection.add_callback_threadsafe(partial(acknowledge, tag))

        def acknowledge(tag: int) -> None:
            nonlocal left
            channel.basic_ack(tag)
            left -= 1
            if not left:
                channel.stop_consuming()

        channel.basic_consume("bench", lambda _, method, __, body: pool.submit(post, method.delivery_tag, body))
        channel.start_consuming()


def delivered(name: str, routes: Routes, broker: str, _: str) -> None:
    with edatool.open_delivery(routes, broker, name, limit=COUNT) as consumer:
        consumer.run()
    assert consumer.counts.done == COUNT
