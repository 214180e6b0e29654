"""The tables of this folder: mistakes, and what edatool says of them; ``make golden`` writes that anew."""

import contextlib
import io
import os
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from edatool.cli.main import run
from tests.cli.conftest import SCHEMA, SPEC

HERE = Path(__file__).parent
_LINE = re.compile(r"^(\+|\$) (.*)\n", re.MULTILINE)
_BYTE = re.compile(r"<([0-9A-F]{2})>")

Told = Callable[[str], str]


def blocks(table: str) -> list[str]:
    """Return the mistakes of a table, each with its title in the first line."""
    return (HERE / table).read_text(encoding="utf-8").split("\n=== ")[1:]


def title(block: str) -> str:
    """Return what is wrong."""
    return block.partition("\n")[0]


def told(block: str, say: Told) -> str:
    """Make the mistake in this folder, and return the block with what ``say`` returns of each command."""
    Path("routes.yaml").write_text(SPEC)
    Path("order.json").write_text(SCHEMA)
    head, *parts = _LINE.split(block)
    lines = [head]
    for kind, words, rest in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        lines.append(f"{kind} {words}\n")
        if kind == "+":
            Path(words).write_bytes(_BYTE.sub(lambda byte: chr(int(byte[1], 16)), rest).encode("latin-1"))
            lines.append(rest)
        else:
            lines.append(say(words))
    return "".join(lines)


def said(command: str) -> str:
    """Return what a command line prints, on both outputs, and its exit code where that is not 0.

    Something may be typed into it by ``echo`` or ``printf``, variables may stand in front of it, and what it prints on
    standard output may go to a file.
    """
    *typing, ours = command.split(" | ")
    ours, _, file = ours.partition(" > ")
    words = shlex.split(ours)
    name = words.index("edatool")
    variables = dict(word.split("=", 1) for word in words[:name])
    with (
        mock.patch.dict(os.environ, variables),
        mock.patch.object(sys, "stdin", _typed(*typing)),
        contextlib.redirect_stderr(io.StringIO()) as printed,
        contextlib.redirect_stdout(io.StringIO() if file else printed) as kept,
    ):
        code = run(words[name + 1 :])
    if file:
        Path(file).write_text(kept.getvalue())
    return printed.getvalue() + (f"exit {code}\n" if code else "")


def _typed(command: str = "printf ''") -> io.TextIOWrapper:
    program, text = shlex.split(command)
    typed = f"{text}\n" if program == "echo" else text.replace("\\n", "\n")
    return io.TextIOWrapper(io.BytesIO(typed.encode()))
