"""The options that every command has, wherever they stand on the line, and what they were given."""

import os
from typing import TextIO

import click

from edatool.errors import EdatoolError
from edatool.frozen import mutable
from edatool.settings.settings import Settings


@mutable
class GlobalOptions:
    """What the options of every command ask for, known once the line is read."""

    debug: bool = False
    quiet: bool = False
    verbose: bool = False
    color: str | None = None
    force: bool = False
    target: str | None = None
    """The name of the file of ``-o``, where results are not to be printed."""
    results: TextIO | None = None
    """That file, open."""
    settings: Settings | None = None
    """The settings that are in force."""
    refused: EdatoolError | None = None
    """Why settings cannot be in force."""


def asked() -> GlobalOptions:
    """Return what the command that runs was asked for."""
    return click.get_current_context().ensure_object(GlobalOptions)


def note(context: click.Context, option: click.Parameter, given: object) -> None:
    """Keep what an option was given, for ``asked``; the callback of those that no command gets as an argument.

    A ``-`` for standard output is as if nothing was given.
    """
    if given and given != "-" and option.name:
        setattr(context.ensure_object(GlobalOptions), option.name, given)


def coloured(given: GlobalOptions) -> bool | None:
    """Tell whether output is coloured, None where click is to look for a terminal."""
    wanted = given.color or _color_of_environment() or (given.settings and given.settings.values.get("color"))
    if wanted == "auto":
        wanted = _color_of_environment()
    return wanted == "always" if wanted in ("always", "never") else None


def _color_of_environment() -> str | None:
    if os.environ.get("NO_COLOR"):
        return "never"
    return "always" if os.environ.get("FORCE_COLOR") else None


# Eager ones are read before all others, which may be wrong.
OPTIONS: tuple[click.Parameter, ...] = (
    click.Option(
        ["-q", "--quiet"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=note,
        help="Print results and what is wrong, and nothing else.",
    ),
    click.Option(
        ["-v", "--verbose"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=note,
        help="Print more: each step, and what is counted otherwise.",
    ),
    click.Option(
        ["--color"],
        type=click.Choice(["auto", "always", "never"]),
        expose_value=False,
        is_eager=True,
        callback=note,
        help="Colour what is printed; auto, the default, is on a terminal, and as NO_COLOR and FORCE_COLOR say.",
    ),
    click.Option(
        ["--debug"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=note,
        help="Print the traceback of an error.",
    ),
)
