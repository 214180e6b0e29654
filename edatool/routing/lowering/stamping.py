"""Which destinations behind filters are to get a message."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from functools import lru_cache

from edatool.filters.content import Content
from edatool.filters.index.index import Index, index
from edatool.filters.pattern import Filter
from edatool.frozen import frozen
from edatool.routing.bindings import bindings_of
from edatool.routing.compile import compile_spec
from edatool.routing.exchange_types.topic_tree import words
from edatool.routing.lowering.lowering import Filtering, filtering
from edatool.routing.lowering.stamps import ROUTER, filled_up, mark, stamp, stuck
from edatool.routing.message import Message
from edatool.routing.router import Router, router
from edatool.routing.simulate import route
from edatool.routing.topology import Binding, Queue, Topology, collect
from edatool.spec.short_string import SHORT_STRING_BYTES
from edatool.spec.spec import Spec

FEW = 4
"""Filters that are tried one by one where a message comes to no more: the index would find the others as well."""

REMEMBERED = 4096
"""Different keys of which it is remembered to which filters they come."""


Destination = tuple[str, bool]
"""A name, and whether it is that of an exchange."""


@frozen
class Coming:
    """The filters that a message comes to, with the destinations behind each; ``doubts`` where that is not certain.

    ``without`` are the destinations that get it without any of them.
    """

    filters: Mapping[str, tuple[Destination, ...]]
    doubts: tuple[str, ...]
    without: frozenset[Destination]


@frozen
class Stamping:
    """The stamped bindings of a spec, laid out for evaluating many messages; safe to use from several threads."""

    filtering: Filtering
    router: Router
    """The topology of the spec, with a queue more for each of the bindings: the message comes there."""
    _index: Index
    _filters: tuple[str, ...]
    """The name in the index of each binding's filter."""
    _words: frozenset[str]
    """All words of routing keys that bindings name."""
    _headers: tuple[str, ...]
    """All headers that bindings look at."""
    mark: str
    _stamps: Mapping[Destination, str]
    _known: dict[object, Coming] = field(default_factory=dict)

    @property
    def ways(self) -> Iterator[tuple[Binding, Filter]]:
        """The bindings of ``router`` by which messages come to filters."""
        for one in self.router.topology.bindings.values():
            if _numbered(one.destination):
                yield one, self.filtering.stamped[_number(one.destination)].filter

    def keys(self, message: Message, content: Content) -> tuple[str, ...]:
        """Return the keys by which a publisher sends a message to the destinations whose filters it matches.

        There are none where no filter is on its way, nor where publishers cannot tell: then the router looks at it.
        """
        coming = self.coming(message)
        if not coming.filters or coming.doubts or not message.key:
            return ()
        return self.words(message.key, self.matched(coming, content))

    def words(self, key: str, destinations: Iterable[Destination]) -> tuple[str, ...]:
        """Return the mark, and the stamps of destinations; nothing where AMQP has no room for them."""
        return _fitting((self.mark, *[self._stamps[one] for one in destinations]), key.count("."))

    def only_to(self, key: str, destination: Destination) -> list[str]:
        """Return the keys by which the router sends a message to a destination; nowhere where filters are others."""
        return list(filled_up([ROUTER, self._stamps[destination]], key.count(".")))

    def waiting(self, key: str) -> list[str]:
        """Return the keys by which the router has a message wait; they lead nowhere where the filters are others."""
        return list(filled_up([ROUTER, stuck(self.filtering.digest)], key.count(".")))

    def matched(self, coming: Coming, content: Content) -> list[Destination]:
        """Return the destinations, each once, of those bindings whose filter a message matches."""
        filters = coming.filters
        if len(filters) <= FEW:
            found = [name for name in filters if self._index.is_match(name, content)]
        else:
            found = self._index.matching(content)
        return list({one: None for name in found for one in filters.get(name, ())})

    def named(self, description: str) -> Destination | None:
        """Return the destination that is described so, None where no filter leads there."""
        return next((one for one in self._stamps if described(one) == description), None)

    def leads_to_a_queue(self, destination: Destination, message: Message) -> bool:
        """Tell whether a message that comes to a destination comes to a queue, as far as the spec says."""
        name, is_exchange = destination
        if not is_exchange:
            return True
        trace = route(self.router, replace(message, exchange=name))
        return bool(trace.queues) and not trace.doubts

    def coming(self, message: Message) -> Coming:
        """Return the filters that a message without stamps comes to, whatever is in it."""
        exchange, key, headers = message.exchange, message.key, message.headers
        if not exchange or "CC" in headers:
            return self._coming(message)
        looked_at = tuple([(type(headers.get(name)), headers.get(name)) for name in self._headers])
        try:
            found = self._known.get((exchange, key, looked_at))
        except TypeError:  # lists and tables
            return self._coming(message)
        if found is None:
            # Words that no binding names make no difference.
            named = tuple(word if word in self._words else None for word in words(key))
            found = self._known.get((exchange, named, looked_at)) or self._coming(message)
            if len(self._known) > REMEMBERED:
                self._known.clear()
            self._known[exchange, key, looked_at] = self._known[exchange, named, looked_at] = found
        return found

    def _coming(self, message: Message) -> Coming:
        trace = route(self.router, message)
        filters: dict[str, tuple[Destination, ...]] = {}
        for number in sorted(_number(name) for name in trace.queues if _numbered(name)):
            name = self._filters[number]
            filters[name] = (*filters.get(name, ()), self.filtering.stamped[number].destination)
        exchanges = {(hop.exchange, True) for hop in trace.hops}
        queues = {(name, False) for name in trace.queues}
        doubts = trace.doubts or ("chance decides about its way",) if any(map(_numbered, trace.maybe)) else ()
        return Coming(filters, doubts, frozenset(exchanges | queues))


