"""edatool peek: what is in a queue, seen and left there."""

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.options import address, broker_options, format_option, load_spec_if_there, spec_option
from edatool.cli.selecting import offset_of, offset_option, queue_argument
from edatool.cli.writing import output_option, write
from edatool.render.messages import FORMATS


@click.command(cls=Command)
@queue_argument
@spec_option
@broker_options
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, metavar="N", help="N at most.")
@offset_option
@format_option(FORMATS)
@output_option
def peek(*, queue: str, files: tuple[str, ...], limit: int, offset: str, output: str, **broker: str | None) -> int:
    """Show the first messages in QUEUE, with what the spec says of them, and leave them where they are.

    They are marked as redelivered; before RabbitMQ 4.3 a quorum queue also counts a delivery, and one that would be too
    many has a message moved to the end of the queue instead.

    \b
    Example:
      edatool peek orders
      edatool peek analytics --offset 1000 --limit 3 --format json
    """
    from edatool.render.messages.shown import ShownMessage
    from edatool.runtime.dead_letters.today import today

    there = address(broker)
    routes = load_spec_if_there(files, there)
    with edatool.connect(there, routes) as vhost:
        found = edatool.read_dead_letters(vhost, queue, routes=routes, limit=limit, offset=offset_of(offset))
    shown = [ShownMessage(one, today(one, routes) if routes else None) for one in found]
    write(FORMATS.show(output, shown))
    return 0
