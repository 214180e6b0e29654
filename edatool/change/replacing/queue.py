"""A queue replaced by another of the same name.

Bindings are moved from the queue to an exchange in front of it. Taking its one binding to the queue away, and giving
it back later, switches all traffic at once between the queue and its alternate, which holds: no message is routed
to both, and none to neither.

    sources -> in -> queue          before and after
    sources -> in ~> hold           in between: ``in`` matches nothing, so its alternate gets all
    queue => moved => new queue, then hold => new queue
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from time import monotonic, sleep

from edatool.broker.bindings import bind, unbind
from edatool.broker.management import Management
from edatool.broker.moving import Seen, Way, move
from edatool.broker.swapping import swap_queue
from edatool.change.replacing.holders import helpers, refuse_limits
from edatool.change.replacing.work import Work
from edatool.routing.topology import Binding, Exchange, Queue, Topology
from edatool.routing.version import numbers

STATISTICS_LAG = 11.0
"""Seconds after which the statistics surely tell of now: a queue tells every 5 s, and is asked every 5 s."""

GRACE = 1.0
"""Seconds for a message that was routed just before a switch to arrive."""

CANCELLATION = 1.0
"""Seconds in which consumers learn that their queue is gone."""

FEW = 100
"""Messages in hold that are no reason to wait with the switch back."""

PAUSE = 0.5


def replace_queue(work: Work) -> tuple[int, int, int]:
    """Replace a queue, from whatever point on; return how many messages were moved, dropped as duplicates, and lost."""
    moved = duplicates = lost = 0
    live = work.read()
    if work.state(live) == "old":
        begin(work, live)
        moved, duplicates, lost = empty_and_swap(work)
    elif work.state(live) == "absent":
        work.report(f"declare the new queue {work.name}")
        work.create([work.one.new])
    if _helpers(work, work.read()):
        more, again, gone = refill(work)
        moved, duplicates, lost = moved + more, duplicates + again, lost + gone
    bind(work.address, work.vhost, work.one.final([]))
    return moved, duplicates, lost


def begin(work: Work, live: Topology) -> None:
    """See to it that all traffic is held, and none enters the old queue any more."""
    refuse_limits(work, live)
    work.report("declare helper objects that hold messages meanwhile")
    objects, bindings = helpers(work, live)
    work.create([one for one in objects if one.name not in live.queues and one.name not in live.exchanges])
    bind(work.address, work.vhost, bindings)
    entry, to_queue = work.one.helper("in"), _entry_to_queue(work)
    is_diverted = any(_into(live, entry, to_exchange=True))
    if not is_diverted or to_queue.identity in live.bindings:
        work.report(f"put an exchange between {work.name} and its bindings")
        bind(work.address, work.vhost, [to_queue])
        divert(work)
        work.report(f"switch: messages for {work.name} are held from now on")
        unbind(work.address, work.vhost, [to_queue])


def divert(work: Work) -> None:
    """Lead all bindings of the queue to the exchange in front of it; a queue reached twice gets a message once."""
    entry = work.one.helper("in")
    while found := list(_sources(work, work.read())):
        bind(work.address, work.vhost, [replace(one, destination=entry, to_exchange=True) for one in found])
        unbind(work.address, work.vhost, found)


def empty_and_swap(work: Work) -> tuple[int, int, int]:
    """Move what the old queue holds, and put the new one in its place; return messages moved, dropped, lost."""
    seen, name, switched_at = Seen(), work.name, monotonic()
    assert isinstance(work.one.old, Queue)
    assert isinstance(work.one.new, Queue)
    moved = duplicates = 0
    work.report(f"move the messages of {name} out of it")
    while True:
        result = _move(work, name, "moved", seen)
        moved, duplicates = moved + result[0], duplicates + result[1]
        if not _is_empty(work, switched_at):
            sleep(PAUSE)
            continue
        divert(work)  # what an application has bound meanwhile
        work.report(f"delete the old queue {name}, and declare the new one")
        careful, pause = work.one.old.type == "classic", _pause(work)
        lost = swap_queue(work.address, work.vhost, work.one.new, careful=careful, pause=pause)
        if lost is not None:
            return moved, duplicates, lost


def _pause(work: Work) -> float:
    """Return how long consumers need to be without a queue to be cancelled.

    Between quorum queues RabbitMQ 3 else subscribes them to the new one, and gives them nothing (measured on 3.10.8).
    """
    assert isinstance(work.one.old, Queue)
    assert isinstance(work.one.new, Queue)
    if work.one.old.type != "quorum" or work.one.new.type != "quorum":
        return 0.0
    with Management(work.address, work.vhost) as management:
        return CANCELLATION if numbers(management.version()) < (4,) else 0.0


def _is_empty(work: Work, since: float) -> bool:
    """Tell whether nobody holds a message of the old queue, which nothing enters ``since`` then.

    Raises:
        Unsafe: the time is over, and somebody still does.
    """
    if work.left() and monotonic() < since + STATISTICS_LAG:
        return False
    with Management(work.address, work.vhost) as management:
        counted = management.counted(work.name)
    assert isinstance(work.one.old, Queue)
    ready = work.inspect(work.one.old).messages
    if monotonic() >= since + STATISTICS_LAG and counted.messages == 0 and ready == 0:
        return True
    unacknowledged = "an unknown number of" if counted.unacknowledged is None else counted.unacknowledged
    work.refuse_if_late(
        f"queue {work.name} still has {ready} messages that its consumers keep for themselves, and "
        f"{unacknowledged} that they have not acknowledged: let them finish, or stop them"
    )
    return False


def refill(work: Work) -> tuple[int, int, int]:
    """Move all that was held into the new queue, give it back its bindings, and remove the helper objects."""
    seen, counts = Seen(), [0, 0]

    def drain(purpose: str, leave: int = 0) -> None:
        while True:
            result = _move(work, work.one.helper(purpose), "back", seen, leave)
            counts[0] += result[0]
            counts[1] += result[1]
            if leave or work.is_unused(purpose):
                return
            sleep(PAUSE)

    live = work.read()
    queues = [purpose for purpose in ("moved", "hold") if work.one.helper(purpose) in live.queues]
    bind(work.address, work.vhost, _back_to_queue(work, live))
    if _entry_to_queue(work).identity not in live.bindings and work.one.helper("in") in live.exchanges:
        for purpose, leave in (("moved", 0), ("hold", FEW)):
            work.report(f"move {purpose} messages into the new queue {work.name}")
            drain(purpose, leave)
        work.report(f"switch back: messages go to the new queue {work.name} from now on")
        bind(work.address, work.vhost, [_entry_to_queue(work)])
    for purpose in queues:
        work.report(f"move the rest of the {purpose} messages")
        drain(purpose)
    reconnect(work)
    return counts[0], counts[1], clean(work, queues, drain)


def reconnect(work: Work) -> None:
    """Bind the new queue itself to what the exchange in front of it is bound to."""
    entry, live = work.one.helper("in"), work.read()
    diverted = list(_into(live, entry, to_exchange=True))
    direct = [replace(one, destination=work.name, to_exchange=False) for one in diverted]
    work.report(f"bind the new queue {work.name}")
    bind(work.address, work.vhost, work.one.final([*direct, *_sources(work, live)]))
    work.report("remove the bindings to the exchange in front of it")
    unbind(work.address, work.vhost, diverted)


def clean(work: Work, queues: Iterable[str], drain: Callable[[str], None]) -> int:
    """Remove the helper objects; return how many messages went with them, which came too late (none expected)."""
    sleep(GRACE)
    lost = 0
    for purpose in queues:
        drain(purpose)
        work.report(f"remove the empty queue {work.one.helper(purpose)}")
        lost += work.delete([Queue(work.one.helper(purpose))])
    work.report("remove the other helper objects")
    work.delete([Exchange(work.one.helper(purpose), "fanout") for purpose in ("in", "hold", "moved", "back")])
    return lost


def _move(work: Work, queue: str, purpose: str, seen: Seen, leave: int = 0) -> tuple[int, int]:
    """Move messages, waiting where the target is full; return how many were moved, and dropped as duplicates."""
    moved = duplicates = 0

    def tell(count: int) -> None:
        work.report(f"{moved + count} messages moved")

    while True:
        way = Way(queue, work.one.helper(purpose), work.left(), seen, leave, tell)
        result = move(work.address, work.vhost, way)
        moved, duplicates = moved + result.messages, duplicates + result.duplicates
        if not result.full:
            return moved, duplicates
        work.refuse_if_late(f"queue {work.name} is full and refuses what is to be moved back: let it be consumed")
        sleep(PAUSE)


def _helpers(work: Work, live: Topology) -> bool:
    names = {work.one.helper(purpose) for purpose in ("in", "hold", "moved", "back")}
    return not names.isdisjoint(live.queues.keys() | live.exchanges.keys())


def _entry_to_queue(work: Work) -> Binding:
    return Binding(work.one.helper("in"), work.name)


def _back_to_queue(work: Work, live: Topology) -> list[Binding]:
    back = work.one.helper("back")
    return [Binding(back, work.name)] if back in live.exchanges else []


def _sources(work: Work, live: Topology) -> Iterator[Binding]:
    """Yield the bindings to the queue but those of helper objects."""
    own = (work.one.helper("in"), work.one.helper("back"))
    return (one for one in _into(live, work.name, to_exchange=False) if one.source not in own)


def _into(live: Topology, name: str, *, to_exchange: bool) -> Iterator[Binding]:
    return (one for one in live.bindings.values() if one.destination == name and one.to_exchange == to_exchange)
