"""What can never be routed: events without a queue, queues without an event, bindings without a use.

All of it is certain as far as the spec tells. Where something else may publish, nothing is said: of a spec without
events, and of what an exchange leads to that gets no declared event.
"""

import json
from collections.abc import Iterator

from edatool.checks.routed import Origin, Routed
from edatool.checks.subject import Findings
from edatool.routing.addressing import address
from edatool.routing.message import Message
from edatool.routing.reach.patterns import contained
from edatool.routing.reach.witnesses import named, payloads
from edatool.routing.simulate import route
from edatool.routing.topology import Binding
from edatool.spec.spec import Event

_MOST_PAYLOADS = 200
_MOST_OF_ALL = 5_000
_DECIDED = ("topic", "direct", "headers")


def lost_events(routed: Routed) -> Findings:
    """W261: an event reaches no queue, not by an alternate exchange either, with a payload that its schema allows.

    Tried are up to 200 payloads of each event, fewer in a spec of many events: the schema's examples, and these with
    the fields in the key and in promoted headers set to their values. An event whose fields do not route needs none.
    """
    spec, words = routed.subject.spec, named(routed.router.topology.bindings.values())
    most = max(5, min(_MOST_PAYLOADS, _MOST_OF_ALL // max(1, len(spec.events))))
    for event in spec.events.values():
        example = _lost(routed, event, words, most)
        if example is not None:
            way_out = f"bind one for it, or give {event.exchange!r} an alternate that leads to one"
            message = f"the event {event.name!r} reaches no queue {example}: {way_out}"
            yield routed.subject.about_key("W261", message, "events", event.name)


def unreached_queues(routed: Routed) -> Findings:
    """W262: neither a declared event nor a dead letter can reach a queue.

    A queue with a binding that no event can match is left to that finding.
    """
    if not routed.subject.spec.events:
        return
    explained = {binding.destination for binding, _ in _unmatched(routed) if not binding.to_exchange}
    for name, queue in routed.subject.spec.queues.items():
        if not queue.external and name not in routed.spread.queues and name not in explained:
            message = f"no declared event and no dead letter can reach the queue {name!r}: bind it, or remove it"
            yield routed.subject.about_key("W262", message, "queues", name)


def unmatched_bindings(routed: Routed) -> Findings:
    """W263: no declared event, and no dead letter, that can come to an exchange can match a binding of it.

    Words of keys are compared one by one: with the text of the template, or the values, types and pattern that the
    schema gives a field.
    """
    for binding, origin in _unmatched(routed):
        message = f"no declared event can match {binding}: correct it, declare the event, or remove it"
        yield routed.subject.finding("W263", message, *origin.path)


def shadowed_bindings(routed: Routed) -> Findings:
    """W264: whatever a topic binding matches, another one to the same destination matches too."""
    for binding, other in _shadowed(routed):
        origin = routed.origin(binding)
        if origin:
            message = f"{binding} adds nothing to the key {other.key!r} of the same destination: keep one of them"
            yield routed.subject.finding("W264", message, *origin.path)


def _lost(routed: Routed, event: Event, words: set[str], most: int) -> str | None:
    """Say with which payload an event reaches no queue, None where none is found."""
    if not event.key.fields and not event.headers:
        return "whatever its payload" if _unroutable(routed, address(event, {})) else None
    contract = routed.subject.contracts.get(event.schema or "")
    if event.schema and contract is None:
        return None
    tried = set()
    for payload in payloads(event, contract, words, most):
        message = address(event, payload)
        allowed = isinstance(message, Message) and (contract is None or contract.is_valid(payload))
        if allowed and repr(message) not in tried:
            if _unroutable(routed, message):
                return f"with the payload {_brief(payload)}"
            tried.add(repr(message))
    return None


def _unroutable(routed: Routed, message: object) -> bool:
    """Tell whether a message surely reaches no queue; who else is bound to what belongs to others is not known."""
    if not isinstance(message, Message):
        return False
    trace = route(routed.router, message)
    exchanges = routed.subject.spec.exchanges
    return trace.unroutable and not any(
        hop.exchange in exchanges and exchanges[hop.exchange].external for hop in trace.hops
    )


def _unmatched(routed: Routed) -> Iterator[tuple[Binding, Origin]]:
    for name in routed.known & routed.router.sources.keys():
        source = routed.router.sources[name]
        for binding in source.bindings if source.kind in _DECIDED else ():
            origin = routed.origin(binding)
            if origin and id(binding) not in routed.spread.bindings:
                yield binding, origin


def _shadowed(routed: Routed) -> Iterator[tuple[Binding, Binding]]:
    """Yield bindings with the first one that shadows them; of two that match the same, the later."""
    for group in _groups(routed):
        unfiltered = [one for one in group if not _filtered(routed, one)]
        places = {id(one): place for place, one in enumerate(group)}
        wider = {id(one): (one, others) for one, others in contained(group, unfiltered)}
        for one, others in wider.values():
            for other in others:
                same = any(each is one for each in wider.get(id(other), (other, []))[1])
                if not same or places[id(other)] < places[id(one)]:
                    yield one, other
                    break


def _groups(routed: Routed) -> Iterator[list[Binding]]:
    """Yield the bindings of topic exchanges that have one destination, where these are several."""
    groups: dict[tuple[str, bool, str], list[Binding]] = {}
    for name, source in routed.router.sources.items():
        for one in source.bindings if source.kind == "topic" else ():
            groups.setdefault((name, one.to_exchange, one.destination), []).append(one)
    yield from (group for group in groups.values() if len(group) > 1)


def _filtered(routed: Routed, binding: Binding) -> bool:
    origin = routed.origin(binding)
    return origin is not None and origin.filtered


def _brief(payload: object) -> str:
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= 160 else text[:157] + "..."
