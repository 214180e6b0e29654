"""Events by HTTP, beside FastAPI with aio-pika and the management API's own publish: each is answered when confirmed.

FastAPI is left out where the extra ``bench`` is not installed; the management API does not check payloads. ``CPU ms``
is what the server's own process took for a request; clients, broker and servers share the machine.
``EDATOOL_BENCH_COUNT`` is how many requests each way has at each concurrency (3,000).
"""

import json
import os
import re
import selectors
import socket
import statistics
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edatool.broker.address import parse
from edatool.server import node
from edatool.server.installed import free_ports
from tests.benchmarks.consuming import PAYLOAD, declare, routes_in
from tests.benchmarks.rivals import is_installed

COUNT = int(os.environ.get("EDATOOL_BENCH_COUNT", "3000"))
PER_CONNECTION = 500
"""Requests over one connection: the management API ends it after 1,000."""
CONCURRENCIES = (1, 32, 256)
TEXT = json.dumps(PAYLOAD).encode()


def run(folder: Path) -> dict[str, object]:
    routes_in(folder)
    server = node.start(folder / "node")
    try:
        declare(server.url)
        figures: dict[str, object] = {"RabbitMQ": server.version, "requests": COUNT}
        with served(["-m", "edatool", "gateway", "-f", str(folder / "routes.yaml"), "--broker", server.url]) as ours:
            figures["edatool gateway"] = measured(*ours, post("/events/order.created", TEXT))
        if is_installed("aio_pika"):
            with served(["-m", "uvicorn", "tests.benchmarks.gateway_rival:app"], server.url) as rival:
                figures["FastAPI, aio-pika"] = measured(*rival, post("/events/order.created", TEXT))
        figures["management API"] = measured(*management(server.url, server.management))
        return figures
    finally:
        node.remove(folder / "node")


@contextmanager
def served(program: list[str], broker: str = "") -> Iterator[tuple[int, int]]:
    """Run a server, and yield its port and its process."""
    (port,) = free_ports(1)
    if "uvicorn" in program:
        where = ["--port", str(port), "--no-access-log", "--http", "httptools", "--loop", "asyncio"]
    else:
        where = ["--listen", str(port)]
    process = subprocess.Popen([sys.executable, *program, *where], env={**os.environ, "BENCH_BROKER": broker})
    try:
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def management(url: str, where: str) -> tuple[int, int | None, bytes]:
    address = parse(url, where)
    message = {"properties": {"delivery_mode": 2}, "routing_key": "order.created", "payload_encoding": "string"}
    text = json.dumps({**message, "payload": TEXT.decode()}).encode()
    secret = b64encode(f"{address.user}:{address.password}".encode())
    return int(where.rpartition(":")[2]), None, post("/api/exchanges/%2F/bench/publish", text, secret)


def post(path: str, text: bytes, secret: bytes | None = None) -> bytes:
    shown = b"Authorization: Basic " + secret + b"\r\n" if secret else b""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n".encode()
    return head + shown + b"Content-Length: %d\r\n\r\n" % len(text) + text


def measured(port: int, process: int | None, request: bytes) -> dict[str, object]:
    posted(port, request, 1, 200)
    return {f"concurrency {one}": figures(port, process, request, one) for one in CONCURRENCIES}


def figures(port: int, process: int | None, request: bytes, concurrency: int) -> dict[str, float]:
    cpu, began = cpu_of(process), time.perf_counter()
    seconds = posted(port, request, concurrency, COUNT)
    took, cuts = time.perf_counter() - began, statistics.quantiles(seconds, n=100)
    found = {"requests/s": len(seconds) / took, "p50 ms": cuts[49] * 1000, "p99 ms": cuts[98] * 1000}
    if process:
        found["CPU ms"] = (cpu_of(process) - cpu) / len(seconds) * 1000
    return {name: round(one, 2) for name, one in found.items()}


def cpu_of(process: int | None) -> float:
    if process is None:
        return 0.0
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def posted(port: int, request: bytes, concurrency: int, count: int) -> list[float]:
    """Post over as many connections at once, and return the seconds that each answer took."""
    seconds: list[float] = []
    with selectors.DefaultSelector() as clients:
        for _ in range(concurrency):
            Client(clients, port, request, count // concurrency, seconds).connect()
        while clients.get_map():
            for found, _ in clients.select():
                found.data.read()
    return seconds


class Client:
    """Posts one request after the other, over bare sockets: asyncio's streams take twice the CPU."""

    def __init__(
        self, clients: selectors.BaseSelector, port: int, request: bytes, left: int, seconds: list[float]
    ) -> None:
        self._clients, self._port, self._request, self._left, self._seconds = clients, port, request, left, seconds

    def connect(self) -> None:
        self._socket = _connected(self._port)
        self._clients.register(self._socket, selectors.EVENT_READ, self)
        self._post()

    def read(self) -> None:
        piece = self._socket.recv(65536)
        assert piece, "the server ended the connection"
        self._answer += piece
        head, _, body = self._answer.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        if not length or len(body) < int(length[1]):
            return
        assert head[9:12] in (b"200", b"202"), self._answer
        self._seconds.append(time.perf_counter() - self._began)
        self._left -= 1
        if self._left % PER_CONNECTION:
            self._post()
        else:
            self._clients.unregister(self._socket)
            self._socket.close()
            if self._left:
                self.connect()

    def _post(self) -> None:
        self._answer, self._began = b"", time.perf_counter()
        self._socket.sendall(self._request)


def _connected(port: int) -> socket.socket:
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            time.sleep(0.05)
