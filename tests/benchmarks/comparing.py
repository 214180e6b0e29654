"""The CPU time of ``edatool diff``, by its parts: two specs that differ in some bindings and a limit.

``EDATOOL_BENCH_EVENTS`` is the number of events; of 310 there are 5,000 objects.
"""

import os
import time
from pathlib import Path

import edatool
from tests.benchmarks import realistic

EVENTS = int(os.environ.get("EDATOOL_BENCH_EVENTS", "310"))


def run(folder: Path) -> dict[str, object]:
    size = realistic.size(EVENTS)
    before, now = (realistic.write(folder / name, size) for name in ("before", "now"))
    for part in sorted(now.parent.glob("*.yaml")):
        part.write_text(
            part.read_text().replace(".event7\n", ".event8\n").replace("max_length: 10007", "max_length: 9")
        )
    started = time.process_time()
    routes = edatool.load(str(now))
    read = time.process_time()
    earlier = edatool.load_before(str(before), str(now))
    both = time.process_time()
    found = edatool.diff(routes, earlier)
    ended = time.process_time()
    return {
        "objects": routes.own.size,
        "steps": len(found.plan.steps),
        "reading one, s": round(read - started, 2),
        "reading both, s": round(both - started, 2),
        "comparing, s": round(ended - both, 2),
    }
