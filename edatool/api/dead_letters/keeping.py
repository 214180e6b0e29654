"""Dead letters dropped, and kept in files."""

import os
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import IO

from edatool.api.dead_letters.looking import declared, look
from edatool.api.dead_letters.sending import OnOutcome
from edatool.broker.looked_at import read_looked_at
from edatool.broker.publish.again import publish_again
from edatool.broker.session import Session
from edatool.errors import WrongUsage
from edatool.routes import Routes
from edatool.runtime.dead_letters.history import DeadMessage
from edatool.runtime.dead_letters.lines import begin_line, make_safe, recorded, write_line
from edatool.runtime.dead_letters.round import ALL, Decision, Round, Rounded
from edatool.runtime.dead_letters.selection import Selection
from edatool.silent import silent


def drop_dead_letters(
    vhost: Session,
    queue: str,
    backup: str | os.PathLike[str],
    *,
    routes: Routes | None = None,
    selection: Selection = ALL,
    limit: int | None = None,
    is_asked_to_stop: Callable[[], bool] = lambda: False,
    on_outcome: OnOutcome = silent,
) -> Rounded:
    """Remove dead letters; each is in the file ``backup`` before, as ``import_dead_letters`` reads it.

    The file is added to. Of a stream nothing is removed.

    Raises:
        WrongUsage: the file cannot be written, or the queue is a stream.
        BrokerError: as of ``list_dead_letters``.
    """
    looked_at = read_looked_at(vhost, queue, declared(routes))
    if looked_at.queue.type == "stream":
        raise WrongUsage(f"{queue} is a stream, from which nothing can be removed: its retention does that")
    with _appended(backup) as file:
        begin_line(file)

        def decide(one: DeadMessage) -> Decision:
            write_line(file, one.visited)
            return "gone"

        return Round(
            vhost,
            looked_at,
            selection,
            decide,
            limit,
            secure=partial(make_safe, file),
            is_asked_to_stop=is_asked_to_stop,
            on_outcome=on_outcome,
        ).run()


def export_dead_letters(
    vhost: Session,
    queue: str,
    file: IO[bytes],
    *,
    routes: Routes | None = None,
    selection: Selection = ALL,
    limit: int | None = None,
    offset: int | str = "first",
) -> int:
    """Write dead letters to a file as lines of JSON, with all properties and headers; they stay. Return how many.

    Raises:
        BrokerError: as of ``list_dead_letters``.
    """
    count = 0

    def write(one: DeadMessage) -> None:
        nonlocal count
        write_line(file, one.visited)
        count += 1

    look(vhost, queue, routes, (selection, limit, offset), write)
    return count


def import_dead_letters(vhost: Session, queue: str, lines: Iterable[bytes]) -> int:
    """Put messages of ``export_dead_letters`` or a backup into a queue, as they were; return how many.

    All lines are looked at before the first one is sent.

    Raises:
        WrongUsage: a line is no such message.
        BrokerError: no such queue, or it takes no more; it says how many it has.
    """
    found = [recorded(one) for one in lines if one.strip()]
    wrong = [f"line {number}: {one}" for number, one in enumerate(found, start=1) if isinstance(one, str)]
    if wrong:
        raise WrongUsage("; ".join(wrong[:5]))
    return publish_again(vhost, queue, ((one.raw, one.body) for one in found if not isinstance(one, str)))


def _appended(backup: str | os.PathLike[str]) -> IO[bytes]:
    try:
        return Path(backup).open("a+b", buffering=0)
    except OSError as error:
        raise WrongUsage(f"{backup} cannot be written: {error.strerror}") from None
