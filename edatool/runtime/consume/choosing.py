"""Which queue each handler reads, and which handler each event of a queue goes to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from edatool.errors import WrongUsage
from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.routing.reach.events_of_queues import events_of_queues
from edatool.runtime.consume.reactions import BatchLimits, Reaction
from edatool.spec.spec import SpecQueue


@frozen
class Chosen:
    """The handlers of one queue by event; ``all_others`` handles what none of them is for."""

    events: tuple[str, ...]
    """All that may come."""
    by_event: Mapping[str, Reaction]
    all_others: Reaction | None

    @property
    def all(self) -> list[Reaction]:
        """All of them."""
        return [one for one in (*self.by_event.values(), self.all_others) if one]

    @property
    def is_async(self) -> bool:
        """Whether any of them is a coroutine function."""
        return any(one.is_async for one in self.all)

    @property
    def order_by(self) -> tuple[str, ...]:
        """The way to the field of the payload that is the key of the queue's events; empty where they have none."""
        return self.all[0].order_by

    @property
    def keeps_order(self) -> bool:
        """Whether what fails is tried again before the events of its key that came after it."""
        return self.all[0].keeps_order

    @property
    def is_ordered(self) -> bool:
        """Whether events with the same key are handled one after the other."""
        return bool(self.order_by) or self.keeps_order

    @property
    def batch(self) -> BatchLimits | None:
        """How many events are handled at once; None where each is by itself."""
        return self.all[0].batch

    def reaction(self, event: str) -> Reaction:
        """Return who handles an event that may come."""
        found = self.by_event.get(event, self.all_others)
        assert found
        return found


@dataclass(slots=True)
class _Choosing:
    by_event: dict[str, Reaction] = field(default_factory=dict)
    all_others: Reaction | None = None


def chosen(routes: Routes, reactions: Sequence[Reaction], own: Sequence[str] = ()) -> dict[str, Chosen]:
    """Return the handlers by the queues that they read; of the consumer's ``own``, where the spec says which it reads.

    Raises:
        WrongUsage: no binding brings an event to its queue, several queues get it, or who handles one is not said; or
            not exactly its own queues would be read.
    """
    spec, contracts = routes.spec, routes.contracts
    may_come = events_of_queues(spec, contracts)
    sent = events_of_queues(spec, contracts, bound=True)
    readable = {name: events for name, events in sent.items() if _is_readable(spec.queues[name], own)}
    found: dict[str, _Choosing] = {}
    for one in reactions:
        queue = one.queue or _queue_for(one, readable)
        _require_brought(one, queue, may_come.get(queue, ()))
        _add(one, queue, found.setdefault(queue, _Choosing()))
    _require_own(found, own)
    for queue, handlers in found.items():
        _require_all_handled(queue, handlers, may_come.get(queue, ()))
    each = {queue: Chosen(tuple(may_come.get(queue, ())), one.by_event, one.all_others) for queue, one in found.items()}
    for queue, handlers_of_queue in each.items():
        _require_one_way(queue, handlers_of_queue)
        if handlers_of_queue.keeps_order and len(each) > 1:
            raise WrongUsage(f"the order of queue {queue!r} is to be kept: let another consumer read the other queues")
    return each


def _require_one_way(queue: str, handlers: Chosen) -> None:
    if len({(one.order_by, one.keeps_order) for one in handlers.all}) > 1:
        raise WrongUsage(f"the handlers of queue {queue!r} differ in order_by or order: let all of them say the same")
    if len({id(one) for one in handlers.all}) > 1 and any(one.batch for one in handlers.all):
        raise WrongUsage(f"a handler of queue {queue!r} takes many events at once: let it be the only one")


def _queue_for(one: Reaction, brought: Mapping[str, Sequence[str]]) -> str:
    queues = [name for name, events in brought.items() if set(one.events) <= set(events)]
    events = " and ".join(one.events)
    if not queues:
        raise WrongUsage(f"no binding brings {events} to a queue, for {one.name}: bind one, or name another event")
    if len(queues) > 1:
        raise WrongUsage(f"{events} comes to the queues {', '.join(queues)}: say which one {one.name} reads (queue=)")
    return queues[0]


def _is_readable(queue: SpecQueue, own: Sequence[str]) -> bool:
    return queue.type != "stream" and (not own or queue.name in own)


def _require_own(read: Collection[str], own: Sequence[str]) -> None:
    if own and set(own) != set(read):
        declared, handled = (", ".join(sorted(names)) or "none" for names in (own, read))
        raise WrongUsage(f"by the spec this consumer reads {declared}, and its handlers read {handled}: let both agree")


def _require_brought(one: Reaction, queue: str, events: Sequence[str]) -> None:
    for event in one.events:
        if event not in events:
            raise WrongUsage(f"no binding brings {event} to queue {queue!r}, which {one.name} reads: bind it")


def _add(one: Reaction, queue: str, handlers: _Choosing) -> None:
    for event in one.events:
        if event in handlers.by_event:
            before = handlers.by_event[event].name
            raise WrongUsage(f"both {before} and {one.name} handle {event} of queue {queue!r}: leave one out")
        handlers.by_event[event] = one
    if not one.events:
        if handlers.all_others:
            raise WrongUsage(f"both {handlers.all_others.name} and {one.name} handle all of queue {queue!r}")
        handlers.all_others = one


def _require_all_handled(queue: str, handlers: _Choosing, events: Sequence[str]) -> None:
    left = [event for event in events if event not in handlers.by_event]
    if left and not handlers.all_others:
        way_out = f"handle it, or all others by @consumer.on(queue={queue!r})"
        raise WrongUsage(f"queue {queue!r} also gets {', '.join(left)}, which nothing handles: {way_out}")
