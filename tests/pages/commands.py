"""The page docs/reference/commands.md, made of the command line."""

import os
from collections.abc import Iterator
from unittest import mock

import click

from edatool.cli.main import EXIT_CODES
from edatool.cli.main import edatool as command_line
from tests.render import golden_texts

HEAD = """\
# Commands

Each command as its `--help` says it. This page is made of the command line itself.

## Exit codes

| code | meaning |
|---|---|
"""


def page() -> str:
    """Return the text of the page."""
    lines = [HEAD.rstrip(), *(f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items())]
    lines += ["", "## Environment", "", "An option counts before its variable.", "", "| variable | option | of |"]
    lines += ["|---|---|---|", *(f"| `{one}` | `{option}` | {of} |" for one, option, of in variables()), ""]
    with mock.patch.dict(os.environ, golden_texts.ENVIRONMENT):
        helps = list(golden_texts.helps())
    for name, text in helps:
        lines += [f"## {name}", "", "```", text.rstrip(), "```", ""]
    return "\n".join(lines)


def variables() -> Iterator[tuple[str, str, str]]:
    """Yield each variable of the environment, its option, and the commands that have it."""
    found: dict[tuple[str, str], list[str]] = {}
    for path, command in golden_texts.commands(command_line):
        for one in command.params:
            if isinstance(one, click.Option) and isinstance(one.envvar, str):
                found.setdefault((one.envvar, one.opts[-1]), []).append(" ".join(path))
    for (variable, option), names in sorted(found.items()):
        yield variable, option, ", ".join(names)
