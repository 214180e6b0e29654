"""edatool graph: a picture of what a spec declares."""

import os
from contextlib import nullcontext
from typing import Any

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.completing import events, queues
from edatool.cli.options import address, broker_options, load_spec, spec_option
from edatool.cli.telling import tell
from edatool.cli.writing import output_option, stream, write
from edatool.errors import WrongUsage
from edatool.render.graph import FORMATS, MOST


@click.command(cls=Command)
@spec_option
@click.option("--event", metavar="NAME", shell_complete=events, help="Light the way of an event: all it can reach.")
@click.option("--queue", metavar="NAME", shell_complete=queues, help="Draw only what can come to a queue.")
@click.option("--owner", metavar="NAME", help="Draw only what belongs to a team, and its neighbours.")
@click.option("--diff", "against", metavar="COMMIT|PATH", help="Mark what differs from a commit, a folder or a spec.")
@click.option("--live", is_flag=True, help="Say what queues hold and how much passed in the last minute.")
@click.option(
    "--most",
    type=click.IntRange(min=1),
    metavar="N",
    default=MOST,
    show_default=True,
    help="How many boxes are drawn, before those of one owner become one.",
)
@click.option(
    "--format",
    "output",
    type=click.Choice([*FORMATS.names, "png"]),
    default="svg",
    show_default=True,
    help="The output format; png takes rsvg-convert or Graphviz.",
)
@output_option
@broker_options
def graph(
    *,
    files: tuple[str, ...],
    against: str | None,
    live: bool,
    output: Any,
    event: str | None,
    queue: str | None,
    owner: str | None,
    most: int,
    **broker: str | None,
) -> int:
    """Draw who sends what, where it goes, and who reads it; dead letters and retries, too.

    SVG stands by itself, light or dark as its reader has it. What is folded or left out is said in the picture and on
    stderr. --diff marks what is added, changed and removed, as edatool diff finds it, and asks for no secret.

    \b
    Example:
      edatool graph -o routes.svg
      edatool graph --event order.placed -o order-placed.svg
      edatool graph --queue notifications --format mermaid
      edatool graph --diff origin/main -o change.svg
      edatool graph --live --queue notifications -o notifications.svg
      edatool graph --format dot | dot -Tpdf > routes.pdf
    """
    from edatool.spec.variables import StandIns

    if against and against.startswith("broker:"):
        raise WrongUsage("--diff takes a file, a folder or a commit: edatool plan shows what differs from a broker")
    environment = StandIns(os.environ) if against else None
    routes = load_spec(files, environment=environment)
    before = edatool.load_before(against, *files, environment=environment, on_note=tell) if against else None
    with edatool.connect(address(broker), routes) if live else nullcontext() as vhost:
        drawn = edatool.graph(routes, event=event, queue=queue, owner=owner, before=before, live=vhost, most=most)
    for note in drawn.notes:
        tell(note)
    if output == "png":
        if stream().isatty():
            raise WrongUsage("a PNG is nothing to read: name a file with -o")
        stream().write(edatool.draw_png(drawn))
    else:
        write(edatool.draw(drawn, output), nl=False)
    return 0
