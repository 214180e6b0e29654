"""What filters cost publishers, and how fast the router is.

A hundred filters that publishers evaluate beside none, on the same broker and the same messages; and messages of
another client passed on by one router.
"""

import json
import statistics
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pika

from edatool import Publisher
from edatool.broker.address import Address, parse
from edatool.broker.http.management import Management
from edatool.broker.live import read
from edatool.change.apply import apply
from edatool.change.plan import plan_apply
from edatool.checks.load import load
from edatool.routing.compile import compile_spec
from edatool.routing.lowering.generated import names
from edatool.runtime.router.router import FilterRouter
from edatool.server import node
from edatool.server.node import Node
from tests.benchmarks.timing import broker_seconds
from tests.sessions import at

COUNT = 20_000
RUNS = 3
FILTERS = 100


def run(folder: Path) -> dict[str, object]:
    server = node.start(folder / "node")
    try:
        return {"RabbitMQ": server.version, **figures(folder, server)}
    finally:
        node.remove(folder / "node")


def figures(folder: Path, server: Node) -> dict[str, object]:
    there = parse(server.url, server.management)
    rates: dict[str, list[float]] = {}
    by_broker: dict[str, list[float]] = {}
    for _ in range(RUNS):
        for name, number in (("without filters", 0), (f"with {FILTERS} filters", FILTERS)):
            file, vhost = written(folder, number), f"with-{number}"
            applied(file, there, vhost)
            broker = broker_seconds(server)
            rates.setdefault(f"publisher {name}", []).append(published(file, there, vhost))
            by_broker.setdefault(name, []).append((broker_seconds(server) - broker) / COUNT * 1e6)
        rates.setdefault("router", []).append(passed_on(written(folder, FILTERS), there, f"with-{FILTERS}"))
    found: dict[str, object] = {f"{name}, messages/s": round(statistics.median(each)) for name, each in rates.items()}
    none, stamped = (
        statistics.median(rates[f"publisher {name}"]) for name in ("without filters", f"with {FILTERS} filters")
    )
    work = {f"{name}, CPU us/message of the broker": round(min(each), 1) for name, each in by_broker.items()}
    return {**found, **work, "with filters / without": round(stamped / none, 2)}


def written(folder: Path, filters: int) -> str:
    """Write a spec in which all messages come to two queues, to one of them by one in fifty of its filters, if any."""
    spec: dict[str, Any] = {
        "edatool": 1,
        "name": "bench",
        "events": {"created": {"exchange": "bench", "key": "order.{region}.created"}},
        "exchanges": {"bench": {"type": "topic"}},
        "queues": {"bench": {"type": "classic"}, "filtered": {"type": "classic"}},
        "bindings": [{"queue": "bench", "events": ["created"]}],
        "router": {"type": "classic"},
    }
    if not filters:
        spec["bindings"].append({"queue": "filtered", "exchange": "bench", "key": "order.#"})
    for number in range(filters):
        total = {"data.total": [{"numeric": [">=", 10_000 + number if number % 50 else 0]}]}
        spec["bindings"].append({"queue": "filtered", "exchange": "bench", "key": "order.#", "filter": total})
    file = folder / f"{filters}.yaml"
    file.write_text(json.dumps(spec))
    return str(file)


def applied(file: str, there: Address, vhost: str) -> None:
    with Management(there, vhost) as management:
        management.create_vhost()
    apply(plan_apply(compile_spec(load([file], {}).spec), read(at(there, vhost)).topology), at(there, vhost))


def emptied(there: Address, vhost: str) -> Any:
    connection = pika.BlockingConnection(
        pika.ConnectionParameters(there.host, there.port, vhost, pika.PlainCredentials(there.user, there.password))
    )
    channel = connection.channel()
    for queue in ("bench", "filtered"):
        channel.queue_purge(queue)
    return channel


def payload(number: int) -> dict[str, object]:
    return {"region": "eu", "total": number % 9_000, "customer": {"tier": "gold", "id": number}, "note": "x" * 350}


def published(file: str, there: Address, vhost: str) -> float:
    emptied(there, vhost)
    with Publisher(file, replace(there, vhost=vhost), {}) as publisher:
        start = time.perf_counter()
        assert all(receipt.ok for receipt in publisher.publish_many(("created", payload(one)) for one in range(COUNT)))
        return COUNT / (time.perf_counter() - start)


def passed_on(file: str, there: Address, vhost: str) -> float:
    channel = emptied(there, vhost)
    for number in range(COUNT):
        channel.basic_publish("bench", "order.eu.created", json.dumps(payload(number)).encode())
    intake = names("bench").intake
    while channel.queue_declare(intake, passive=True).method.message_count < COUNT:
        channel.connection.sleep(0.1)
    channel.connection.close()
    router = FilterRouter(there, vhost, load([file], {}))
    start = time.perf_counter()
    router.run(until_empty=True)
    assert router.counts.passed == COUNT, router.counts
    return COUNT / (time.perf_counter() - start)
