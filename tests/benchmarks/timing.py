import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from edatool.server.node import Node


def seconds(work: Callable[[], object], runs: int = 5) -> float:
    """Return the median time of several runs, after one that does not count."""
    work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return round(statistics.median(times), 4)


def broker_seconds(server: Node) -> float:
    """Return the CPU that a RabbitMQ on this machine has taken (Linux, proc(5))."""
    user, system = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
