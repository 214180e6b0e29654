"""How each filter of a spec is made true on RabbitMQ: by bindings alone, or by stamps and the router."""

import json
from collections.abc import Iterable
from dataclasses import field
from functools import cached_property

from edatool.filters.declared import Declared, declared
from edatool.filters.pattern import Filter
from edatool.frozen import frozen
from edatool.routing.bindings import bindings_of
from edatool.routing.lowering.hash import sha256
from edatool.routing.lowering.pushed import Bound, pushed, sharing_keys
from edatool.routing.topology import Binding
from edatool.spec import spec as declaration
from edatool.spec.spec import Spec

_MEANING = 1
"""Counts up when filters begin to mean something else, so that nobody trusts stamps of another meaning."""


@frozen
class Pushed:
    """A binding whose filter is decided by keys and headers: the ways through are all there is to it."""

    binding: declaration.SpecBinding
    ways: tuple[Bound, ...]


@frozen
class Stamped:
    """A binding whose filter is evaluated by publishers and the router."""

    binding: declaration.SpecBinding
    filter: Filter

    @property
    def destination(self) -> tuple[str, bool]:
        """The destination's name, and whether it is an exchange."""
        return self.binding.destination, self.binding.to_exchange is not None


@frozen
class Filtering:
    """The bindings with filters of a spec."""

    spec: Spec = field(repr=False, compare=False)
    pushed: tuple[Pushed, ...]
    stamped: tuple[Stamped, ...]

    @cached_property
    def digest(self) -> str:
        """What tells this set of stamped filters from all others."""
        return _digest(self.spec, self.stamped)


def filtering(spec: Spec, filters: Declared | None = None) -> Filtering:
    """Choose for each filter of a spec without errors; ``filters`` are its filters where they are read already."""
    filters = filters or declared(spec)
    by_bindings, by_stamps = [], []
    sharing = sharing_keys(spec.events.values())
    for binding in spec.bindings:
        condition = filters.of(binding)
        if condition is not None:
            ways = pushed(spec, binding, condition, sharing)
            if ways is None:
                by_stamps.append(Stamped(binding, condition))
            else:
                by_bindings.append(Pushed(binding, ways))
    return Filtering(spec, tuple(by_bindings), tuple(by_stamps))


def _digest(spec: Spec, stamped: Iterable[Stamped]) -> str:
    """Return what changes with the filters, and with everything that decides which of them a message comes to."""
    bound = [(one.binding, list(bindings_of(spec, one.binding))) for one in stamped]
    filters = [[[str(each) for each in bindings], _written(spec, binding)] for binding, bindings in bound]
    sources = {each.source for _, bindings in bound for each in bindings}
    plain = [each for one in spec.bindings if one.filter is None for each in bindings_of(spec, one)]
    before = _upstream(spec, plain, sources)
    exchanges = [[name, one.type, one.alternate] for name, one in spec.exchanges.items() if name in before | sources]
    bindings = [str(one) for one in plain if one.source in before]
    text = json.dumps([_MEANING, sorted(filters, key=str), sorted(exchanges, key=str), sorted(bindings)])
    return sha256(text)[:10]


def _written(spec: Spec, binding: declaration.SpecBinding) -> str:
    condition = spec.filters[binding.filter] if isinstance(binding.filter, str) else binding.filter
    return json.dumps(condition, sort_keys=True)


def _upstream(spec: Spec, plain: Iterable[Binding], exchanges: set[str]) -> set[str]:
    """Return the exchanges from which messages come to these, by bindings or because they are alternates."""
    ways = {(one.source, one.destination) for one in plain if one.to_exchange}
    ways |= {(name, one.alternate) for name, one in spec.exchanges.items() if one.alternate}
    found: set[str] = set()
    waiting = exchanges
    while waiting:
        waiting = {source for source, destination in ways if destination in waiting} - found
        found |= waiting
    return found
