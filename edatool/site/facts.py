"""All that pages are made of: a spec, and what follows from it, each thing once."""

import os.path
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from functools import cached_property
from typing import TypeVar

from edatool.change.offline.diff import Diff
from edatool.filters.pattern import joined
from edatool.findings import Position
from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.routing.effective import dead_letters
from edatool.routing.exchange_types.topic_tree import words
from edatool.routing.graph.folding import folded
from edatool.routing.graph.graph import Graph
from edatool.routing.graph.of_spec import graph_of
from edatool.routing.graph.ways import Ways
from edatool.routing.message import Message
from edatool.routing.reach.flow import Flow
from edatool.routing.reach.spread import Spread
from edatool.routing.reach.words import literal
from edatool.routing.simulate import route
from edatool.routing.verify import Verified
from edatool.site.addresses import Kind, Subject
from edatool.site.changes import badges
from edatool.site.history import Past
from edatool.site.policies import PolicyKind, policies_on
from edatool.site.rights import Permission, Right, rights
from edatool.site.schema_fields import SchemaField, fields_of_contracts
from edatool.site.uses import Names, Use, uses
from edatool.site.ways import Way, ways

T = TypeVar("T")
MOST = 40
"""How many boxes the picture of one thing has, before those of one family become one."""


@frozen
class Reader:
    """What takes messages from queues: a consumer, a trigger or a delivery."""

    kind: Kind
    name: str
    queues: tuple[str, ...]
    owner: str | None
    summary: str | None


@frozen
class Sender:
    """What sends events: a service that publishes them itself, or what edatool publishes for."""

    kind: Kind
    name: str
    events: tuple[str, ...]
    owner: str | None
    summary: str | None


@frozen
class Example:
    """An example of an event's contract, and the queues that it comes to, or why it would not be published."""

    payload: object
    queues: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    refused: str = ""


