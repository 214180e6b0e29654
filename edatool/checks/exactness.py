"""Filters that could not be made true, whoever publishes."""

from collections.abc import Collection, Iterator

from edatool.checks.filtered import Filtered
from edatool.checks.subject import Findings
from edatool.routing.bindings import bindings_of
from edatool.routing.lowering.generated import names
from edatool.routing.lowering.lowering import Stamped
from edatool.routing.router import Router
from edatool.routing.topology import Binding, Topology
from edatool.spec.spec import Spec

_DECIDED = ("topic", "direct", "fanout", "headers")


def by_chance(filtered: Filtered) -> Findings:
    """E297: a filter behind an exchange that picks among its destinations, so that nobody can tell what comes there."""
    subject, whole = filtered.routed.subject, filtered.routed.router
    for one in filtered.filtering.stamped:
        sources = {each.source for each in bindings_of(subject.spec, one.binding)}
        picking = [name for name in _leading_to(whole, sources) if whole.sources[name].kind not in _DECIDED]
        if picking:
            kind = whole.sources[picking[0]].kind
            message = (
                f"messages come here by the exchange {picking[0]!r} of type {kind}, and where it sends them cannot"
            )
            message += " be known: filter before it, or bind without a filter"
            yield subject.finding("E297", message, *one.binding.path, "filter")


def twice(filtered: Filtered) -> Findings:
    """E298: a filter in front of an exchange that leads to a queue which gets messages on other ways as well.

    What ``edatool router`` sends through the filter would come there a second time.
    """
    subject, whole = filtered.routed.subject, filtered.routed.router
    for one in filtered.filtering.stamped:
        if one.binding.to_exchange is None:
            continue
        sources = {each.source for each in bindings_of(subject.spec, one.binding)}
        behind = _queues_from({one.binding.to_exchange}, whole.topology.bindings.values())
        others = _queues_from(sources, _others(subject.spec, whole.topology, one))
        if both := sorted(behind & others):
            message = (
                f"the queue {both[0]!r} behind {one.binding.to_exchange!r} also gets messages without this filter, "
            )
            message += "and some would come twice: bind it there only, or put the filter at the queue's own binding"
            yield subject.finding("E298", message, *one.binding.path, "filter")


def generated_names(filtered: Filtered) -> Findings:
    """E299: an exchange or queue is declared with a name that edatool gives to what it makes for filters."""
    subject = filtered.routed.subject
    if filtered.filtering.stamped:
        own = names(subject.spec.name)
        taken = {own.filters, own.stamps, own.intake, own.stuck, own.refused}
        for kind, declared in (("exchanges", subject.spec.exchanges), ("queues", subject.spec.queues)):
            for name in declared:
                if name in taken:
                    message = f"{name!r} is what edatool calls an object that it makes for filters: choose another name"
                    yield subject.about_key("E299", message, kind, name)


def _leading_to(whole: Router, exchanges: set[str]) -> Iterator[str]:
    """Yield exchanges, and all from which messages may come to them."""
    ways = {(one.source, one.destination) for one in whole.topology.bindings.values() if one.to_exchange}
    ways |= {(name, one.alternate) for name, one in whole.sources.items() if one.alternate}
    found: set[str] = set()
    waiting = {name for name in exchanges if name in whole.sources}
    while waiting:
        found |= waiting
        waiting = {source for source, destination in ways if destination in waiting and source in whole.sources} - found
    yield from sorted(found)


def _others(spec: Spec, whole: Topology, one: Stamped) -> list[Binding]:
    """Return the bindings that are not there for a filter."""
    own = {each.identity for each in bindings_of(spec, one.binding)}
    return [each for identity, each in whole.bindings.items() if identity not in own]


def _queues_from(exchanges: set[str], bindings: Collection[Binding]) -> set[str]:
    """Return the queues to which messages may come from exchanges, whatever their keys."""
    found: set[str] = set()
    waiting = set(exchanges)
    while waiting:
        found |= waiting
        waiting = {one.destination for one in bindings if one.to_exchange and one.source in waiting} - found
    return {one.destination for one in bindings if not one.to_exchange and one.source in found}
