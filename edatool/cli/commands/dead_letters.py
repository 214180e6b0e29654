"""edatool dead-letters: messages that a queue gave up, seen and brought back."""

import click

from edatool.cli.command import Group
from edatool.cli.dead_letters.keeping import drop, export, import_
from edatool.cli.dead_letters.seeing import list_, show
from edatool.cli.dead_letters.sending import edit, move, replay


@click.group("dead-letters", cls=Group)
def dead_letters() -> None:
    """See the dead letters of a queue, and bring them back.

    \b
    Example:
      edatool dead-letters list dead
      edatool dead-letters replay dead --yes
    """


for one in (list_, show, replay, edit, move, drop, export, import_):
    dead_letters.add_command(one)
