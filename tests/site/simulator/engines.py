"""Engines that run the simulator in the page: the one in Chromium and Node, and QuickJS."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import quickjs

from edatool.site.simulator.script import engine

HERE = Path(__file__).parent
_LINE_BY_LINE = """
for (const text of require("fs").readFileSync(0, "utf8").split("\\n")) console.log(answersOf(text));
"""


def script() -> str:
    return engine() + (HERE / "answers.js").read_text()


def in_quickjs(texts: Sequence[str]) -> list[Any]:
    """Return the answers to each case."""
    answers_of = function(script(), "answersOf")
    return [json.loads(answers_of(text)) for text in texts]


def in_node(texts: Sequence[str], folder: Path) -> list[Any]:
    if shutil.which("node") is None and not os.environ.get("CI"):
        pytest.skip("Node is not installed")
    program = folder / "answers.js"
    program.write_text(script() + _LINE_BY_LINE)
    done = subprocess.run(["node", program], input="\n".join(texts), check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def function(program: str, name: str) -> Callable[..., Any]:
    """Return a function of a program for QuickJS; the program lives as long as it."""
    context = quickjs.Context()
    context.eval(program)
    found: Callable[..., Any] = context.get(name)
    return found
