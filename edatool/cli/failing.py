"""What went wrong, told."""

import errno

import click

from edatool.cli.everywhere import GlobalOptions, coloured
from edatool.errors import EdatoolError, InvalidInput, WrongUsage
from edatool.visible import joined


def told(error: BaseException, given: GlobalOptions) -> int:
    """Print what went wrong, and return the exit code."""
    if isinstance(error, InvalidInput):
        from edatool.cli.finding import tell_findings

        tell_findings(error.findings, color=coloured(given))
        return error.exit_code
    if isinstance(error, EdatoolError):
        lines = [f"edatool: {error}", *notes(error)]
    elif isinstance(error, OSError) and error.errno == errno.ENOSPC:
        click.echo(f"edatool: results cannot be written: {error.strerror}: make room", err=True)
        return WrongUsage.exit_code
    else:
        lines = [f"edatool: a bug, please report it: {type(error).__name__}: {error} (more with --debug)"]
    click.echo(joined(lines), err=True)
    return error.exit_code if isinstance(error, EdatoolError) else EdatoolError.exit_code


def notes(error: BaseException) -> list[str]:
    """Return what was added to an error, a line each."""
    return [f"  | {note}" for note in getattr(error, "__notes__", ())]