@frozen
class Facts:
    """A spec without errors and its tests as they ended.

    ``graph`` is all of it as boxes and lines, folded where that is too much for a picture. ``diff`` is what differs
    from an earlier state, where it is compared with one.
    """

    routes: Routes
    tests: tuple[Verified, ...]
    graph: Graph
    diff: Diff | None = None
    environments: Mapping[str, Routes] = field(default_factory=dict)
    history: tuple[Past, ...] = ()
    """What the last commits have changed, the newest first."""

    @cached_property
    def changes(self) -> Mapping[Subject, str]:
        """What is new or changed, of all that has a page."""
        return badges(self.diff, self.routes.spec) if self.diff else {}

    @property
    def since(self) -> str:
        """What the earlier state is called."""
        return self.diff.before.against if self.diff else ""

    def place(self, at: Position) -> str:
        """Return a place in the files, relative to the spec: the same wherever that is."""
        return f"{os.path.relpath(at.file, self.routes.spec.root).replace(os.sep, '/')}:{at.line}"

    @cached_property
    def _parts(self) -> Ways:
        return Ways(self.routes.spec, self.routes.contracts, graph_of(self.routes.spec))

    def graph_of_event(self, name: str) -> Graph:
        """Return what an event can reach, and who sends it."""
        return folded(replace(self._parts.lit(name, room=0), notes=()), MOST)

    def graph_of_queue(self, name: str) -> Graph:
        """Return what can come to a queue, and what becomes of it."""
        return folded(self._parts.coming_to(name), MOST)

    def graph_of_owner(self, name: str) -> Graph:
        """Return what a team or service has to do with."""
        return folded(self._parts.of_owner(name), MOST)

    @cached_property
    def ways(self) -> Mapping[str, Way]:
        """The way of each event."""
        return ways(self.routes, self._parts)

    @cached_property
    def events_of(self) -> Mapping[str, tuple[str, ...]]:
        """The events that come to each queue by bindings."""
        return _turned((name, way.queues) for name, way in self.ways.items())

    @cached_property
    def dead_ends(self) -> Mapping[str, tuple[str, ...]]:
        """Where the dead letters of each queue end that get a key of their own."""
        found = {}
        for queue in self.routes.spec.queues.values():
            target = dead_letters(self.routes.topology.queues[queue.name], self.routes.router.policies)
            if target and target.key is not None:
                spread = Spread(self.routes.router, {})
                spread.add([(target.exchange, Flow(tuple(literal(word) for word in words(target.key))))])
                found[queue.name] = tuple(name for name in self.routes.spec.queues if name in spread.queues)
        return found

    @cached_property
    def dead_letters_of(self) -> Mapping[str, tuple[str, ...]]:
        """The queues whose dead letters end in each queue."""
        return _turned(self.dead_ends.items())

    @cached_property
    def readers(self) -> tuple[Reader, ...]:
        """Everything that takes messages from queues."""
        spec = self.routes.spec
        return (
            *(Reader("consumer", one.name, one.queues, one.owner, one.summary) for one in spec.consumers.values()),
            *(Reader("trigger", one.name, (one.queue,), one.owner, one.summary) for one in spec.triggers.values()),
            *(Reader("delivery", one.name, (one.queue,), one.owner, one.summary) for one in spec.deliveries.values()),
        )

    @cached_property
    def readers_of(self) -> Mapping[str, tuple[Reader, ...]]:
        """The readers of each queue."""
        return _turned((one, one.queues) for one in self.readers)

    @cached_property
    def senders(self) -> tuple[Sender, ...]:
        """Everything that sends events; of deliveries those of which the answer becomes one."""
        spec = self.routes.spec
        publishing = _turned((one.name, (one.producer,)) for one in spec.events.values() if one.producer)
        mapped = {one.name: tuple(dict.fromkeys(each.event for each in one.mappings)) for one in spec.sources.values()}
        return (
            *(Sender("owner", name, events, None, None) for name, events in publishing.items()),
            *(Sender("producer", one.name, one.events, one.owner, one.summary) for one in spec.producers.values()),
            *(Sender("source", one.name, mapped[one.name], one.owner, one.summary) for one in spec.sources.values()),
            *(Sender("soap", one.name, one.events, one.owner, one.summary) for one in spec.soap.values()),
            *(
                Sender("delivery", one.name, (one.answer.event,), one.owner, one.summary)
                for one in spec.deliveries.values()
                if one.answer
            ),
        )

    @cached_property
    def senders_of(self) -> Mapping[str, tuple[Sender, ...]]:
        """The senders of each event."""
        return _turned((one, one.events) for one in self.senders)

    @cached_property
    def sent_by(self) -> Mapping[str, tuple[str, ...]]:
        """The events that each team or service sends, itself or by what belongs to it."""
        found: dict[str, dict[str, None]] = {}
        for one in self.senders:
            for name in (one.name if one.kind in ("owner", "producer") else None, one.owner):
                if name:
                    found.setdefault(name, {}).update(dict.fromkeys(one.events))
        return {name: tuple(events) for name, events in found.items()}

    @cached_property
    def schema_fields(self) -> Mapping[str, tuple[SchemaField, ...]]:
        """The fields of each event, as its contract says them."""
        by_contract = fields_of_contracts(self.routes.contracts)
        return {one.name: by_contract.get(one.schema or "", ()) for one in self.routes.spec.events.values()}

    @cached_property
    def uses(self) -> Mapping[Names, list[Use]]:
        """What reads each field."""
        known = {name: [one.path for one in fields] for name, fields in self.schema_fields.items()}
        return uses(self.routes, self.ways, known)

    def used(self, path: Names, event: str) -> list[Use]:
        """Return what reads a field of an event."""
        return [one for one in self.uses.get(path, ()) if one.event == event]

    @cached_property
    def fields(self) -> Mapping[Names, tuple[str, ...]]:
        """All fields that a contract knows or that something reads, each with its events, in order of their names."""
        events: dict[Names, dict[str, None]] = {}
        for name, known in self.schema_fields.items():
            for one in known:
                events.setdefault(one.path, {})[name] = None
        for path, used in self.uses.items():
            events.setdefault(path, {}).update(dict.fromkeys(one.event for one in used))
        return {path: tuple(events[path]) for path in sorted(events)}

    @cached_property
    def policies_on(self) -> Mapping[tuple[PolicyKind, Subject], tuple[str, ...]]:
        """The policies that fit each queue and exchange, the strongest first."""
        return policies_on(self.routes)

    @cached_property
    def rights(self) -> Mapping[str, Mapping[Permission, Right]]:
        """The permissions of each user that may enter the vhost."""
        return rights(self.routes)

    @cached_property
    def examples(self) -> Mapping[str, tuple[Example, ...]]:
        """The examples of each event, and where they go."""
        return {name: tuple(self._examples(name)) for name in self.routes.spec.events}

    def _examples(self, event: str) -> Iterator[Example]:
        contract = self.routes.contracts.get(self.routes.spec.events[event].schema or "")
        for payload in contract.examples if contract else ():
            message = self.routes.message(event, payload)
            if isinstance(message, Message):
                trace = route(self.routes.router, message, explain=False)
                yield Example(payload, trace.queues, trace.maybe)
            else:
                yield Example(payload, refused="; ".join(map(str, message)))

    @cached_property
    def owners(self) -> tuple[str, ...]:
        """Teams and services: who owns something, or sends an event."""
        spec = self.routes.spec
        names = (
            *(one.owner for one in spec.queues.values()),
            *(one.owner for one in spec.exchanges.values()),
            *(one.owner for one in self.readers),
            *(one.owner for one in self.senders),
            *(one.producer for one in spec.events.values()),
            *spec.producers,
        )
        return tuple(sorted({name for name in names if name}))

    @cached_property
    def known(self) -> frozenset[Subject]:
        """Everything that has a page."""
        spec = self.routes.spec
        named: tuple[tuple[Kind, Iterable[str]], ...] = (
            ("event", spec.events),
            ("queue", spec.queues),
            ("exchange", spec.exchanges),
            ("filter", spec.filters),
            ("consumer", spec.consumers),
            ("trigger", spec.triggers),
            ("delivery", spec.deliveries),
            ("producer", spec.producers),
            ("source", spec.sources),
            ("soap", spec.soap),
            ("policy", spec.policies),
            ("operator policy", spec.operator_policies),
            ("user", spec.users),
            ("owner", self.owners),
            ("field", map(joined, self.fields)),
        )
        return frozenset((kind, name) for kind, names in named for name in names)


def _turned(lists: Iterable[tuple[T, tuple[str, ...]]]) -> dict[str, tuple[T, ...]]:
    """Return by each name that is listed what lists it."""
    found: dict[str, list[T]] = {}
    for one, names in lists:
        for name in names:
            found.setdefault(name, []).append(one)
    return {name: tuple(each) for name, each in found.items()}
