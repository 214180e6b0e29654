"""Where the text goes that a command makes: standard output, or a file that is not overwritten unasked."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from edatool.errors import WrongUsage

Command = TypeVar("Command", bound=Callable[..., object])


def output_options(command: Command) -> Command:
    """Add the options of ``write``."""
    command = click.option("--force", is_flag=True, help="Overwrite the file of -o.")(command)
    about = "Write to this file instead of printing; - prints."
    return click.option("-o", "--output", "target", metavar="FILE", help=about)(command)


def write(text: str, target: str | None, *, force: bool) -> None:
    """Print a text, or write it to a file.

    Raises:
        WrongUsage: the file is there and is not to be overwritten, or cannot be written.
    """
    if target in (None, "-"):
        click.echo(text, nl=False)
        return
    try:
        with Path(target).open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise WrongUsage(f"{target} is there already: name another file, or overwrite it with --force") from None
    except OSError as error:
        raise WrongUsage(f"{target} cannot be written: {error.strerror}") from None