# Most messages come to the same few destinations.
@lru_cache(maxsize=1024)
def _fitting(words: tuple[str, ...], dots: int) -> tuple[str, ...]:
    found = filled_up(words, dots)
    return found if max(map(len, found)) <= SHORT_STRING_BYTES else ()


def described(destination: Destination) -> str:
    """Return what people call a destination, such as ``queue orders``."""
    name, is_exchange = destination
    return f"{'exchange' if is_exchange else 'queue'} {name}"


def stamped(message: Message, payload: object, event: str, stamps: Stamping | None) -> Message:
    """Return the message of an event as publishers send it, with its stamps in the header BCC."""
    if stamps is None:
        return message
    keys = stamps.keys(message, Content(payload, message.key, dict(message.headers), event))
    return Message(message.exchange, message.key, {**message.headers, "BCC": list(keys)}) if keys else message


def stamping(spec: Spec, filters: Filtering | None = None, topology: Topology | None = None) -> Stamping | None:
    """Lay out the stamped bindings of a spec without errors; None where it has none.

    ``filters`` says how its filters are made true, and ``topology`` is what it compiles to, where these are known.
    """
    found = filters or filtering(spec)
    if not found.stamped:
        return None
    ways = [
        replace(each, destination=_name(number), to_exchange=False)
        for number, one in enumerate(found.stamped)
        for each in bindings_of(spec, one.binding)
    ]
    queues = [Queue(_name(number)) for number, _ in enumerate(found.stamped)]
    whole = collect([*(topology or compile_spec(spec, found)).objects, *queues, *ways])
    names = {one.filter: str(number) for number, one in enumerate(found.stamped)}
    laid_out = router(whole)
    by_headers = {name for name, one in laid_out.sources.items() if one.type.reads_headers}
    return Stamping(
        found,
        laid_out,
        index({name: one for one, name in names.items()}),
        tuple(names[one.filter] for one in found.stamped),
        frozenset(word for one in whole.bindings.values() for word in words(one.key)),
        tuple(sorted({name for one in whole.bindings.values() if one.source in by_headers for name in one.arguments})),
        mark(found.digest),
        {one: stamp(found.digest, one[0], to_exchange=one[1]) for one in (each.destination for each in found.stamped)},
    )


def _name(number: int) -> str:
    return f"\0{number}"  # no queue of RabbitMQ's clients is called so


def _numbered(name: str) -> bool:
    return name.startswith("\0")


def _number(name: str) -> int:
    return int(name[1:])
