"""edatool dead-letters list and show."""

from typing import Any

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.options import (
    address,
    broker_options,
    format_option,
    load_spec_if_there,
    spec_option,
)
from edatool.cli.selecting import (
    limit_option,
    offset_of,
    offset_option,
    queue_argument,
    selecting_options,
    selection,
)
from edatool.cli.writing import output_option, write
from edatool.render.dead_list import FORMATS as LIST_FORMATS
from edatool.render.messages import FORMATS as MESSAGE_FORMATS


@click.command("list", cls=Command, short_help="Count them by queue and reason.")
@queue_argument
@spec_option
@broker_options
@selecting_options
@limit_option
@offset_option
@format_option(LIST_FORMATS)
@output_option
def list_(*, queue: str, files: tuple[str, ...], limit: int | None, offset: str, output: str, **options: Any) -> int:
    """Count the dead letters in QUEUE by the queue that gave them up, the reason, and the error; they stay.

    \b
    Example:
      edatool dead-letters list dead
      edatool dead-letters list dead --from order-processing --newer 1d
    """
    there = address(options)
    routes = load_spec_if_there(files, there)
    meant = selection(options, routes)
    with edatool.connect(there, routes) as vhost:
        found = edatool.list_dead_letters(
            vhost, queue, routes=routes, selection=meant, limit=limit, offset=offset_of(offset)
        )
    write(LIST_FORMATS.show(output, found))
    return 0


@click.command("show", cls=Command, short_help="Show them, with their history.")
@queue_argument
@spec_option
@broker_options
@selecting_options
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, metavar="N", help="N at most.")
@offset_option
@format_option(MESSAGE_FORMATS)
@output_option
def show(*, queue: str, files: tuple[str, ...], limit: int, offset: str, output: str, **options: Any) -> int:
    """Show dead letters in QUEUE: payload, history, whether the spec takes them today, and where they would go.

    \b
    Example:
      edatool dead-letters show dead --id 0197c3a4-5d2e-7c1f-9a53-0242ac120002
      edatool dead-letters show dead --reason contract --format json
    """
    from edatool.render.messages.shown import ShownMessage
    from edatool.runtime.dead_letters.today import today

    there = address(options)
    routes = load_spec_if_there(files, there)
    meant = selection(options, routes)
    with edatool.connect(there, routes) as vhost:
        found = edatool.read_dead_letters(
            vhost, queue, routes=routes, selection=meant, limit=limit, offset=offset_of(offset)
        )
    shown = [ShownMessage(one, today(one, routes) if routes else None) for one in found]
    write(MESSAGE_FORMATS.show(output, shown))
    return 0
