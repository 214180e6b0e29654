"""Asking all rules of a spec of 10,000 objects, also those that are off by default, beside reading it.

``EDATOOL_BENCH_OBJECTS`` is their number: queues, bindings, filters, policies, events. An exponent of 1 is a time that
doubles with the spec.
"""

import math
import os
import time
from pathlib import Path

from edatool.checks.load import load
from edatool.checks.run import check, check_routing
from edatool.checks.subject import Subject
from edatool.kept import without_collecting
from edatool.routes import Routes
from tests.benchmarks import realistic

OBJECTS = int(os.environ.get("EDATOOL_BENCH_OBJECTS", "10000"))
_PER_EVENT = 18
"""About how many objects ``realistic.size`` has for each event."""


def run(folder: Path) -> dict[str, object]:
    events = OBJECTS // _PER_EVENT
    half, whole = (_seconds(folder / str(number), number) for number in (events // 2, events))
    return {f"{OBJECTS} objects, s": round(whole, 2), "exponent": round(math.log2(whole / half), 2)}


def _seconds(folder: Path, events: int) -> float:
    """Return the seconds of our own CPU in which all rules are asked, as ``load`` asks them: without collecting."""
    read = load([str(realistic.write(folder, realistic.size(events)))], {}, errors_only=True)
    best = math.inf
    for _ in range(2):
        subject = Subject(Routes(read.spec, read.contracts))
        with without_collecting():
            start = time.process_time()
            check(subject)
            check_routing(subject)
            best = min(best, time.process_time() - start)
    return best
