"""What it takes to start, in seconds of CPU, beside what the libraries alone take."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUNS = 9
COMPILED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
EDATOOL = str(Path(sys.executable).with_name("edatool"))


def python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


STARTED: Mapping[str, tuple[list[str], list[str]]] = {
    "edatool --help / import click": ([EDATOOL, "--help"], python("import click")),
    "edatool validate (a small spec) / import click, yaml, jsonschema_rs": (
        [EDATOOL, "validate", "--file", str(ROOT / "edatool/templates/minimal/routes.yaml")],
        python("import click, yaml, jsonschema_rs"),
    ),
    "edatool validate (the sample, which has WSDL) / import click, yaml, jsonschema_rs, zeep": (
        [EDATOOL, "validate", "--file", str(ROOT / "routes.yaml")],
        python("import click, yaml, jsonschema_rs, zeep"),
    ),
    "import Publisher / import pika, yaml, orjson, jsonschema_rs": (
        python("from edatool import Publisher"),
        python("import pika, yaml, orjson, jsonschema_rs"),
    ),
}
"""Each with what it is compared with."""


def run(folder: Path) -> dict[str, float]:
    figures = {}
    for name, pair in STARTED.items():
        # In turn, for the machine may be slower for a while; the first compiles what is not yet.
        spent = [[_seconds(one, folder) for one in pair] for _ in range(RUNS + 1)][1:]
        ours, libraries = (min(one) for one in zip(*spent, strict=True))
        figures[f"{name.partition(' / ')[0]}, s"] = round(ours, 3)
        figures[name] = round(ours / libraries, 2)
    return figures


def _seconds(command: list[str], folder: Path) -> float:
    """Return the CPU that a process takes, in a folder from which nothing is imported."""
    process = subprocess.Popen(command, cwd=folder, env=COMPILED, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_utime + usage.ru_stime
