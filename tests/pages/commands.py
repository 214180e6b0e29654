"""The page docs/commands.md, made of the command line."""

import inspect
import os
from collections.abc import Iterator
from unittest import mock

import click

import edatool
from edatool.cli.main import edatool as command_line
from tests.render import golden_texts

HEAD = """\
# Commands

Each command as its `--help` says it. This page is made of the command line itself.

## Exit codes

| code | meaning |
|---|---|
| 0 | it is done, and all is well |
"""
_OF_COMMANDS = {
    1: "what was written is wrong, a test of the routing fails, or an event was not published; each is named",
    3: "`drift` and `plan --exit-code`: there is a difference",
    130: "interrupted",
}
"""What no error of edatool says."""


def page() -> str:
    """Return the text of the page."""
    lines = [HEAD.rstrip(), *(f"| {code} | {meaning} |" for code, meaning in sorted(_exit_codes().items()))]
    lines += ["", "## Environment", "", "An option counts before its variable.", "", "| variable | option | of |"]
    lines += ["|---|---|---|", *_variables(), ""]
    with mock.patch.dict(os.environ, golden_texts.ENVIRONMENT):
        helps = list(golden_texts.helps())
    for name, text in helps:
        lines += [f"## {name}", "", "```", text.rstrip(), "```", ""]
    return "\n".join(lines)


def _exit_codes() -> dict[int, str]:
    errors = (getattr(edatool, name) for name in edatool.__all__)
    found: dict[int, str] = {}
    for one in errors:
        if inspect.isclass(one) and issubclass(one, edatool.EdatoolError) and "exit_code" in vars(one):
            words = (inspect.getdoc(one) or "").split("\n")[0].rstrip(".")
            found[one.exit_code] = words[0].lower() + words[1:]
    return found | _OF_COMMANDS | {edatool.EdatoolError.exit_code: "a bug of edatool: please report it, with `--debug`"}


def _variables() -> Iterator[str]:
    """Yield a line of the table for each variable of the environment: its option, and the commands that have it."""
    found: dict[tuple[str, str], list[str]] = {}
    for path, command in golden_texts.commands(command_line):
        for one in command.params:
            if isinstance(one, click.Option) and isinstance(one.envvar, str):
                found.setdefault((one.envvar, f"`{one.opts[-1]}`"), []).append(" ".join(path))
    for (variable, option), names in sorted(found.items()):
        yield f"| `{variable}` | {option} | {', '.join(names)} |"
