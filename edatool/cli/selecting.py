"""The options that say which messages of a queue are meant."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

import edatool
from edatool.cli.ages import age
from edatool.cli.completing import filters, queues
from edatool.errors import WrongUsage

if TYPE_CHECKING:
    from edatool.routes import Routes
    from edatool.runtime.dead_letters.selection import Selection

Command = TypeVar("Command", bound=Callable[..., object])
_MOST_DIGITS = 18
"""Of an offset: AMQP has no longer numbers than of 64 bits."""

queue_argument = click.argument("queue", shell_complete=queues)
limit_option = click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="At most N of those that are meant."
)
rate_option = click.option(
    "--rate", type=click.FloatRange(min=0, min_open=True), metavar="N", help="N messages a second at most."
)
offset_option = click.option(
    "--offset", default="first", show_default=True, metavar="N|first", help="Of a stream: where to begin."
)

_SELECTING = (
    click.option("--id", "ids", multiple=True, metavar="ID", help="The message with this id."),
    click.option("--from", "origin", metavar="QUEUE", shell_complete=queues, help="What this queue gave up."),
    click.option("--reason", metavar="TEXT", help="What died for a reason that has TEXT in it."),
    click.option("--error", metavar="TEXT", help="What died of an error whose class has TEXT in it."),
    click.option("--older", metavar="AGE", help="What died longer ago than AGE, such as 30m, 12h or 7d."),
    click.option("--newer", metavar="AGE", help="What died since."),
    click.option(
        "--filter",
        "filter_name",
        metavar="NAME|YAML",
        shell_complete=filters,
        help="What matches a filter of the spec, or a pattern in YAML.",
    ),
)


def selecting_options(command: Command) -> Command:
    """Add what ``selection`` reads."""
    for option in reversed(_SELECTING):
        command = option(command)
    return command


def selection(options: dict[str, Any], routes: "Routes | None") -> "Selection":
    """Return which messages the options of ``selecting_options`` mean; they are taken out of ``options``.

    Raises:
        WrongUsage: an age that is none, or no such filter.
        InvalidInput: the pattern is none.
    """
    from datetime import UTC, datetime

    from edatool.runtime.dead_letters.selection import Selection

    older, newer, named = options.pop("older"), options.pop("newer"), options.pop("filter_name")
    now = datetime.now(UTC)
    return Selection(
        frozenset(options.pop("ids")),
        options.pop("origin"),
        options.pop("reason"),
        options.pop("error"),
        now - age("--older", older) if older else None,
        now - age("--newer", newer) if newer else None,
        edatool.read_filter(named, routes) if named else None,
    )


def offset_of(text: str) -> int | str:
    """Return where a stream is begun.

    Raises:
        WrongUsage: it is neither a number nor ``first``.
    """
    if text == "first":
        return text
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        raise WrongUsage(f"--offset takes a number or first, not {text!r}")
    return int(text)
