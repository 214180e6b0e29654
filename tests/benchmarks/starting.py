"""How long a command line takes from nothing, beside the interpreter alone."""

import subprocess
import sys
from pathlib import Path

from tests.benchmarks.timing import seconds

ROOT = Path(__file__).parents[2]


def run(_: Path) -> dict[str, float]:
    edatool = str(Path(sys.executable).with_name("edatool"))
    figures = {
        "python -c pass": time_of([sys.executable, "-c", "pass"]),
        "edatool --help": time_of([edatool, "--help"]),
        "edatool validate (the sample)": time_of([edatool, "validate"]),
    }
    return {f"{name}, s": value for name, value in figures.items()}


def time_of(command: list[str]) -> float:
    return seconds(lambda: subprocess.run(command, cwd=ROOT, check=True, capture_output=True), runs=9)
