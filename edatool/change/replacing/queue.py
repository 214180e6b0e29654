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

from edatool.broker.consume.drain import Drain, Moved, Room, move
from edatool.broker.declare.swap import swap_queue
from edatool.change.replacing.holders import helpers, refuse_limits
from edatool.change.replacing.room import Filling
from edatool.change.replacing.work import GivenWay, Work
from edatool.routing.topology import Binding, Exchange, Queue, Topology
from edatool.routing.version import numbers

STATISTICS_LAG = 11.0
"""Seconds after which the statistics surely tell of now: a queue tells every 5 s, and is asked every 5 s."""

GRACE = 1.0
"""Seconds for a message that was routed just before a switch to arrive."""

CANCELLATION = 1.0
"""Seconds in which consumers learn that their queue is gone."""

FEW = 100
"""Messages in hold that are no reason to wait with the switch back, and in the old queue none to look for a gap."""

GAP = 20.0
"""Seconds for which a gap is looked for between messages that are published to the old queue by its name."""

GIVING_WAY = 300.0
"""Seconds for putting back what was held."""

PAUSE = 0.5


def replace_queue(work: Work) -> tuple[int, int]:
    """Replace a queue, from whatever point on; return how many messages were moved, and lost.

    Raises:
        GivenWay: publishers send to the queue by its name without a gap; all is as it was before.
        Unsafe, BrokerError: as of ``replace``.
    """
    moved = lost = 0
    live = work.read()
    if work.state(live) == "old":
        begin(work, live)
        moved, lost = empty_and_swap(work)
    elif work.state(live) == "absent":
        work.report(f"declare the new queue {work.name}")
        work.create([work.one.new])
    if _helpers(work, work.read()):
        moved += refill(work)
    work.bind(work.one.final([]))
    return moved, lost


def begin(work: Work, live: Topology) -> None:
    """See to it that all traffic is held, and none enters the old queue any more."""
    refuse_limits(work, live)
    work.report("declare helper objects that hold messages meanwhile")
    objects, bindings = helpers(work, live)
    work.create([one for one in objects if one.name not in live.queues and one.name not in live.exchanges])
    work.bind(bindings)
    entry, to_queue = work.one.helper("in"), _entry_to_queue(work)
    is_diverted = any(_into(live, entry, to_exchange=True))
    if not is_diverted or to_queue.identity in live.bindings:
        work.report(f"put an exchange between {work.name} and its bindings")
        work.bind([to_queue])
        divert(work)
        work.report(f"switch: messages for {work.name} are held from now on")
        work.unbind([to_queue])


def divert(work: Work) -> None:
    """Lead all bindings of the queue to the exchange in front of it; a queue reached twice gets a message once."""
    entry = work.one.helper("in")
    while found := list(_sources(work, work.read())):
        work.bind([replace(one, destination=entry, to_exchange=True) for one in found])
        work.unbind(found)


def empty_and_swap(work: Work) -> tuple[int, int]:
    """Move what the old queue holds, and put the new one in its place; return messages moved, and lost."""
    name, switched_at, moved = work.name, monotonic(), 0
    assert isinstance(work.one.old, Queue)
    assert isinstance(work.one.new, Queue)
    work.report(f"move the messages of {name} out of it")
    while True:
        result = _move(work, work.one.old, "moved", leave=FEW)
        moved += result.messages
        by_name = result.by_name > 0 and monotonic() > switched_at + STATISTICS_LAG
        if by_name and (monotonic() > switched_at + STATISTICS_LAG + GAP or not work.left()):
            give_way(work)
        if by_name or not _is_empty(work, switched_at):
            sleep(0 if by_name else PAUSE)
            continue
        divert(work)  # what an application has bound meanwhile
        work.report(f"delete the old queue {name}, and declare the new one")
        lost = swap_queue(work.session, work.one.old, work.one.new, pause=_pause(work))
        if lost is not None:
            return moved, lost


def give_way(work: Work) -> None:
    """Let the old queue have all that was held, and its bindings, as it was before.

    Raises:
        GivenWay: always.
    """
    name = work.name
    work.report(f"give way: publishers go on sending to {name} by its name")
    before = replace(work.one, new=work.one.old, after=work.one.before)
    refill(replace(work, one=before, end=monotonic() + GIVING_WAY))
    raise GivenWay(
        f"{name} was not replaced and is as it was, with all its messages: publishers send to it by its name (the "
        "default exchange) without a gap, and what came in the instant between the old queue and the new one would be "
        "lost: let them pause, or publish to an exchange that is bound to it, and run it again"
    )


