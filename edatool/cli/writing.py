"""Where the results of a command go: standard output, or the file of ``-o``."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, TypeVar

import click

from edatool.cli.everywhere import GlobalOptions, asked, note
from edatool.cli.file_name import FILE_NAME
from edatool.new_file import new_file

Command = TypeVar("Command", bound=Callable[..., object])


def output_option(command: Command) -> Command:
    """Let results go to a file; the command says them with ``write``, and gets no argument for it."""
    about = "Write results to this file, when all are there; - prints them."
    option = click.option(
        "-o", "--output", "target", type=FILE_NAME, metavar="FILE", expose_value=False, callback=note, help=about
    )
    return option(force_option(command))


def force_option(command: Command) -> Command:
    """Let files be overwritten; ``asked().force`` tells."""
    about = "Overwrite a file that is there already."
    return click.option("--force", is_flag=True, expose_value=False, callback=note, help=about)(command)


@contextmanager
def results_in(given: GlobalOptions) -> Iterator[None]:
    """Have ``write`` write to the file of ``-o``, which gets its name when the block ends without an error.

    Raises:
        WrongUsage: the file is there and is not to be overwritten, or cannot be written.
    """
    if given.target is None:
        yield
        return
    with new_file(given.target, force=given.force) as given.results:
        yield


def stream() -> BinaryIO:
    """Return where bytes of results go: standard output, or the file of ``-o``."""
    return (asked().results or sys.stdout).buffer


def write(text: str, *, nl: bool = True, err: bool = False) -> None:
    """Print a result, or write it to the file of ``-o``, where it has no colours.

    With ``err`` standard output is taken by something else.
    """
    file = asked().results
    click.echo(text, file, nl=nl, err=err, color=None if file is None else False)
