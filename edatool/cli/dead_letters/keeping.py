"""edatool dead-letters drop, export and import."""

from typing import Any, BinaryIO

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.dead_letters.outcomes import Outcomes, exit_code
from edatool.cli.options import (
    address,
    broker_options,
    format_option,
    load_spec_if_there,
    spec_option,
    yes_option,
)
from edatool.cli.selecting import (
    limit_option,
    offset_of,
    offset_option,
    queue_argument,
    selecting_options,
    selection,
)
from edatool.cli.telling import tell
from edatool.cli.terminal.asking import require_yes
from edatool.cli.writing import output_option, stream, write
from edatool.render.rounds import FORMATS as ROUND_FORMATS


@click.command("drop", cls=Command, short_help="Remove them, with a backup.")
@queue_argument
@spec_option
@broker_options
@selecting_options
@limit_option
@click.option("--backup", required=True, metavar="FILE", help="Where each is kept before, as export writes it.")
@yes_option
@format_option(ROUND_FORMATS)
@output_option
def drop(
    *,
    queue: str,
    files: tuple[str, ...],
    limit: int | None,
    backup: str,
    yes: bool,
    output: str,
    **options: Any,
) -> int:
    """Remove dead letters from QUEUE; each is on disk in FILE before, from which import puts it back.

    \b
    Example:
      edatool dead-letters drop dead --older 30d --backup dropped.jsonl --yes
    """
    from edatool.cli.terminal.stopping import asked_to_stop
    from edatool.render.rounds.shown import ShownRound

    there = address(options)
    routes = load_spec_if_there(files, there)
    meant = selection(options, routes)
    if not yes:
        require_yes(f"Remove dead letters from {queue}?")
    with edatool.connect(there, routes) as vhost, asked_to_stop() as is_asked_to_stop:
        ended = Outcomes()
        result = edatool.drop_dead_letters(
            vhost,
            queue,
            backup,
            routes=routes,
            selection=meant,
            limit=limit,
            is_asked_to_stop=is_asked_to_stop,
            on_outcome=ended.add,
        )
    write(ROUND_FORMATS.show(output, ShownRound(queue, f"dropped, and kept in {backup}", result, ended.all)))
    return exit_code(result)


@click.command("export", cls=Command, short_help="Write them as lines of JSON.")
@queue_argument
@spec_option
@broker_options
@selecting_options
@limit_option
@offset_option
@output_option
def export(*, queue: str, files: tuple[str, ...], limit: int | None, offset: str, **options: Any) -> int:
    """Write dead letters of QUEUE as lines of JSON, with all properties and headers as they are; they stay.

    \b
    Example:
      edatool dead-letters export dead -o dead.jsonl
    """
    from edatool.counted import counted

    there = address(options)
    routes = load_spec_if_there(files, there)
    meant = selection(options, routes)
    with edatool.connect(there, routes) as vhost:
        count = edatool.export_dead_letters(
            vhost, queue, stream(), routes=routes, selection=meant, limit=limit, offset=offset_of(offset)
        )
    tell(f"{counted(count, 'message')} written")
    return 0


@click.command("import", cls=Command, short_help="Put exported ones into a queue.")
@queue_argument
@click.argument("file", type=click.File("rb"))
@broker_options
@output_option
def import_(*, queue: str, file: BinaryIO, **broker: str | None) -> int:
    """Put the messages of FILE, which export or drop has written, into QUEUE as they were.

    \b
    Example:
      edatool dead-letters import dead dropped.jsonl
    """
    from edatool.counted import counted

    with edatool.connect(address(broker)) as vhost:
        count = edatool.import_dead_letters(vhost, queue, file)
    write(f"{counted(count, 'message')} put into {queue}")
    return 0
