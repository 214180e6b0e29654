"""Figures, each beside what it is to be compared with in the same run: ``python -m tests.benchmarks [NAME]...``.

Prints one JSON object: for each benchmark its seconds (median of several runs) and ratios.
"""

import json
import os
import platform
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import (
    applying,
    comparing,
    consuming,
    delivering,
    drawing,
    filters,
    gateway,
    growth,
    inbox,
    linting,
    memory,
    moving,
    outbox,
    publishing,
    reading,
    replaying,
    routing,
    site,
    stamping,
    starting,
)

BENCHMARKS = {
    "starting": starting.run,
    "reading": reading.run,
    "growth": growth.run,
    "linting": linting.run,
    "routing": routing.run,
    "drawing": drawing.run,
    "filters": filters.run,
    "applying": applying.run,
    "comparing": comparing.run,
    "moving": moving.run,
    "publishing": publishing.run,
    "consuming": consuming.run,
    "gateway": gateway.run,
    "delivering": delivering.run,
    "memory": memory.run,
    "replaying": replaying.run,
    "stamping": stamping.run,
    "site": site.run,
    "inbox": inbox.run,
    "outbox": outbox.run,
}


def main(names: list[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="edatool-bench-") as folder:
        figures = {name: BENCHMARKS[name](Path(folder)) for name in names or BENCHMARKS}
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "load": os.getloadavg()[0]}
    print(json.dumps({"machine": machine, **figures}, indent=2))


main(sys.argv[1:])
