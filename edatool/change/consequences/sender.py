"""Which messages an event may have."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from edatool.contracts.contract import Contract
from edatool.contracts.fields import field_of
from edatool.contracts.payload_field import PayloadField
from edatool.filters.analysis import conditions
from edatool.filters.pattern import Filter
from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.routing.addressing import ABSENT, address, value_of
from edatool.routing.lowering.stamping import Stamping, stamped
from edatool.routing.message import Message
from edatool.routing.reach.flow import Flow, flow_of
from edatool.routing.reach.spread import Spread
from edatool.routing.reach.witnesses import FRESH, with_values
from edatool.routing.reach.words import Made, Word, text_of, word_of
from edatool.spec.spec import Event
from edatool.spec.template import FieldPath

_TYPES: Mapping[type, set[str]] = {str: {"string"}, bool: {"boolean"}, int: {"integer", "number"}}


@frozen
class SentMessage:
    """A message as publishers send it, and as they do by the spec that was applied last.

    ``seen`` are the fields of the payload that only one of the specs has filters on, by their paths.
    """

    message: Message
    earlier: Message
    seen: Mapping[str, object]


@dataclass(frozen=True)
class Stamps:
    """The stamps of publishers, and those by the spec that was applied last, and its ``events`` that were others."""

    now: Stamping | None = None
    earlier: Stamping | None = None
    events: Mapping[str, Event] = field(default_factory=dict)

    def asking(self, flows: Collection[Flow]) -> dict[Flow, list[Filter]]:
        """Return the filters to which messages of each flow may come when they are published."""
        asking: dict[Flow, dict[Filter, None]] = {}
        for stamps in {id(one): one for one in (self.now, self.earlier) if one}.values():
            spread = Spread(stamps.router, {})
            spread.add((flow.event.exchange, flow) for flow in flows if flow.event)
            for binding, asked in stamps.ways:
                for flow in spread.bindings.get(id(binding), ()):
                    asking.setdefault(flow, {})[asked] = None
        return {flow: list(filters) for flow, filters in asking.items()}

    @cached_property
    def _changed(self) -> tuple[FieldPath, ...]:
        """The fields of the payload that filters ask for which only one of the specs has."""
        changed = set(_filters(self.now)) ^ set(_filters(self.earlier))
        paths = {path for one in changed for path, _ in conditions(one.pattern) if path[0] == "data"}
        return tuple(FieldPath(path[1:]) for path in sorted(paths))

    def sent(self, message: Message, payload: object, event: str) -> SentMessage:
        """Return the message of an event with its stamps."""
        values = {f"data.{path}": value_of(path, payload) for path in self._changed}
        seen = {path: value for path, value in values.items() if value is not ABSENT}
        was = address(self.events[event], payload) if event in self.events else message
        earlier = was if isinstance(was, Message) else message
        now = stamped(message, payload, event, self.now)
        if earlier == message and self.earlier is self.now:
            return SentMessage(now, now, seen)
        return SentMessage(now, stamped(earlier, payload, event, self.earlier), seen)


def _filters(stamps: Stamping | None) -> tuple[Filter, ...]:
    return tuple(one.filter for one in stamps.filtering.stamped) if stamps else ()


def stamps_of(routes: Routes, earlier: Routes | None) -> Stamps:
    """Lay out the filters of a spec without errors, and those of an earlier one; None where that is not known."""
    if earlier is None:
        return Stamps(routes.stamps, routes.stamps)
    now = routes.spec.events
    return Stamps(
        routes.stamps,
        earlier.stamps,
        {name: one for name, one in earlier.spec.events.items() if one != now.get(name)},
    )


@frozen
class Sender:
    """An event with what its contract says of the fields that routing reads."""

    event: Event
    contract: Contract | None
    flow: Flow
    fields: Mapping[FieldPath, PayloadField]
    words: Mapping[FieldPath, Word]
    stamps: Stamps

    @property
    def examples(self) -> tuple[object, ...]:
        """The examples of the schema."""
        return self.contract.examples if self.contract else ()

    def messages(self, payloads: Iterable[object]) -> Iterator[SentMessage]:
        """Yield the messages of those payloads that may be published."""
        for payload in payloads:
            message = address(self.event, payload)
            if isinstance(message, Message) and self._allows(payload):
                yield self.stamps.sent(message, payload, self.event.name)

    def likely(self, named: Collection[str]) -> object:
        """Return a payload with a value for each field that routing needs, one not ``named`` if it can be."""
        payload: object = {}
        fresh = sorted(FRESH, key=lambda value: str(value) in named)
        for path in dict.fromkeys((*self.event.key.fields, *self.fields)):
            if path in self.event.key.fields or self.fields[path].required:
                values = [value for value in self._values(path) or fresh if self._may_be(path, value)]
                payload = with_values(payload, {path: values[0]}) if values else payload
        return payload

    def _values(self, path: FieldPath) -> Sequence[object]:
        """Return all values that a field may have, none where they are not known."""
        field = self.fields.get(path)
        if field and field.types == frozenset(("boolean",)):
            return (True, False)
        return (field.values if field else None) or ()

    def _allows(self, payload: object) -> bool:
        if self.contract and self.examples:
            return self.contract.is_valid(payload)
        # The other fields are missing, so the contract as a whole cannot tell.
        return all(self._may_be(path, value_of(path, payload)) for path in self.fields)

    def _may_be(self, path: FieldPath, value: object) -> bool:
        """Tell whether a field may have a value, as far as that can be told of a field alone."""
        if path not in self.fields:
            return True
        field, text = self.fields[path], text_of(self.event, value)
        if value is ABSENT or value is None:
            return not field.required
        allowed = field.types is None or bool(field.types & _TYPES.get(type(value), set()))
        return allowed and (value in field.values if field.values else text is None or self.words[path].may_be(text))


def sender(event: Event, contract: Contract | None, made: Made, stamps: Stamps) -> Sender:
    """Read what a contract says of the fields that routing reads; without a contract they may be anything."""
    fields, words = {}, {}
    for path in (*event.key.fields, *event.headers.values()) if contract else ():
        assert contract
        fields[path] = field_of(contract, path.names)
        words[path] = made.setdefault((contract, path), word_of(path, event, contract))
    return Sender(event, contract, flow_of(event, contract, made), fields, words, stamps)
