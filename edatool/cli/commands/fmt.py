"""edatool fmt: the canonical layout of specs."""

import os

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.file_name import FILE_NAME
from edatool.cli.options import missing_of, spec_option
from edatool.cli.telling import tell
from edatool.cli.writing import output_option, write
from edatool.counted import counted
from edatool.errors import WrongUsage
from edatool.visible import visible


@click.command(cls=Command)
@click.argument("parts", nargs=-1, type=FILE_NAME, metavar="[FILE]...")
@spec_option
@click.option("--check", is_flag=True, help="Print the files that have another layout, and write nothing.")
@click.option("--diff", is_flag=True, help="Show what would change, and write nothing.")
@output_option
def fmt(*, parts: tuple[str, ...], files: tuple[str, ...], check: bool, diff: bool) -> int:
    """Lay out specs in one way: indentation, the order of sections, blank lines.

    Each FILE is laid out, as pre-commit passes those that have changed; those that are no parts of specs are left
    alone. Without FILEs the spec of -f is, with all that it includes. - prints what comes from standard input.

    Blocks are indented by two blanks; sections stand in the order of the reference, with a blank line around those of
    several lines; no line ends in blanks. Comments stay with what they are about, and quotes, brackets and line
    breaks as they are. What a file means never changes.

    With --check or --diff it returns 1 where a file has another layout.

    \b
    Example:
      edatool fmt
      edatool fmt --check
      edatool fmt routes.yaml teams/billing.yaml --diff
    """
    from edatool.render.difference import difference
    from edatool.spec.files import STANDARD_INPUT

    if check and diff:
        raise WrongUsage("--check and --diff exclude each other: give one of them")
    if missing := missing_of(parts or files):
        raise WrongUsage(f"{missing[0]} cannot be read: there is no such file")
    dry = check or diff
    done = edatool.fmt(*(parts or _of_spec(files)), write=not dry)
    others = [one for one in done if one.before != one.after]
    if diff and others:
        write(difference(others))
    elif check and others:
        write("\n".join(visible(one.file) for one in others))
    for one in () if dry else done:
        if one.file == STANDARD_INPUT:
            write(one.after, nl=False)
    tell(f"{counted(len(others), 'file')} {'to lay out' if dry else 'laid out'}, {len(done) - len(others)} left as is")
    return 1 if dry and others else 0


def _of_spec(files: tuple[str, ...]) -> tuple[str, ...]:
    """Return the files of a spec, those that it includes, too."""
    from edatool.spec.files import STANDARD_INPUT
    from edatool.spec.load import load

    return files if STANDARD_INPUT in files else tuple(load(files, os.environ).spec.document.texts)
