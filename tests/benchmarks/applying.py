"""apply of a large spec on a real RabbitMQ, beside the broker's own definitions import of the same objects."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from edatool.broker import node
from edatool.broker.address import Address, parse
from edatool.broker.live import read
from edatool.change.apply import apply
from edatool.change.plan import plan_apply
from edatool.checks.load import load
from edatool.routing.compile import compile_spec
from edatool.routing.definitions import definitions_of
from edatool.routing.topology import Topology
from tests.benchmarks import large

RUNS = 3


def run(folder: Path) -> dict[str, float | str]:
    desired = compile_spec(load([str(large.write(folder))], {}).spec)
    server = node.start(folder / "node")
    try:
        return figures(desired, parse(server.url, server.management), server.version)
    finally:
        node.remove(folder / "node")


def figures(desired: Topology, there: Address, version: str) -> dict[str, float | str]:
    imports, applies, reads = [], [], []
    with httpx.Client(base_url=there.management or "", auth=(there.user, there.password), timeout=300) as api:
        for turn in range(RUNS):
            imports.append(timed(import_definitions, api, f"import{turn}", desired))
            applies.append(timed(apply_all, api, f"apply{turn}", desired, there))
            reads.append(timed(plan_again, f"apply{turn}", desired, there))
        single = timed(read_one_by_one, api, "apply0", desired)
    median = {
        "import": statistics.median(imports),
        "apply": statistics.median(applies),
        "plan": statistics.median(reads),
    }
    return {
        "RabbitMQ": version,
        "definitions import, s": round(median["import"], 2),
        "apply, s": round(median["apply"], 2),
        "apply / import": round(median["apply"] / median["import"], 2),
        "read and plan, s": round(median["plan"], 2),
        "one read per object, s": round(single, 2),
        "one read per object / read and plan": round(single / median["plan"], 1),
    }


def timed(work: Callable[..., object], *arguments: object) -> float:
    start = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - start


def fresh(api: httpx.Client, vhost: str) -> None:
    api.put(f"/api/vhosts/{vhost}").raise_for_status()


def import_definitions(api: httpx.Client, vhost: str, desired: Topology) -> None:
    fresh(api, vhost)
    api.post(f"/api/definitions/{vhost}", json=definitions_of(desired)).raise_for_status()


def apply_all(api: httpx.Client, vhost: str, desired: Topology, there: Address) -> None:
    fresh(api, vhost)
    apply(plan_apply(desired, read(there, vhost).topology), there, vhost)


def plan_again(vhost: str, desired: Topology, there: Address) -> None:
    assert plan_apply(desired, read(there, vhost).topology).steps == ()


def read_one_by_one(api: httpx.Client, vhost: str, desired: Topology) -> None:
    for queue in desired.queues:
        api.get(f"/api/queues/{vhost}/{queue}").raise_for_status()
    for one in desired.bindings.values():
        api.get(f"/api/bindings/{vhost}/e/{one.source}/q/{one.destination}").raise_for_status()
