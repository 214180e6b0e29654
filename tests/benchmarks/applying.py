"""apply of a large spec on a real RabbitMQ, beside the broker's own definitions import of the same objects."""

import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx

from edatool.broker import lock
from edatool.broker.address import Address, parse
from edatool.broker.live import read
from edatool.broker.session import Session
from edatool.change import ledgers
from edatool.change.apply import Keeping, apply
from edatool.change.ledger import Signature
from edatool.change.plan import plan_apply
from edatool.checks.load import load
from edatool.routing.compile import compile_spec
from edatool.routing.definitions.definitions import definitions_of
from edatool.routing.topology import Topology, topology
from edatool.server import node
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
        changed = timed(apply_on_record, "apply0", rebound(desired, 500), there)
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
        "apply of 1,000 changes on these 10,000, s": round(changed, 2),
        "peak memory, MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
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
    apply_on_record(vhost, desired, there)


def apply_on_record(vhost: str, desired: Topology, there: Address) -> None:
    """Lock, read, plan and apply with the ledger, as the command line does."""
    with Session(there, vhost) as session, lock.held(session, "benchmark", wait=0):
        known = ledgers.read(session, "large")
        plan = plan_apply(desired, read(session).topology, known.ownership)
        keeping = Keeping(known.ours, Signature("2026-11-25T12:00:00Z", "benchmark"))
        apply(plan, session, keeping=keeping)


def plan_again(vhost: str, desired: Topology, there: Address) -> None:
    with Session(there, vhost) as session:
        known = ledgers.read(session, "large")
        assert plan_apply(desired, read(session).topology, known.ownership).steps == ()


def rebound(desired: Topology, number: int) -> Topology:
    """Return the topology with other keys in the first ``number`` bindings: as many creations, as many removals."""
    bindings = [
        replace(one, key=f"{one.key}.again") if place < number else one
        for place, one in enumerate(desired.bindings.values())
    ]
    return topology([*desired.exchanges.values()], [*desired.queues.values()], bindings)


def read_one_by_one(api: httpx.Client, vhost: str, desired: Topology) -> None:
    for queue in desired.queues:
        api.get(f"/api/queues/{vhost}/{queue}").raise_for_status()
    for one in desired.bindings.values():
        api.get(f"/api/bindings/{vhost}/e/{one.source}/q/{one.destination}").raise_for_status()
