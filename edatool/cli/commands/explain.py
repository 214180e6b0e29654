"""edatool explain: what the code of a finding means, and what to do."""

from typing import TYPE_CHECKING

import click

from edatool.cli.command import Command
from edatool.cli.completing import codes
from edatool.cli.options import format_option
from edatool.cli.writing import output_option, write
from edatool.errors import WrongUsage
from edatool.render.rules import FORMATS

if TYPE_CHECKING:
    from edatool.checks.catalogue import Rule


@click.command(cls=Command)
@click.argument("codes", nargs=-1, metavar="[CODE]...", shell_complete=codes)
@format_option(FORMATS)
@output_option
def explain(codes: tuple[str, ...], output: str) -> int:
    """Say what is wrong where a CODE is found, why it matters, and what to do, with a bad and a good example.

    A CODE may be given by its name, too. Without a CODE all are listed.

    \b
    Example:
      edatool explain
      edatool explain E201
      edatool explain unreachable-queue
    """
    from edatool.checks.catalogue import CATALOGUE
    from edatool.render.rules.shown import ShownRules

    chosen = [_named(code) for code in codes] or CATALOGUE
    write(FORMATS.show(output, ShownRules(chosen, all_of_them=not codes)))
    return 0


def _named(asked: str) -> "Rule":
    from edatool.checks.catalogue import CATALOGUE, rule_named
    from edatool.spec.nearest import Nearest

    word = asked.replace("_", "-")
    found = rule_named(word)
    if found is None:
        names = [one.name for one in CATALOGUE]  # nobody means another code by a code
        way_out = Nearest().way_out(word, names, "edatool explain lists all")
        raise WrongUsage(f"there is no finding {asked!r}: {way_out}")
    return found
