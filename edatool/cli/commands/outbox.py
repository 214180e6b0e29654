"""edatool outbox: messages that services have kept until the broker has them."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

import edatool
from edatool.cli.command import Group
from edatool.cli.database import database_of, database_options, write_statements
from edatool.cli.options import address, broker_options, dialect_option, format_option, metrics_options
from edatool.cli.writing import output_option, write
from edatool.counted import counted
from edatool.errors import WrongUsage
from edatool.render.outbox import FORMATS as STATUS_FORMATS
from edatool.render.relayed import FORMATS as RELAYED_FORMATS
from edatool.visible import visible

if TYPE_CHECKING:
    from edatool.runtime.outbox.relay import Relay

GRACE = 10.0
"""Seconds in which a relay that is told to end waits for confirms."""


_where = database_options("outbox", "postgresql://user:password@host/name, or sqlite:///file")
_named = partial(database_of, "outbox")


@click.group("outbox", cls=Group)
def outbox() -> None:
    """See and send what is in an outbox: a file, or tables in a database.

    Example: edatool outbox status outbox.db
    """


@outbox.command("status", short_help="Show what waits, and what cannot be sent.")
@_where
@format_option(STATUS_FORMATS)
@output_option
def status(file: Path | None, dsn: str | None, output: str) -> int:
    """Show how much waits in the outbox FILE, and what is held or parked, and why.

    \b
    Example:
      edatool outbox status outbox.db
      EDATOOL_OUTBOX_DSN=postgresql://shop@db/shop edatool outbox status --format json
    """
    write(STATUS_FORMATS.show(output, edatool.outbox_status(_named(file, dsn))))
    return 0


@outbox.command("relay", short_help="Send what waits to the broker.")
@_where
@broker_options
@click.option("--follow", is_flag=True, help="Go on until SIGTERM or SIGINT, also while there is no broker.")
@click.option(
    "--attempts",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="How often a message is refused before it is parked.",
)
@metrics_options
@format_option(RELAYED_FORMATS)
@output_option
def relay(
    *,
    file: Path | None,
    dsn: str | None,
    follow: bool,
    attempts: int,
    metrics: str | None,
    health: str | None,
    output: str,
    **broker: str | None,
) -> int:
    """Send what is in the outbox FILE, in the order of each key, and remove what the broker has confirmed.

    Several relays share the work. The vhost is that of the spec with which messages were published, else the URL's.
    Without --follow it ends when there is nothing more that can be sent now: with 0 if nothing is left, else 6.

    \b
    Example:
      edatool outbox relay outbox.db --broker amqp://user:password@host/vhost
      edatool outbox relay --follow    # with EDATOOL_OUTBOX_DSN and EDATOOL_BROKER
    """
    from edatool.render.relayed.shown import ShownRelayed
    from edatool.runtime.metrics.measured import registry_for
    from edatool.runtime.metrics.served import served

    outbox, registry = _named(file, dsn), registry_for(metrics)
    with (
        edatool.open_relay(outbox, address(broker), attempts=attempts, registry=registry, on_note=_warn) as relay,
        _ended_by_signals(relay),
        served(metrics, health, registry, lambda: relay.is_ready),
    ):
        relay.run(once=not follow)
    left = edatool.outbox_status(outbox)
    write(RELAYED_FORMATS.show(output, ShownRelayed(relay.counts, left.waiting, left.parked_messages)))
    return 6 if left.waiting + left.parked_messages and not follow else 0


@outbox.command("purge", short_help="Remove messages for good.")
@_where
@click.option("--parked", "which", flag_value="parked", help="Those that the broker never took.")
@click.option("--all", "which", flag_value="all", help="All: what waits is never sent.")
@output_option
def purge(file: Path | None, dsn: str | None, which: str | None) -> int:
    """Remove messages from the outbox FILE, which are lost then.

    Example: edatool outbox purge outbox.db --parked
    """
    match which:
        case "parked" | "all":
            write(f"{counted(edatool.purge_outbox(_named(file, dsn), which), 'message')} removed")
            return 0
    raise WrongUsage("say what to remove: --parked or --all")


@outbox.command("retry", short_help="Send parked messages again.")
@_where
@output_option
def retry(file: Path | None, dsn: str | None) -> int:
    """Have the parked messages of the outbox FILE sent again by its relays, each before later ones of its key.

    Example: edatool outbox retry outbox.db
    """
    write(f"{counted(edatool.retry_outbox(_named(file, dsn)), 'message')} to be sent again")
    return 0


@outbox.command("ddl", short_help="Print the tables for a database.")
@dialect_option
@output_option
def ddl(dialect: Literal["postgresql", "sqlite"]) -> int:
    """Print the statements that make the tables of an outbox in a service's own database.

    Example: edatool outbox ddl | psql shop
    """
    write_statements(edatool.outbox_ddl(dialect))
    return 0


def _warn(text: str) -> None:
    click.echo(visible(f"edatool: {text}"), err=True)


@contextmanager
def _ended_by_signals(one: "Relay") -> Iterator[None]:
    """End the relay at the first signal, and the process at the next."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def end(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        one.stop(GRACE)

    for number in before:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
