"""Messages shown as they come."""

from typing import TYPE_CHECKING

import edatool
from edatool.cli.selecting import offset_of
from edatool.cli.telling import tell
from edatool.cli.terminal.stopping import asked_to_stop
from edatool.cli.writing import write

if TYPE_CHECKING:
    from collections.abc import Callable

    from edatool.broker.address import Address
    from edatool.routes import Routes
    from edatool.runtime.dead_letters.history import DeadMessage


def tail(
    queue: str | None,
    event: str | None,
    wanted: str | None,
    there: "Address",
    routes: "Routes | None",
    *,
    limit: int | None,
    offset: str,
    output: str,
) -> int:
    """Show what comes into a queue, or is published of an event; return 0 at the limit, 130 where it was stopped."""
    meant = edatool.read_filter(wanted, routes) if wanted else None
    with edatool.connect(there, routes) as vhost, asked_to_stop() as is_asked_to_stop:
        edatool.tail(
            vhost,
            queue,
            event=event,
            routes=routes,
            filter=meant,
            limit=limit,
            offset=offset if offset == "next" else offset_of(offset),
            on_message=_printer(routes, output),
            on_begin=lambda: tell(f"seeing what comes {f'of {event}' if event else f'into {queue}'}; Ctrl-C ends it"),
            is_asked_to_stop=is_asked_to_stop,
        )
        return 130 if is_asked_to_stop() else 0


def _printer(routes: "Routes | None", output: str) -> "Callable[[DeadMessage], None]":
    from edatool.render.arrivals import FORMATS
    from edatool.render.messages.shown import ShownMessage
    from edatool.runtime.dead_letters.today import today

    def show(one: "DeadMessage") -> None:
        write(FORMATS.show(output, ShownMessage(one, today(one, routes) if routes else None)))

    return show
