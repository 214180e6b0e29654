"""edatool dead-letters replay, edit and move."""

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.completing import exchanges
from edatool.cli.dead_letters.outcomes import Outcomes, exit_code, to_queue_option
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
    rate_option,
    selecting_options,
    selection,
)
from edatool.cli.telling import tell
from edatool.cli.terminal.asking import require_yes
from edatool.cli.writing import output_option, write
from edatool.errors import WrongUsage
from edatool.render.rounds import FORMATS as ROUND_FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@click.command("replay", cls=Command, short_help="Send them to where they came from.")
@queue_argument
@spec_option
@broker_options
@selecting_options
@limit_option
@rate_option
@offset_option
@click.option("--to-exchange", is_flag=True, help="To the exchange where they were published: all queues get them.")
@to_queue_option
@click.option("--anyway", is_flag=True, help="Also what breaks its contract.")
@click.option("--inbox", metavar="FILE|DSN", help="The consumer's inbox: let it handle them again.")
@click.option("--dry-run", is_flag=True, help="Send nothing; say what would be sent, and where to.")
@yes_option
@format_option(ROUND_FORMATS)
@output_option
def replay(
    *,
    queue: str,
    files: tuple[str, ...],
    limit: int | None,
    rate: float | None,
    offset: str,
    to_exchange: bool,
    to_queue: str | None,
    anyway: bool,
    inbox: str | None,
    dry_run: bool,
    yes: bool,
    output: str,
    **options: Any,
) -> int:
    """Send the dead letters in QUEUE to the queue that gave them up, once their payloads keep their contracts.

    Each leaves QUEUE when the broker has confirmed it there. Stopped or killed, run it again: it goes on with what is
    left, and what was on its way may be there twice, under the same message id. From a stream nothing is removed.

    \b
    Example:
      edatool dead-letters replay dead --dry-run
      edatool dead-letters replay dead --from order-processing --error Timeout --rate 100 --yes
    """
    from edatool.cli.terminal.stopping import asked_to_stop
    from edatool.render.rounds.shown import ShownRound

    if to_exchange and to_queue:
        raise WrongUsage("--to-exchange and --to-queue exclude each other")
    there = address(options)
    routes = load_spec_if_there(files, there)
    meant = selection(options, routes)
    if not (dry_run or yes):
        require_yes(f"Send dead letters of {queue} to where they came from?")
    with (
        edatool.connect(there, routes) as vhost,
        _reopening(inbox) as reopen,
        asked_to_stop() as is_asked_to_stop,
    ):
        ended = Outcomes()
        result = edatool.replay_dead_letters(
            vhost,
            queue,
            routes=routes,
            selection=meant,
            to="exchange" if to_exchange else "queue",
            to_queue=to_queue,
            anyway=anyway,
            limit=limit,
            rate=rate,
            offset=offset_of(offset),
            dry_run=dry_run,
            reopen=reopen,
            is_asked_to_stop=is_asked_to_stop,
            on_outcome=ended.add,
        )
    write(ROUND_FORMATS.show(output, ShownRound(queue, "replayed", result, ended.all)))
    return exit_code(result)


@click.command("edit", cls=Command, short_help="Send one with another payload.")
@queue_argument
@click.argument("message_id", metavar="ID")
@spec_option
@broker_options
@click.option("--payload", type=click.File("rb"), help="The new payload, instead of asking an editor for it.")
@click.option("--to-exchange", is_flag=True, help="To the exchange where it was published.")
@to_queue_option
@format_option(ROUND_FORMATS)
@output_option
def edit(
    *,
    queue: str,
    message_id: str,
    files: tuple[str, ...],
    payload: BinaryIO | None,
    to_exchange: bool,
    to_queue: str | None,
    output: str,
    **broker: str | None,
) -> int:
    """Change the payload of the dead letter ID in QUEUE in $EDITOR, and send it as replay does.

    It keeps its id, and says in the header x-edatool-edited what was changed, and by whom. The original stays in QUEUE
    until the broker has confirmed the copy.

    \b
    Example:
      edatool dead-letters edit dead 0197c3a4-5d2e-7c1f-9a53-0242ac120002
      edatool dead-letters edit dead 0197c3a4-5d2e-7c1f-9a53-0242ac120002 --payload fixed.json
    """
    from edatool.cli.dead_letters.editing import edited
    from edatool.render.rounds.shown import ShownRound

    there = address(broker)
    routes = load_spec_if_there(files, there)
    ended = Outcomes()
    with edatool.connect(there, routes) as vhost:
        result = edatool.edit_dead_letter(
            vhost,
            queue,
            message_id,
            (lambda _: payload.read()) if payload else edited,
            routes=routes,
            to="exchange" if to_exchange else "queue",
            to_queue=to_queue,
            on_outcome=ended.add,
        )
    if result is None:
        tell("nothing was changed: it stays")
        return 0
    write(ROUND_FORMATS.show(output, ShownRound(queue, "edited and replayed", result, ended.all)))
    return exit_code(result)


@click.command("move", cls=Command, short_help="Put them elsewhere as they are.")
@queue_argument
@spec_option
@broker_options
@selecting_options
@limit_option
@rate_option
@to_queue_option
@click.option("--to-exchange", metavar="EXCHANGE", shell_complete=exchanges, help="To this exchange.")
@click.option("--key", metavar="KEY", help="With --to-exchange: this routing key, instead of each message's own.")
@yes_option
@format_option(ROUND_FORMATS)
@output_option
def move(
    *,
    queue: str,
    files: tuple[str, ...],
    limit: int | None,
    rate: float | None,
    to_queue: str | None,
    to_exchange: str | None,
    key: str | None,
    yes: bool,
    output: str,
    **options: Any,
) -> int:
    """Put dead letters of QUEUE into another queue or exchange, with all that they tell of themselves.

    \b
    Example:
      edatool dead-letters move dead --reason contract --to-queue poisoned --yes
    """
    from edatool.cli.terminal.stopping import asked_to_stop
    from edatool.render.rounds.shown import ShownRound

    there = address(options)
    routes = load_spec_if_there(files, there)
    meant = selection(options, routes)
    if not yes:
        require_yes(f"Move dead letters of {queue}?")
    with edatool.connect(there, routes) as vhost, asked_to_stop() as is_asked_to_stop:
        ended = Outcomes()
        result = edatool.move_dead_letters(
            vhost,
            queue,
            to_queue=to_queue,
            to_exchange=to_exchange,
            key=key,
            routes=routes,
            selection=meant,
            limit=limit,
            rate=rate,
            is_asked_to_stop=is_asked_to_stop,
            on_outcome=ended.add,
        )
    write(ROUND_FORMATS.show(output, ShownRound(queue, "moved", result, ended.all)))
    return exit_code(result)


@contextmanager
def _reopening(inbox: str | None) -> "Iterator[Callable[[str, str], object] | None]":
    """Yield what lets an inbox handle an event again, None where none is named."""
    if inbox is None:
        yield None
        return
    from edatool.runtime.inbox.open import open_inbox

    with closing(open_inbox(inbox)) as found:
        yield found.reopen
