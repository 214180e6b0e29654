"""How the time of commands grows with a spec, beside parsing its YAML and JSON: in all, and in each thing that grows.

``EDATOOL_BENCH_EVENTS`` is the number of events of the largest spec. An exponent of 1 is a time that doubles with the
spec; it is taken between a spec and one of twice its size, and between that and one of twice its size again.
"""

import gc
import io
import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path

import yaml

from edatool.change.consequences.consequences import consequences
from edatool.change.plan import plan_apply
from edatool.checks.load import load
from edatool.cli.main import COLLECTED_EVERY
from edatool.cli.main import run as run_command
from edatool.render.plan.json import json as as_json
from edatool.render.plan.shown import ShownPlan
from edatool.routing.topology import Topology
from edatool.routing.version import NEWEST
from tests.benchmarks import realistic
from tests.benchmarks.realistic import Size

EVENTS = int(os.environ.get("EDATOOL_BENCH_EVENTS", "200"))

GROWING: Mapping[str, Callable[[Size, int], Size]] = {
    "all": lambda one, times: realistic.size(one.events * times),
    "objects": lambda one, times: replace(one, queues=one.queues * times, bindings=one.bindings * times),
    "events": lambda one, times: replace(one, events=one.events * times),
    "filters": lambda one, times: replace(one, filters=one.filters * times),
    "tests": lambda one, times: replace(one, tests=one.tests * times),
    "policies": lambda one, times: replace(one, policies=one.events * times),
    "includes": lambda one, times: replace(one, includes=one.events * times // 5),
}


def run(folder: Path) -> dict[str, object]:
    figures: dict[str, object] = {}
    smallest = realistic.size(EVENTS // 8)
    for name, grown in GROWING.items():
        sizes = [grown(smallest, times) for times in (2, 4, 8)]
        times = [_times(realistic.write(folder / name / str(number), one)) for number, one in enumerate(sizes)]
        for command in ("validate", "test", "plan"):
            spent = [one[command] for one in times]
            figures[f"{command}, {name}: exponents"] = [_exponent(*spent[:2]), _exponent(*spent[1:])]
            if name == "all":
                figures[f"{command}, {EVENTS} events, s"] = round(spent[-1], 3)
                figures[f"{command}, {EVENTS} events / parsing"] = round(spent[-1] / times[-1]["parsing"], 1)
    figures[f"test, {EVENTS} events, MB"] = _megabytes("test", folder / "all" / "2" / "routes.yaml")
    return figures


def _times(file: Path) -> dict[str, float]:
    """Return the seconds of our own CPU that each command takes."""
    work: dict[str, Callable[[], object]] = {
        "parsing": lambda: _parse(file),
        "validate": lambda: _command("validate", file),
        "test": lambda: _command("test", file),
        "plan": lambda: plan(file),
    }
    collected = gc.get_threshold()
    try:
        parsing = _spent(work.pop("parsing"))
        gc.set_threshold(COLLECTED_EVERY)  # as the command line does
        return {"parsing": parsing, **{name: _spent(one) for name, one in work.items()}}
    finally:
        gc.set_threshold(*collected)


def _spent(work: Callable[[], object]) -> float:
    best = math.inf
    for _ in range(2):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def _exponent(one: float, twice: float) -> float:
    return round(math.log2(twice / one), 2)


def _parse(file: Path) -> None:
    yamls, jsons = realistic.texts(file)
    for text in yamls:
        yaml.load(text, Loader=yaml.CSafeLoader)
    for text in jsons:
        json.loads(text)


def _command(name: str, file: Path) -> None:
    with redirect_stdout(io.StringIO()) as out:
        assert run_command([name, "--file", str(file)]) == 0, out.getvalue()


def plan(file: Path) -> str:
    """Plan a spec for a vhost without anything in it, and return what JSON says of it."""
    routes = load([str(file)], {})
    planned = plan_apply(routes.own, Topology(), external=routes.external)
    found = consequences(routes, Topology(), routes.own, NEWEST)
    return as_json(ShownPlan(replace(planned, filtering=routes.filtering, consequences=found)))


_MEASURED = r"""
import gc, re, sys
from pathlib import Path
from edatool.cli.main import COLLECTED_EVERY, run
gc.set_threshold(COLLECTED_EVERY)
assert run(sys.argv[1:]) == 0
print(re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())[1], file=sys.stderr)
"""


def _megabytes(name: str, file: Path) -> float:
    """Return the most memory that a command of its own took; wait4() would count what this process takes as well."""
    command = [sys.executable, "-c", _MEASURED, name, "--file", str(file)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return round(int(done.stderr.splitlines()[-1]) / 1024)
