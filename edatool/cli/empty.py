"""What is given and empty: mostly a variable of a script that is not set, and never what was meant."""

import os
from collections.abc import Sequence
from itertools import pairwise, takewhile
from typing import Any

import click

from edatool.errors import WrongUsage

_MAY_BE_EMPTY = ("--exchange", "--key")  # the default exchange, and a key of no words
_COMMAND_OF_ITS_OWN = ["broker", "run"]


class FromEnvironment(click.Option):
    """An option that an environment variable may give; one that is set and empty is refused, not left out."""

    def __init__(self, *names: Any, **attributes: Any) -> None:
        super().__init__(*names, **{"show_envvar": True, **attributes})

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        """Return the value of the variable; asked for only where the option is not on the command line."""
        if isinstance(self.envvar, str):
            from_environment(self.envvar)
        return super().resolve_envvar_value(ctx)


def from_environment(variable: str) -> str | None:
    """Return the value of an environment variable, None where it is not set.

    Raises:
        WrongUsage: it is set, and empty.
    """
    value = os.environ.get(variable)
    if value == "":
        raise WrongUsage(f"the environment variable {variable} is empty: give it a value, or unset it")
    return value


def own_arguments(arguments: Sequence[str]) -> int:
    """Return how many of the arguments are for edatool, and not for a command that it runs, or behind ``--``."""
    words = [place for place, one in enumerate(arguments) if not one.startswith("-")]
    if [arguments[place] for place in words[:2]] == _COMMAND_OF_ITS_OWN:
        behind = arguments[words[1] + 1 :]
        return words[1] + 1 + sum(1 for _ in takewhile(lambda one: one.startswith("-") and one != "--", behind))
    return arguments.index("--") if "--" in arguments else len(arguments)


def refuse_empty(arguments: Sequence[str]) -> None:
    """Refuse empty arguments.

    Raises:
        WrongUsage: naming the option.
    """
    own = arguments[: own_arguments(arguments)]
    for before, one in pairwise(["", *own]):
        option, _, value = one.partition("=")
        if one == "" and before not in _MAY_BE_EMPTY:
            what = f"what is given for {before}" if before.startswith("-") else "an argument"
            raise WrongUsage(f"{what} is empty: give a value, or leave it out (a variable may not be set)")
        if one.startswith("--") and one.endswith("=") and not value and option not in _MAY_BE_EMPTY:
            raise WrongUsage(f"what is given for {option} is empty: give a value, or leave it out")
