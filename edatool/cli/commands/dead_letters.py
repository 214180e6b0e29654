"""edatool dead-letters: messages that a queue gave up, seen and brought back."""

from typing import TYPE_CHECKING, Any, BinaryIO

import click

import edatool
from edatool.cli.asking import require_yes
from edatool.cli.command import Group
from edatool.cli.completing import exchanges, queues
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
from edatool.cli.writing import output_option, stream, write
from edatool.errors import WrongUsage
from edatool.render.dead_list import FORMATS as LIST_FORMATS
from edatool.render.messages import FORMATS as MESSAGE_FORMATS
from edatool.render.rounds import FORMATS as ROUND_FORMATS

if TYPE_CHECKING:
    from edatool.render.rounds.shown import Ended
    from edatool.runtime.dead_letters.history import DeadMessage
    from edatool.runtime.dead_letters.round import Rounded

_NOT_SENT = ("unroutable", "nacked", "refused")
_WRONG = ("invalid", "unknown", "unreadable")

_to_queue = click.option("--to-queue", metavar="QUEUE", shell_complete=queues, help="To this queue instead.")


@click.group("dead-letters", cls=Group)
def dead_letters() -> None:
    """See the dead letters of a queue, and bring them back.

    \b
    Example:
      edatool dead-letters list dead
      edatool dead-letters replay dead --yes
    """


@dead_letters.command("list", short_help="Count them by queue and reason.")
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


@dead_letters.command("show", short_help="Show them, with their history.")
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


@dead_letters.command("replay", short_help="Send them to where they came from.")
@queue_argument
@spec_option
@broker_options
@selecting_options
@limit_option
@rate_option
@offset_option
@click.option("--to-exchange", is_flag=True, help="To the exchange where they were published: all queues get them.")
@_to_queue
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
    from edatool.cli.stopping import stopped_by_signals
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
        stopped_by_signals() as is_asked_to_stop,
    ):
        ended = _Outcomes()
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
    return _exit_code(result)


@dead_letters.command("edit", short_help="Send one with another payload.")
@queue_argument
@click.argument("message_id", metavar="ID")
@spec_option
@broker_options
@click.option("--payload", type=click.File("rb"), help="The new payload, instead of asking an editor for it.")
@click.option("--to-exchange", is_flag=True, help="To the exchange where it was published.")
@_to_queue
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
    from edatool.cli.editing import edited
    from edatool.render.rounds.shown import ShownRound

    there = address(broker)
    routes = load_spec_if_there(files, there)
    ended = _Outcomes()
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
    return _exit_code(result)


@dead_letters.command("move", short_help="Put them elsewhere as they are.")
@queue_argument
@spec_option
@broker_options
@selecting_options
@limit_option
@rate_option
@_to_queue
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
    from edatool.cli.stopping import stopped_by_signals
    from edatool.render.rounds.shown import ShownRound

    there = address(options)
    routes = load_spec_if_there(files, there)
    meant = selection(options, routes)
    if not yes:
        require_yes(f"Move dead letters of {queue}?")
    with edatool.connect(there, routes) as vhost, stopped_by_signals() as is_asked_to_stop:
        ended = _Outcomes()
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
    return _exit_code(result)


@dead_letters.command("drop", short_help="Remove them, with a backup.")
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
    from edatool.cli.stopping import stopped_by_signals
    from edatool.render.rounds.shown import ShownRound

    there = address(options)
    routes = load_spec_if_there(files, there)
    meant = selection(options, routes)
    if not yes:
        require_yes(f"Remove dead letters from {queue}?")
    with edatool.connect(there, routes) as vhost, stopped_by_signals() as is_asked_to_stop:
        ended = _Outcomes()
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
    return _exit_code(result)


@dead_letters.command("export", short_help="Write them as lines of JSON.")
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


@dead_letters.command("import", short_help="Put exported ones into a queue.")
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


class _Outcomes:
    """Keeps what became of messages, for the end."""

    def __init__(self) -> None:
        self.all: list[Ended] = []

    def add(self, one: "DeadMessage", outcome: str, why: str) -> None:
        from edatool.render.rounds.shown import Ended

        self.all.append(Ended(one.id, outcome, why))


def _reopening(inbox: str | None) -> Any:
    """Return a context with what lets an inbox handle an event again, None where none is named."""
    from contextlib import closing, contextmanager, nullcontext

    if inbox is None:
        return nullcontext()
    from edatool.runtime.inbox.open import open_inbox

    @contextmanager
    def opened() -> Any:
        with closing(open_inbox(inbox)) as found:
            yield found.reopen

    return opened()


def _exit_code(result: "Rounded") -> int:
    if result.stopped:
        return 130
    if any(result.outcomes.get(one) for one in _NOT_SENT):
        return 6
    return 1 if any(result.outcomes.get(one) for one in _WRONG) else 0
