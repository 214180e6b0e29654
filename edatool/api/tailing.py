"""What comes into a queue, or is published of an event, seen as it comes and left alone."""

from collections.abc import Callable, Iterator

from edatool.broker.consume.tail import FromStream, Tail, TemporaryQueue
from edatool.broker.consume.visit.visited import Visited
from edatool.broker.session import Session
from edatool.errors import Unsafe, WrongUsage, no_such_event
from edatool.filters.pattern import Filter
from edatool.routes import Routes
from edatool.routing.bindings import BUILT_IN, event_key
from edatool.routing.exchange_types.types import type_named
from edatool.routing.topology import Binding, Topology
from edatool.runtime.dead_letters.history import DeadMessage, dead_message
from edatool.runtime.dead_letters.selection import Selection
from edatool.silent import silent


def tail(
    vhost: Session,
    queue: str | None = None,
    *,
    event: str | None = None,
    routes: Routes | None = None,
    filter: Filter | None = None,  # noqa: A002 - as the command line calls it
    limit: int | None = None,
    offset: int | str = "next",
    on_message: Callable[[DeadMessage], None],
    on_begin: Callable[[], None] = silent,
    is_asked_to_stop: Callable[[], bool] = lambda: False,
) -> None:
    """See messages as they come, until it is asked to stop; nothing is taken from any queue.

    A queue that is bound beside the others gets copies, and is gone at the end. What is sent to a queue by its name,
    by the default exchange, is not seen. A stream is read itself.

    Args:
        vhost: as ``connect`` yields it; the management API tells what is bound.
        queue: what comes to this queue; or
        event: what is published of this event of the spec.
        routes: the spec.
        filter: only what matches.
        limit: how many messages at most.
        offset: where in a stream to begin: a number, ``first``, ``last`` or ``next``.
        on_message: is told each message.
        on_begin: is called once messages come.
        is_asked_to_stop: is asked from time to time.

    Raises:
        WrongUsage: neither a queue nor an event, or both; or the spec has no such event.
        Unsafe: a queue bound there would change where messages go.
        BrokerError: no such queue, or the broker does not answer.
    """
    if (queue is None) == (event is None):
        raise WrongUsage("name a queue, or an event")
    there = vhost.http.read()
    selection, seen = Selection(filter=filter), 0

    def take(one: Visited) -> bool:
        nonlocal seen
        message = dead_message(one)
        if selection.has(message):
            seen += 1
            on_message(message)
        return seen != limit

    if queue is not None and queue in there.queues and there.queues[queue].type == "stream":
        source: TemporaryQueue | FromStream = FromStream(queue, offset)
    else:
        source = TemporaryQueue(tuple(_of_event(event, routes, there) if event else _of_queue(queue or "", there)))
    Tail(vhost.address, vhost.vhost, source, take, on_begin, is_asked_to_stop).run()


def _of_queue(queue: str, there: Topology) -> Iterator[Binding]:
    """Yield the bindings of a queue, where a further one beside them changes nothing."""
    if queue not in there.queues:
        raise WrongUsage(f"there is no queue {queue}: name one that is there")
    found = [one for one in there.bindings.values() if one.destination == queue and not one.to_exchange]
    if not found:
        raise WrongUsage(f"nothing is bound to queue {queue}: edatool peek shows what is in it")
    for one in found:
        if not type_named(_type(one.source, there)).decided:
            raise Unsafe(
                f"exchange {one.source} shares its messages among what is bound to it, and a further queue would get "
                f"some of them: see what is in {queue} with edatool peek"
            )
        yield one


def _of_event(name: str, routes: Routes | None, there: Topology) -> Iterator[Binding]:
    """Yield the binding that gets an event, where another one gets all of it already.

    Otherwise what nobody is bound for would count as routed: no alternate exchange would get it, and it would not be
    returned to its publisher.
    """
    events = routes.spec.events if routes else {}
    if name not in events:
        raise no_such_event(name, events)
    exchange = events[name].exchange
    kind = type_named(_type(exchange, there))
    if kind.event_key is None:
        raise Unsafe(f"exchange {exchange} does not route {name} by its key: name a queue that gets it")
    own = Binding(exchange, "", key=event_key(events[name].key, _type(exchange, there)))
    beside = [one for one in there.bindings.values() if one.source == exchange]
    if not (_equal(own, beside) or (kind.contained and any(wide for _, wide in kind.contained([own], beside)))):
        raise Unsafe(f"nothing on exchange {exchange} is bound to all of {name}: name a queue that gets it")
    yield own


def _equal(own: Binding, beside: list[Binding]) -> bool:
    return any(one.key == own.key for one in beside)


def _type(exchange: str, there: Topology) -> str:
    return there.exchanges[exchange].routes_as if exchange in there.exchanges else BUILT_IN.get(exchange, "")
