"""Dead letters seen, which leaves them where they are."""

from collections.abc import Callable, Mapping

from edatool.broker.looked_at import read_looked_at
from edatool.broker.session import Session
from edatool.errors import BrokerRefused
from edatool.routes import Routes
from edatool.routing.topology import Queue
from edatool.runtime.dead_letters.groups import DeadList, Groups
from edatool.runtime.dead_letters.history import DeadMessage
from edatool.runtime.dead_letters.round import ALL, Decision, Round, Rounded
from edatool.runtime.dead_letters.selection import Selection


def list_dead_letters(
    vhost: Session,
    queue: str,
    *,
    routes: Routes | None = None,
    selection: Selection = ALL,
    limit: int | None = None,
    offset: int | str = "first",
) -> DeadList:
    """Count the dead letters of a queue by where they came from and why they died; they stay.

    Args:
        vhost: as ``connect`` yields it.
        queue: a classic or quorum queue, or a stream.
        routes: the spec; without the management API it says of what type the queue is.
        selection: which of them.
        limit: how many of those at most.
        offset: where in a stream to begin: a number, or ``first``.

    Raises:
        BrokerError: no such queue, or the broker does not answer.
    """
    groups = Groups()
    ended = look(vhost, queue, routes, (selection, limit, offset), groups.add)
    return DeadList(queue, groups.largest_first(), ended.visited, ended.waiting, ended.moved_back)


def read_dead_letters(
    vhost: Session,
    queue: str,
    *,
    routes: Routes | None = None,
    selection: Selection = ALL,
    limit: int | None = None,
    offset: int | str = "first",
) -> tuple[DeadMessage, ...]:
    """Return dead letters of a queue, with what they tell of themselves; they stay. As ``list_dead_letters``.

    Raises: as ``list_dead_letters``.
    """
    found: list[DeadMessage] = []
    look(vhost, queue, routes, (selection, limit, offset), found.append)
    return tuple(found)


def look(
    vhost: Session,
    queue: str,
    routes: Routes | None,
    wanted: tuple[Selection, int | None, int | str],
    take: Callable[[DeadMessage], None],
) -> Rounded:
    """Have ``take`` get the messages of a selection, a limit and an offset."""

    def decide(one: DeadMessage) -> Decision:
        take(one)
        return "stays"

    selection, limit, offset = wanted
    looked_at = read_looked_at(vhost, queue, declared(routes))
    ended = Round(vhost, looked_at, selection, decide, limit, offset=offset).run()
    if ended.waiting and not ended.visited:
        words = f"{queue} gives its {ended.waiting} messages to another consumer alone: stop that one for a while"
        raise BrokerRefused(words)
    return ended


def declared(routes: Routes | None) -> Mapping[str, Queue]:
    """Return the queues that a spec declares."""
    return routes.topology.queues if routes else {}