def _pause(work: Work) -> float:
    """Return how long consumers need to be without a queue to be cancelled.

    Between quorum queues RabbitMQ 3 else subscribes them to the new one, and gives them nothing (measured on 3.10.8).
    """
    assert isinstance(work.one.old, Queue)
    assert isinstance(work.one.new, Queue)
    if work.one.old.type != "quorum" or work.one.new.type != "quorum":
        return 0.0
    return CANCELLATION if numbers(work.session.http.read_version()) < (4,) else 0.0


def _is_empty(work: Work, since: float) -> bool:
    """Tell whether nobody holds a message of the old queue, which nothing enters ``since`` then.

    Raises:
        Unsafe: the time is over, and somebody still does.
    """
    if work.left() and monotonic() < since + STATISTICS_LAG:
        return False
    counted = work.session.http.read_counts(work.name)
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


def refill(work: Work) -> int:
    """Move all that was held into the new queue, give it back its bindings, and remove the helper objects."""
    moved, filling = 0, Filling(work)

    def drain(purpose: str, leave: int = 0) -> None:
        nonlocal moved
        while True:
            moved += _move(work, work.holder(purpose), "back", leave, filling).messages
            if leave or work.is_unused(purpose):
                return
            sleep(PAUSE)

    live = work.read()
    queues = [purpose for purpose in ("moved", "hold") if work.one.helper(purpose) in live.queues]
    work.bind(_back_to_queue(work, live))
    if _entry_to_queue(work).identity not in live.bindings and work.one.helper("in") in live.exchanges:
        for purpose, leave in (("moved", 0), ("hold", FEW)):
            work.report(f"move {purpose} messages into the new queue {work.name}")
            drain(purpose, leave)
        work.report(f"switch back: messages go to the new queue {work.name} from now on")
        work.bind([_entry_to_queue(work)])
    for purpose in queues:
        work.report(f"move the rest of the {purpose} messages")
        drain(purpose)
    reconnect(work)
    clean(work, queues, drain)
    return moved


def reconnect(work: Work) -> None:
    """Bind the new queue itself to what the exchange in front of it is bound to."""
    entry, live = work.one.helper("in"), work.read()
    diverted = list(_into(live, entry, to_exchange=True))
    direct = [replace(one, destination=work.name, to_exchange=False) for one in diverted]
    work.report(f"bind the new queue {work.name}")
    work.bind(work.one.final([*direct, *_sources(work, live)]))
    work.report("remove the bindings to the exchange in front of it")
    work.unbind(diverted)


def clean(work: Work, queues: Iterable[str], drain: Callable[[str], None]) -> None:
    """Remove the helper objects, queues only once they are empty."""
    sleep(GRACE)
    for purpose in queues:
        drain(purpose)
        work.report(f"remove the empty queue {work.one.helper(purpose)}")
        while not work.delete([work.holder(purpose)]):
            drain(purpose)
    work.report("remove the other helper objects")
    work.delete([Exchange(work.one.helper(purpose), "fanout") for purpose in ("in", "hold", "moved", "back")])


def _move(work: Work, source: Queue, purpose: str, leave: int = 0, filling: Filling | None = None) -> Moved:
    """Move messages, waiting where the target is full; return what was moved in all."""
    messages = size = by_name = 0

    def tell(count: int) -> None:
        work.report(f"{messages + count} messages moved")

    while True:
        room = filling.room() if filling else Room()
        if room.messages < 1 or room.bytes < 1:
            # A queue that is full takes nothing more, but is no reason to wait where there is nothing to be moved.
            result = Moved(0, 0, 0, full=work.inspect(source).messages > 0)
        else:
            way = Drain(source.name, work.one.helper(purpose), work.left(), leave, room, tell)
            result = move(work.session, way)
        if filling:
            filling.add(result.bytes)
        messages, size, by_name = messages + result.messages, size + result.bytes, by_name + result.by_name
        if not result.full:
            return Moved(messages, size, by_name, full=False)
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
