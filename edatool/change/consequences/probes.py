"""Messages that are worth trying on a topology before and after it changes."""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import field
from itertools import islice
from typing import Literal

from edatool.change.consequences.aim import aimed
from edatool.change.consequences.at_filters import at_filters
from edatool.change.consequences.sender import Sender, SentMessage, Stamps, sender, stamps_of
from edatool.change.progress import OnProgress, progressing
from edatool.contracts.contract import Contract
from edatool.filters.pattern import Filter
from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.routing.message import Message
from edatool.routing.reach.flow import Flow
from edatool.routing.reach.witnesses import named, payloads, with_values
from edatool.routing.reach.words import Made
from edatool.routing.router import Router
from edatool.routing.verify import message_of, payload_of
from edatool.silent import silent
from edatool.spec.spec import Spec

MOST = 200
"""The most messages that are tried of one event."""

_MOST_OF_ALL = 10_000


@frozen
class Probe:
    """A message of the event ``name``, or of the routing test ``name`` that publishes a message of its own.

    All of it can be written as JSON. ``earlier`` is what publishers sent by the spec that was applied last, where that
    is known; ``seen`` are the fields of its payload, by their paths, about which filters ask that changed since.
    """

    kind: Literal["event", "test"]
    name: str
    message: Message
    earlier: Message | None = None
    seen: Mapping[str, object] = field(default_factory=dict)


def probes(
    routes: Routes,
    before: Router,
    after: Router,
    earlier: Routes | None = None,
    on_progress: OnProgress = silent,
) -> tuple[Probe, ...]:
    """Return messages of a spec without errors between which the routing of two topologies may tell.

    Of each event: those of its routing tests, of its schema's examples, with the words and header values that
    bindings ask for (first those of bindings that only one of the topologies has), and with all values of enumerated
    fields; up to 200 different ones, fewer in a spec of many events. What breaks the contract is left out; where the
    schema has no example, each field is judged by itself. An event with no message is one for which none was found.
    ``earlier`` is the spec that was applied last, where it is known.
    """
    spec, contracts = routes.spec, routes.contracts
    most = max(10, min(MOST, _MOST_OF_ALL // max(1, len(spec.events))))
    stamps, made = stamps_of(routes, earlier), Made()
    tested = _tested(spec, contracts, stamps)
    senders = [sender(one, contracts.get(one.schema or ""), made, stamps) for one in spec.events.values()]
    around = _Around(
        (before, after),
        before.topology.bindings.keys() & after.topology.bindings.keys(),
        named(before.topology.bindings.values()) | named(after.topology.bindings.values()),
        stamps.asking([one.flow for one in senders]),
    )
    found = [
        Probe("event", one.event.name, sent.message, sent.earlier, sent.seen)
        for one in progressing(senders, "Looking for messages to try", "events", on_progress)
        for sent in islice(_different(_messages(one, tested.get(one.event.name, []), around)), most)
    ]
    raw = [(test.name, test.message) for test in spec.tests if test.message]
    return (*found, *(Probe("test", name, Message(one.exchange, one.key, one.headers)) for name, one in raw))


@frozen
class _Around:
    """Both topologies, the identities of the bindings that both have, and the words that bindings name.

    ``asking`` are the filters to which messages of events may come.
    """

    routers: tuple[Router, Router]
    stays: Set[object]
    words: Set[str]
    asking: Mapping[Flow, list[Filter]]


def _messages(about: Sender, tested: list[SentMessage], around: _Around) -> Iterator[SentMessage]:
    """Yield the messages of an event, the most telling first; there may be many, and the same again."""
    yield from tested
    yield from about.messages(_each_once(_payloads(about, around)))


def _payloads(about: Sender, around: _Around) -> Iterator[object]:
    yield from about.examples
    bases = about.examples or (about.likely(around.words),)
    for values in at_filters(around.asking.get(about.flow, ())):
        yield from (with_values(base, values) for base in bases)
    types = {path: field.types for path, field in about.fields.items()}
    for values in aimed(about.flow, types, around.routers, around.stays):
        yield from (with_values(base, values) for base in bases)
    yield from payloads(about.event, about.contract, around.words, MOST, bases)


def _each_once(payloads: Iterable[object]) -> Iterator[object]:
    seen = set()
    for one in payloads:
        written = repr(one)
        if written not in seen:
            seen.add(written)
            yield one


def _tested(spec: Spec, contracts: Mapping[str, Contract], stamps: Stamps) -> dict[str, list[SentMessage]]:
    """Return the messages that routing tests publish, by the event's name."""
    found: dict[str, list[SentMessage]] = {}
    for test in spec.tests:
        message = message_of(test, spec, contracts) if test.publish else None
        if test.publish and isinstance(message, Message):
            payload = payload_of(test, contracts.get(spec.events[test.publish].schema or ""))
            found.setdefault(test.publish, []).append(stamps.sent(message, payload, test.publish))
    return found


def _different(sent: Iterable[SentMessage]) -> Iterator[SentMessage]:
    seen = set()
    for one in sent:
        written = repr([(each.key, each.headers) for each in (one.message, one.earlier)])
        if written not in seen:
            seen.add(written)
            yield one
