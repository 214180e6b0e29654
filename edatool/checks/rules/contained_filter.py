"""Of two bindings with filters to one destination, one gets only what the other gets too.

Removing it would change nothing. Keep one of them, or let them select different things.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed], filter: {data.total: [{numeric: [">=", 100]}]}}
      - {queue: orders, exchange: amq.topic, key: "order.#", filter: {data.total: [{numeric: [">=", 50]}]}}
    --- order.json
    {"type": "object", "required": ["total"], "properties": {"total": {"type": "number"}}}

    $ edatool validate
    routes.yaml:8:53: W296 whatever matches here, the binding in routes.yaml:9:5 brings too: keep one of them

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    events:
      order.placed: {exchange: amq.topic, schema: order.json}
    bindings:
      - {queue: orders, events: [order.placed], filter: {data.total: [{numeric: [">=", 50]}]}}
    --- order.json
    {"type": "object", "required": ["total"], "properties": {"total": {"type": "number"}}}
"""

from collections.abc import Iterable

from edatool.checks.brief import brief_payload
from edatool.checks.filtered import Filtered, FilterUse
from edatool.checks.found import Found, at
from edatool.filters.implies import implies
from edatool.filters.matches import matches
from edatool.routing.bindings import bindings_of
from edatool.routing.topology import Binding
from edatool.spec.spec import SpecBinding


def find(filtered: Filtered) -> Found:
    for group in _by_destination(filtered):
        for index, use in enumerate(group):
            wider = (
                other for number, other in enumerate(group) if _adds_nothing(filtered, use, other, later=number > index)
            )
            other = next(wider, None)
            if other is not None and use.verdict.holds != "never":
                shown = _both_match(use, other)
                example = f", such as {brief_payload(shown, 120)}" if shown is not None else ""
                there = filtered.routed.subject.spec.where(*other.user.path)
                message = f"whatever matches here{example}, the binding in {there} brings too: keep one of them"
                yield at(*use.user.path, "filter"), message


def _by_destination(filtered: Filtered) -> Iterable[list[FilterUse[SpecBinding]]]:
    groups: dict[object, list[FilterUse[SpecBinding]]] = {}
    for use in filtered.of_bindings:
        groups.setdefault((use.user.queue, use.user.to_exchange), []).append(use)
    return groups.values()


def _adds_nothing(
    filtered: Filtered, use: FilterUse[SpecBinding], other: FilterUse[SpecBinding], *, later: bool
) -> bool:
    """Tell whether one binding is within another; of two within each other, the later one is."""
    return use is not other and _within(filtered, use, other) and not (later and _within(filtered, other, use))


def _within(filtered: Filtered, one: FilterUse[SpecBinding], other: FilterUse[SpecBinding]) -> bool:
    """Tell whether everything that one binding lets through to its destination, another does too."""
    if not implies(one.filter, other.filter):
        return False
    spec = filtered.routed.subject.spec
    wide = list(bindings_of(spec, other.user))
    return all(_covered(filtered, narrow, wide) for narrow in bindings_of(spec, one.user))


def _covered(filtered: Filtered, narrow: Binding, wide: list[Binding]) -> bool:
    candidates = [one for one in wide if one.source == narrow.source]
    if any(one.identity == narrow.identity for one in candidates):
        return True
    source = filtered.routed.router.sources.get(narrow.source)
    contained = source.type.contained if source else None
    return contained is not None and any(others for _, others in contained([narrow], candidates))


def _both_match(one: FilterUse[SpecBinding], other: FilterUse[SpecBinding]) -> object:
    """Return an example that both filters let through, None where there is none."""
    for arriving in one.arriving:
        for payload, content in arriving.examples():
            if matches(one.filter, content) and matches(other.filter, content):
                return payload
    return None
