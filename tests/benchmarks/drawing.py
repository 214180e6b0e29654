"""Drawing a spec of 2,000 objects: folded as ``edatool graph`` does it, and each box by itself.

``EDATOOL_BENCH_DRAWN`` is their number: queues, bindings, filters, policies, events.
"""

import os
import time
from pathlib import Path

import edatool
from tests.benchmarks import realistic

OBJECTS = int(os.environ.get("EDATOOL_BENCH_DRAWN", "2000"))
_PER_EVENT = 18
"""About how many objects ``realistic.size`` has for each event."""


def run(folder: Path) -> dict[str, object]:
    routes = edatool.load(str(realistic.write(folder, realistic.size(OBJECTS // _PER_EVENT))))
    figures: dict[str, object] = {}
    for name, most in (("folded", 150), ("each box", 10 * OBJECTS)):
        start = time.process_time()
        graph = edatool.graph(routes, most=most)
        drawn = edatool.draw(graph)
        figures[f"{OBJECTS} objects, {name}, s"] = round(time.process_time() - start, 2)
        figures[f"{OBJECTS} objects, {name}, boxes"] = len(graph.nodes)
        figures[f"{OBJECTS} objects, {name}, MB"] = round(len(drawn) / 1e6, 2)
    return figures
