"""What a binding asks of the messages of an event, in terms of what its publishers write."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from edatool.frozen import frozen
from edatool.routing.bindings import bindings_of
from edatool.routing.exchange_types.exchange_type import ExchangeType
from edatool.routing.exchange_types.headers_rule import rule
from edatool.routing.exchange_types.topic_tree import words
from edatool.routing.exchange_types.types import type_named
from edatool.routing.lowering.generated import Names
from edatool.routing.reach.words import split
from edatool.routing.router import Router
from edatool.routing.topology import Binding
from edatool.spec.spec import Event, Spec, SpecBinding
from edatool.spec.template import FieldPath, Template

ConditionKind = Literal[
    "field", "key", "header", "headers", "filter", "earlier filter", "unbound", "chance", "unsimulated", "router"
]


@frozen
class Condition:
    """One thing that has to be so for a message to take a way.

    ``field``: a field in the key, by its path, is ``value``. ``key``: the key matches this pattern. ``header``: the
    header of this name is ``value``, None for any. ``headers``: one of several headers is as ``value`` says.
    ``filter``: one of the filters that ``value`` names matches; ``earlier filter``: it did, as the spec was when it was
    applied last. ``unbound``: nothing else at the exchange ``name``
    matches, so that its alternate gets the message. ``chance``, ``unsimulated`` and ``router``: who decides instead.
    """

    kind: ConditionKind
    name: str = ""
    value: str | None = None


Conditions = frozenset[Condition]
"""All of them have to be so; none for a way that every message of an event takes."""

CHANCE, UNSIMULATED, ROUTER = Condition("chance"), Condition("unsimulated"), Condition("router")


@frozen
class Asking:
    """What the bindings of a topology ask for.

    ``filters`` are the bindings with filters, by their destinations: each with what it asks for besides its key.
    """

    router: Router
    generated: Names
    filters: Mapping[tuple[str, bool], Sequence[tuple[Condition, Binding]]]

    def of(self, binding: Binding, event: Event, message_key: str) -> Conditions:
        """Return what a binding asks of the messages of an event, of which one with this key takes it."""
        if self.generated.filters in (binding.source, binding.destination):
            return frozenset()  # what the binding with the filter asks for is said where its stamp is
        if binding.source == self.generated.stamps:
            return self._of_stamp(binding, event, message_key)
        kind = self._type_of(binding.source)
        if kind.reads_headers:
            return frozenset(_of_headers(binding))
        return frozenset(_of_key(binding.key, kind, event.key)) if kind.matches_key else frozenset()

    def _of_stamp(self, stamp: Binding, event: Event, message_key: str) -> Conditions:
        """Return what all bindings with filters ask for that may have led a message to a stamp."""
        found = [
            (condition, self.of(one, event, message_key))
            for condition, one in self.filters.get((stamp.destination, stamp.to_exchange), ())
            if self._may_take(one, message_key)
        ]
        if not found:
            return frozenset((ROUTER,))
        kinds, names = ({one.kind for one, _ in found}, dict.fromkeys(one.value or "" for one, _ in found))
        kind: ConditionKind = "filter" if "filter" in kinds else "earlier filter"
        common = frozenset.intersection(*(asked for _, asked in found))
        return common | {Condition(kind, value="" if "" in names else " or ".join(names))}

    def _may_take(self, binding: Binding, message_key: str) -> bool:
        matches = self._type_of(binding.source).matches_key
        return matches is None or matches(binding.key, message_key)

    def _type_of(self, exchange: str) -> ExchangeType:
        source = self.router.sources.get(exchange)
        return source.type if source else type_named("direct")


def asking(router: Router, generated: Names, spec: Spec, now: Spec) -> Asking:
    """Return what the bindings of a topology ask for, on which the filters of a spec are carried out.

    Those of its filters that the spec of ``now`` does not have are earlier ones.
    """
    kept = {_pattern(one, now) for one in now.bindings}
    filters: dict[tuple[str, bool], list[tuple[Condition, Binding]]] = {}
    for one in spec.bindings:
        if one.filter is not None:
            kind: ConditionKind = "filter" if _pattern(one, spec) in kept else "earlier filter"
            condition = Condition(kind, value=one.filter if isinstance(one.filter, str) else "")
            own = filters.setdefault((one.destination, one.to_exchange is not None), [])
            own += [(condition, each) for each in bindings_of(spec, one)]
    return Asking(router, generated, filters)


def _pattern(binding: SpecBinding, spec: Spec) -> str:
    """Return what the filter of a binding says, null where it has none."""
    found = spec.filters.get(binding.filter) if isinstance(binding.filter, str) else binding.filter
    return json.dumps(found, sort_keys=True, default=str)


def _of_headers(binding: Binding) -> Iterator[Condition]:
    asked = rule(binding.arguments)
    wanted = [Condition("header", name, _written(value)) for name, value in asked.wanted]
    if asked.any and len(wanted) > 1:
        yield Condition("headers", value=", ".join(f"{one.name}={one.value or '*'}" for one in wanted))
    else:
        yield from wanted


def _written(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)


def _of_key(pattern: str, kind: ExchangeType, key: Template) -> Iterator[Condition]:
    """Yield the values of fields that the key has to have, or the pattern where no single field tells."""
    pairs = beside(key, pattern) if kind.wildcards else _pairs(key, pattern.split("."))
    if pairs is None:
        yield Condition("key", value=pattern)
        return
    for parts, text in pairs:
        match parts:
            case [FieldPath() as path] if text != "*" or not kind.wildcards:
                yield Condition("field", str(path), text)
            case [_, _, *_] if text != "*" and any(isinstance(part, FieldPath) for part in parts):
                yield Condition("key", value=pattern)


_Pairs = list[tuple[list[str | FieldPath], str]]


def beside(key: Template, pattern: str) -> _Pairs | None:
    """Lay the words of a pattern beside those of a key; a ``#`` stands for as many as fit.

    None where that is not clear: the pattern has several ``#``, or words left over.
    """
    wanted = words(pattern)
    if wanted.count("#") == 1:
        place = wanted.index("#")
        wanted[place : place + 1] = ["*"] * (len(split(key)) - len(wanted) + 1)
    return None if "#" in wanted else _pairs(key, wanted)


def _pairs(key: Template, wanted: list[str]) -> _Pairs | None:
    parts = split(key)
    return list(zip(parts, wanted, strict=True)) if len(parts) == len(wanted) else None
