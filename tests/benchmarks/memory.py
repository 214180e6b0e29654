"""The memory of a consumer after a tenth of its events and after all of them, handled by threads and by asyncio.

``EDATOOL_BENCH_EVENTS_IN_A_ROW`` is how many there are (1,000,000). A consumer is a process of its own, which is all
that is measured; events are published as it handles them, so that the broker holds few.
"""

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

from edatool import ConsumedEvent, Consumer
from edatool.checks.load import load
from edatool.routes import Routes
from edatool.server import node
from tests.benchmarks import consuming

EVENTS = int(os.environ.get("EDATOOL_BENCH_EVENTS_IN_A_ROW", "1000000"))
STEP = 10_000
"""Events between looks at the memory."""
WAYS = ("threads", "asyncio")


def run(folder: Path) -> dict[str, object]:
    routes = consuming.routes_in(folder)
    server = node.start(folder / "node")
    try:
        consuming.declare(server.url)
        found = {way: measured(routes, folder, server.url, way) for way in WAYS}
        return {"RabbitMQ": server.version, **found}
    finally:
        node.remove(folder / "node")


def measured(routes: Routes, folder: Path, url: str, way: str) -> dict[str, float]:
    """Return the megabytes of a consumer by how many events it had handled."""
    command = [sys.executable, "-m", "tests.benchmarks.memory", str(folder), url, way]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as consumer:
        assert consumer.stdout
        consuming.fill(routes, url, STEP)
        after: dict[int, float] = {}
        for done in range(STEP, EVENTS + 1, STEP):
            if done < EVENTS:
                consuming.fill(routes, url, STEP)
            after[done] = float(consumer.stdout.readline())
        assert consumer.wait() == 0
    return {f"after {done}, MB": after[done] for done in (EVENTS // 10, EVENTS)}


def consume(folder: Path, url: str, way: str) -> None:
    """Handle all events, and print the megabytes that this process has after each step."""
    consumer = Consumer(load([str(folder / "routes.yaml")], {}), url, workers=consuming.WORKERS)
    done, lock = 0, threading.Lock()

    def count() -> None:
        nonlocal done
        with lock:
            done += 1
            if done % STEP == 0:
                print(_megabytes(), flush=True)
            if done == EVENTS:
                consumer.stop()

    def handle(event: ConsumedEvent) -> None:
        count()

    async def handle_async(event: ConsumedEvent) -> None:
        count()

    consumer.on("order.created")(handle if way == "threads" else handle_async)
    consumer.run()


def _megabytes() -> float:
    found = re.search(r"VmRSS:\s*(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return round(int(found[1]) / 1024, 1)


if __name__ == "__main__":
    consume(Path(sys.argv[1]), *sys.argv[2:])
