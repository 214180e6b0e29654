"""Dead letters brought back, changed, and put elsewhere."""

import getpass
import socket
from collections.abc import Callable, Mapping

from edatool.api.dead_letters.looking import declared, read_dead_letters
from edatool.broker.consume.visit.visited import GoesOn
from edatool.broker.looked_at import read_looked_at
from edatool.broker.properties import OF_QUEUES
from edatool.broker.session import Session
from edatool.errors import Stale, WrongUsage
from edatool.routes import Routes
from edatool.runtime.dead_letters.edits import difference
from edatool.runtime.dead_letters.history import DeadMessage
from edatool.runtime.dead_letters.replaying import Replaying, Where, moving
from edatool.runtime.dead_letters.round import ALL, Decision, Kept, Round, Rounded
from edatool.runtime.dead_letters.selection import Selection
from edatool.silent import silent

OnOutcome = Callable[[DeadMessage, str, str], None]
"""Is told a message, what became of it, and why."""


def replay_dead_letters(
    vhost: Session,
    queue: str,
    *,
    routes: Routes | None = None,
    selection: Selection = ALL,
    to: Where = "queue",
    to_queue: str | None = None,
    anyway: bool = False,
    limit: int | None = None,
    rate: float | None = None,
    offset: int | str = "first",
    dry_run: bool = False,
    by: str | None = None,
    reopen: Callable[[str, str], object] | None = None,
    is_asked_to_stop: Callable[[], bool] = lambda: False,
    on_outcome: OnOutcome = silent,
) -> Rounded:
    """Send dead letters to where they came from; each leaves its queue once its copy is confirmed there.

    What is killed on the way may be there twice afterwards, under the same message id. Nothing leaves
    a stream.

    Args:
        vhost, queue, selection, limit, offset: as of ``list_dead_letters``.
        routes: the spec, by which payloads are checked and marked for filters; without one, neither is done.
        to: to the queue that gave them up, or to the exchange where they were published.
        to_queue: to this queue instead.
        anyway: also what breaks its contract.
        rate: how many in a second at most.
        dry_run: send nothing, and tell what would become of them.
        by: who does it, for the header ``x-edatool-replayed-by``; by default user and host.
        reopen: is told consumer and message id of what is sent, such as the method of an inbox.
        is_asked_to_stop: is asked from time to time.
        on_outcome: is told each message, what became of it, and why.

    Raises:
        BrokerError: no such queue, or the broker does not answer.
    """
    if routes:
        routes.require_valid()
    replaying = Replaying(queue, by or _who(), routes, to, to_queue, anyway, None if dry_run else reopen)

    def would(one: DeadMessage) -> Decision:
        found = replaying.decide(one)
        return Kept("would", _target(found)) if isinstance(found, GoesOn) else found

    return Round(
        vhost,
        read_looked_at(vhost, queue, declared(routes)),
        selection,
        would if dry_run else replaying.decide,
        limit,
        rate,
        offset,
        is_asked_to_stop=is_asked_to_stop,
        on_outcome=on_outcome,
    ).run()


def edit_dead_letter(
    vhost: Session,
    queue: str,
    message_id: str,
    edit: Callable[[bytes], bytes],
    *,
    routes: Routes | None = None,
    to: Where = "queue",
    to_queue: str | None = None,
    by: str | None = None,
    on_outcome: OnOutcome = silent,
) -> Rounded | None:
    """Send a dead letter with another payload; the original leaves its queue once the copy is confirmed.

    It stays in its queue while ``edit`` works on its payload. The copy keeps the message id, and says in a header what
    was changed. None is returned where nothing was.

    Raises:
        WrongUsage: there is no message with this id, or more than one.
        Stale: it left its queue meanwhile; nothing was sent.
        BrokerError: as of ``replay_dead_letters``.
    """
    chosen = Selection(ids=frozenset({message_id}))
    found = read_dead_letters(vhost, queue, routes=routes, selection=chosen)
    if len(found) != 1:
        raise WrongUsage(f"{queue} has {len(found) or 'no'} messages with the id {message_id!r}: name one")
    body = found[0].visited.delivery.body
    after = edit(body)
    if after == body:
        return None
    replaying = Replaying(queue, by or _who(), routes, to, to_queue)
    sentence = f"{replaying.by}: {difference(body, after)}"

    def decide(one: DeadMessage) -> Decision:
        return replaying.goes(one, after, sentence) if _is_same(one, found[0]) else "stays"

    looked_at = read_looked_at(vhost, queue, declared(routes))
    ended = Round(vhost, looked_at, chosen, decide, on_outcome=on_outcome).run()
    if not ended.outcomes or set(ended.outcomes) == {"stays"}:
        raise Stale(f"message {message_id} is not in {queue} any more, as it was: nothing was sent")
    return ended


def move_dead_letters(
    vhost: Session,
    queue: str,
    *,
    to_queue: str | None = None,
    to_exchange: str | None = None,
    key: str | None = None,
    routes: Routes | None = None,
    selection: Selection = ALL,
    limit: int | None = None,
    rate: float | None = None,
    is_asked_to_stop: Callable[[], bool] = lambda: False,
    on_outcome: OnOutcome = silent,
) -> Rounded:
    """Put dead letters into another queue or exchange, with all that they tell of themselves; nothing is checked.

    Raises:
        WrongUsage: there is not exactly one target, or it is the queue itself.
        BrokerError: as of ``replay_dead_letters``.
    """
    if (to_queue is None) == (to_exchange is None):
        raise WrongUsage("name a queue or an exchange to move them to")
    if to_queue == queue:
        raise WrongUsage(f"they are in {queue} already: name another queue")

    def decide(one: DeadMessage) -> Decision:
        return moving(one, "", to_queue) if to_queue is not None else moving(one, to_exchange or "", key)

    return Round(
        vhost,
        read_looked_at(vhost, queue, declared(routes)),
        selection,
        decide,
        limit,
        rate,
        is_asked_to_stop=is_asked_to_stop,
        on_outcome=on_outcome,
    ).run()


def _who() -> str:
    return f"{getpass.getuser()}@{socket.gethostname()}"


def _target(goes: GoesOn) -> str:
    return f"to exchange {goes.exchange} with the key {goes.key}" if goes.exchange else f"to queue {goes.key}"


def _is_same(one: DeadMessage, other: DeadMessage) -> bool:
    """Tell whether it is the message that was looked at before, whatever its queue has added meanwhile."""
    first, second = one.visited.delivery, other.visited.delivery
    return first.body == second.body and _own(first.headers) == _own(second.headers)


def _own(headers: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in headers.items() if name not in OF_QUEUES}
