"""A gateway that really listens, for the tests of the gateway."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import edatool
from edatool.broker.address import parse
from edatool.broker.session import Session
from tests.broker_fixtures import Vhost
from tests.proxy import Proxy

SPEC = """\
edatool: 1
name: shop
events:
  order.placed: {exchange: orders, key: "order.{region}", schema: order.json}
  order.noted: {exchange: orders, key: order.noted, schema: order.json, contract: warn}
  order.lost: {exchange: orders, key: nobody}
  order.late: {exchange: orders, key: "full.late"}
exchanges: {orders: {type: topic}}
queues:
  orders: {}
  full: {max_length: 0, overflow: reject-publish}
bindings:
- {queue: orders, exchange: orders, key: "order.#"}
- {queue: full, exchange: orders, key: "full.#"}
"""
ORDER_SCHEMA = """\
{"type": "object", "required": ["region", "total"],
 "properties": {"region": {"enum": ["eu", "us"]}, "total": {"type": "integer", "minimum": 1}},
 "examples": [{"region": "eu", "total": 120}]}
"""
ORDER = {"region": "eu", "total": 120}


def written(folder: Path, more: str = "", events: str = "") -> edatool.Routes:
    """Return the spec in a folder, with more at its end, and with more events."""
    (folder / "routes.yaml").write_text(SPEC.replace("exchanges:", f"{events.lstrip(chr(10))}exchanges:") + more)
    (folder / "order.json").write_text(ORDER_SCHEMA)
    return edatool.load(str(folder / "routes.yaml"))


def proxied(vhost: Vhost, proxy: Proxy) -> str:
    """Return the URL of a vhost through a proxy."""
    address = parse(vhost.url)
    return f"amqp://{address.user}:{address.password}@127.0.0.1:{proxy.port}/{vhost.quoted}"


def applied(routes: edatool.Routes, vhost: Vhost) -> None:
    """Have a vhost what the spec declares."""
    with Session(parse(vhost.url, vhost.management), vhost.name) as session:
        edatool.apply(edatool.plan(routes, session), session)


@contextmanager
def serving(routes: edatool.Routes, broker: str, **how: Any) -> Iterator[str]:
    """Run a gateway at a port of its own, and yield its URL."""
    with edatool.open_gateway(routes, broker, "127.0.0.1:0", **how) as gateway:
        thread = threading.Thread(target=gateway.run)
        thread.start()
        try:
            yield gateway.url
        finally:
            gateway.stop()
            thread.join()
