"""A group of commands that are imported when they are called: ``--help`` is there at once."""

# ruff: noqa: ARG002 - the signatures are click's

import builtins
import importlib
import keyword
from collections.abc import Mapping
from typing import Any

import click

from edatool.cli.command import Group

ELSEWHERE = {
    "check": "validate",
    "delete": "destroy",
    "deploy": "apply",
    "diff": "plan",
    "lint": "validate",
    "send": "publish",
    "simulate": "route",
}
"""What other tools call some of the commands."""


class LazyGroup(Group):
    """Commands whose files and functions are named after them, with ``_`` where Python has the word.

    ``sections`` are all names by what they are for, each with what the list of commands says of it.
    """

    def __init__(self, sections: Mapping[str, Mapping[str, str]], **attributes: Any) -> None:
        super().__init__(**attributes)
        self.sections = sections
        self.summaries = {name: about for section in sections.values() for name, about in section.items()}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names."""
        return sorted(self.summaries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, None where there is none of that name."""
        if cmd_name not in self.summaries:
            return None
        taken = keyword.iskeyword(cmd_name) or hasattr(builtins, cmd_name)
        name = f"{cmd_name}_" if taken else cmd_name.replace("-", "_")
        command = getattr(importlib.import_module(f"edatool.cli.commands.{name}"), name)
        assert isinstance(command, click.Command)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read what stands in front of the command; of its own options that is said which stand behind it."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if error.possibilities:
                raise
            ctx.fail(f"No such option {error.option_name!r} in front of a command: its options stand behind it.")

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is called; a word that is none gets the one that may have been meant."""
        if args[0] not in self.summaries:
            from edatool.spec.nearest import Nearest  # rarely needed

            if meant := ELSEWHERE.get(args[0]) or Nearest().to(args[0], self.summaries):
                ctx.fail(f"No such command {args[0]!r}: did you mean {meant!r}?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands, of which none is imported for it."""
        width = max(map(len, self.summaries))
        for name, commands in self.sections.items():
            with formatter.section(name):
                formatter.write_dl([(f"{one:<{width}}", about) for one, about in commands.items()])
