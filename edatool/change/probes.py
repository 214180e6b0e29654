"""Messages that are worth trying on a topology before and after it changes."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from edatool.change.aim import aimed
from edatool.checks.spread import Flow, flow_of
from edatool.checks.witnesses import named, payloads, with_values
from edatool.contracts.contract import Contract
from edatool.contracts.fields import Field, field_of
from edatool.routing import topic
from edatool.routing.addressing import address
from edatool.routing.message import Message
from edatool.routing.router import Router
from edatool.routing.verify import message_of
from edatool.spec.spec import Event, Spec
from edatool.spec.template import FieldPath

MOST = 200
"""The most messages that are tried of one event."""

_MOST_OF_ALL = 10_000
_TYPES: Mapping[type, frozenset[str]] = {
    str: frozenset(("string",)),
    bool: frozenset(("boolean",)),
    int: frozenset(("integer", "number")),
}


@dataclass(frozen=True, slots=True)
class Probe:
    """A message of the event ``name``, or of the routing test ``name`` that publishes a message of its own.

    All of it can be written as JSON.
    """

    kind: Literal["event", "test"]
    name: str
    message: Message


def probes(spec: Spec, contracts: Mapping[str, Contract], before: Router, after: Router) -> tuple[Probe, ...]:
    """Return messages of a spec without errors between which the routing of two topologies may tell.

    Of each event: those of its routing tests, of its schema's examples, with the words and header values that
    bindings ask for (first those of bindings that only one of the topologies has), and with all values of enumerated
    fields; up to 200 different ones, fewer in a spec of many events. What breaks the contract is left out; where the
    schema has no example, each field is judged by itself. An event with no message is one for which none was found.
    """
    most = max(10, min(MOST, _MOST_OF_ALL // max(1, len(spec.events))))
    words = named(before.topology.bindings.values()) | named(after.topology.bindings.values())
    tested = _tested(spec, contracts)
    senders = [_sender(one, contracts.get(one.schema or "")) for one in spec.events.values()]
    found = [
        Probe("event", sender.event.name, message)
        for sender in senders
        for message in islice(
            _different(_messages(sender, tested.get(sender.event.name, []), before, after, words)), most
        )
    ]
    raw = [(test.name, test.message) for test in spec.tests if test.message]
    return (*found, *(Probe("test", name, Message(one.exchange, one.key, one.headers)) for name, one in raw))


@dataclass(frozen=True, slots=True)
class _Sender:
    """An event with what tells which messages it may have."""

    event: Event
    contract: Contract | None
    flow: Flow
    fields: Mapping[FieldPath, Field]

    @property
    def examples(self) -> tuple[object, ...]:
        return self.contract.examples if self.contract else ()

    def messages(self, payloads: Iterable[object]) -> Iterator[Message]:
        """Yield the messages of those payloads that may be published."""
        for payload in payloads:
            message = address(self.event, payload)
            if isinstance(message, Message) and self._allows(payload, message):
                yield message

    def _allows(self, payload: object, message: Message) -> bool:
        if self.contract is None:
            return True
        if self.examples:
            return self.contract.is_valid(payload)
        # The other fields are missing, so the contract as a whole cannot tell.
        words = zip(self.flow.words or (), topic.words(message.key), strict=True)
        promoted = ((self.fields[path], message.headers.get(name)) for name, path in self.event.headers.items())
        return all(word.may_be(text) for word, text in words) and all(_fits(value, one) for one, value in promoted)


def _sender(event: Event, contract: Contract | None) -> _Sender:
    paths = (*event.key.fields, *event.headers.values()) if contract else ()
    fields = {path: field_of(contract, path.names) for path in paths if contract}
    return _Sender(event, contract, flow_of(event, contract, {}), fields)


def _fits(value: object, field: Field) -> bool:
    """Tell whether a promoted field may have a value; None is one that is left out."""
    if value is None:
        return not field.required
    allowed = field.values is None or value in field.values
    return allowed and (field.types is None or bool(field.types & _TYPES[type(value)]))


def _messages(
    sender: _Sender, tested: list[Message], before: Router, after: Router, words: set[str]
) -> Iterator[Message]:
    """Yield the messages of an event, the most telling first; there may be many, and the same again."""
    yield from tested
    yield from sender.messages(sender.examples)
    general = list(payloads(sender.event, sender.contract, words, MOST))
    bases = sender.examples or [one for one in general if any(sender.messages([one]))][:1]
    types = {path: field.types for path, field in sender.fields.items()}
    for values in aimed(sender.flow, types, before, after):
        yield from sender.messages(with_values(base, values) for base in bases)
    yield from sender.messages(general)


def _tested(spec: Spec, contracts: Mapping[str, Contract]) -> dict[str, list[Message]]:
    """Return the messages that routing tests publish, by the event's name."""
    found: dict[str, list[Message]] = {}
    for test in spec.tests:
        message = message_of(test, spec, contracts)
        if test.publish and isinstance(message, Message):
            found.setdefault(test.publish, []).append(message)
    return found


def _different(messages: Iterable[Message]) -> Iterator[Message]:
    seen = set()
    for one in messages:
        written = json.dumps((one.key, dict(one.headers)), sort_keys=True)
        if written not in seen:
            seen.add(written)
            yield one
