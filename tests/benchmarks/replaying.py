"""Dead letters replayed per second, with contracts, beside a raw move of the same messages between the same queues.

``EDATOOL_BENCH_COUNT`` is how many messages each way is measured with (20,000).
"""

import json
import os
import statistics
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pika

import edatool
from edatool.broker.amqp import parameters
from edatool.broker.consume.drain import Drain, move
from edatool.broker.declare.operations import Operation
from edatool.broker.declare.operations import run as operate
from edatool.broker.session import Session
from edatool.routes import Routes
from edatool.routing.topology import Binding, Exchange, Queue
from edatool.server import node

COUNT = int(os.environ.get("EDATOOL_BENCH_COUNT", "20000"))
RUNS = 3
SPEC = """\
edatool: 1
name: bench
events: {order.created: {exchange: events, schema: s.json}}
exchanges: {events: {type: topic}}
queues: {orders: {type: classic}}
bindings: [{queue: orders, events: [order.created]}]
"""
SCHEMA = {"type": "object", "required": ["region", "total"], "properties": {"region": {"enum": ["eu", "us"]}}}
BODY = json.dumps({"region": "eu", "total": 120, "lines": [{"sku": f"X{n}", "quantity": 2} for n in range(10)]})
DEATH = {"queue": "orders", "reason": "rejected", "exchange": "events", "routing-keys": ["order.created"], "count": 1}


def run(folder: Path) -> dict[str, object]:
    (folder / "routes.yaml").write_text(SPEC)
    (folder / "s.json").write_text(json.dumps(SCHEMA))
    routes = edatool.load(str(folder / "routes.yaml"))
    server = node.start(folder / "node")
    try:
        with edatool.connect(server.url, management=server.management) as session:
            return {"RabbitMQ": server.version, "messages": COUNT, **compared(session, routes)}
    finally:
        node.remove(folder / "node")


def compared(session: Session, routes: Routes) -> dict[str, float]:
    ways: dict[str, Callable[[], object]] = {
        "raw move": lambda: move(session, Drain("dead", "to", 600)),
        "replay": lambda: edatool.replay_dead_letters(session, "dead", routes=routes),
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(RUNS):
        for name, way in ways.items():
            fill(session)
            begin = perf_counter()
            way()
            rates[name].append(COUNT / (perf_counter() - begin))
    median = {name: round(statistics.median(found)) for name, found in rates.items()}
    ratio = round(median["replay"] / median["raw move"], 2)
    return {**{f"{name}, messages/s": rate for name, rate in median.items()}, "replay / raw move": ratio}


def fill(session: Session) -> None:
    queues = [Queue(name, arguments={"x-queue-type": "classic"}) for name in ("dead", "orders")]
    operate(session, [Operation("delete", one, force=True) for one in queues])
    operate(session, [Operation("create", one) for one in queues])
    operate(session, [Operation("create", Exchange("to", "fanout"))])
    operate(session, [Operation("create", Binding("to", "orders"))])
    with pika.BlockingConnection(parameters(session.address, session.vhost)) as connection:
        channel = connection.channel()
        for number in range(COUNT):
            about = pika.BasicProperties(
                delivery_mode=2, message_id=str(number), type="order.created", headers={"x-death": [DEATH]}
            )
            channel.basic_publish("", "dead", BODY.encode(), about)
        channel.confirm_delivery()
        channel.queue_declare("dead", passive=True)
