"""Dead letters and unrouted messages that would be lost where they are meant to be kept."""

from collections.abc import Iterator

from edatool.checks.routed import Routed
from edatool.checks.subject import Findings
from edatool.routing import effective
from edatool.routing.addressing import address
from edatool.routing.effective import DeadLetters
from edatool.routing.journey import journeys
from edatool.routing.message import Letter, Message, Reason
from edatool.routing.reach.witnesses import payloads
from edatool.routing.router import Router
from edatool.routing.simulate import deliver, route

_LIMITS = ("x-max-length", "x-max-length-bytes")


def dead_letters(routed: Routed) -> Findings:
    """W271: a queue's dead letters reach no queue.

    Decided where the queue says their key, or where nothing at all leads on from the exchange.
    """
    leading = _leading_to_queues(routed.router)
    for name in routed.subject.spec.queues:
        target = effective.dead_letters(routed.router.topology.queues[name], routed.router.policies)
        if target and _reaches_none(routed.router, target, leading):
            key = "" if target.key is None else f" with the key {target.key!r}"
            way_out = _way_out(routed.router, target)
            message = f"dead letters of {name!r} reach no queue from exchange {target.exchange!r}{key}: {way_out}"
            yield routed.subject.finding("W271", message, "queues", name, "dead_letter")


def loops(routed: Routed) -> Findings:
    """W272: messages that expire or overflow go in a circle, which RabbitMQ ends by dropping them.

    A circle that a consumer is part of, by rejecting or publishing again, has an end and is none.
    """
    found = set()
    for queue, letter, reason in _first_deaths(routed):
        ways = journeys(routed.router, letter, queue, reason)
        for way in ways if all(way.lost for way in ways) else ():
            if way.loop and frozenset(way.loop) not in found:
                found.add(frozenset(way.loop))
                circle = " -> ".join(way.loop)
                way_out = "lead them to a queue that keeps them"
                message = f"dead letters go in the circle {circle}, in which RabbitMQ drops them: {way_out}"
                yield routed.subject.about_key("W272", message, "queues", queue)


def alternates(routed: Routed) -> Findings:
    """W273: an alternate exchange from which nothing leads to a queue, so what it should catch is lost."""
    leading = _leading_to_queues(routed.router)
    for name in routed.subject.spec.exchanges:
        alternate = routed.router.sources[name].alternate
        if alternate is not None and alternate not in leading:
            message = f"the alternate {alternate!r} leads to no queue, so what it gets is lost: bind a queue to it"
            yield routed.subject.finding("W273", message, "exchanges", name, "alternate")


def _reaches_none(router: Router, target: DeadLetters, leading: set[str]) -> bool:
    if target.exchange and target.exchange not in leading:
        return True
    if target.key is None:
        return False
    trace = deliver(router, Letter(target.exchange, (target.key,), {}))
    # What headers a dead letter has is not known, so where bindings ask for them nothing is.
    by_headers = any(hop.type == "headers" and router.sources[hop.exchange].bindings for hop in trace.hops)
    return trace.unroutable and not by_headers


def _way_out(router: Router, target: DeadLetters) -> str:
    if not target.exchange:
        return "let the key name a queue"
    return "bind a queue there for them" if target.exchange in router.sources else "declare the exchange"


def _leading_to_queues(router: Router) -> set[str]:
    """Return the exchanges from which any way leads to a queue."""
    before: dict[str, list[str]] = {}
    waiting = []
    for name, source in router.sources.items():
        onward = [one.destination for one in source.bindings if one.to_exchange]
        for destination in (*onward, *([source.alternate] if source.alternate is not None else [])):
            before.setdefault(destination, []).append(name)
        if len(onward) < len(source.bindings):
            waiting.append(name)
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += before.get(name, [])
    return found


def _first_deaths(routed: Routed) -> Iterator[tuple[str, Letter, Reason]]:
    """Yield queues that give up messages by themselves, with a message that may be in them.

    Where the queue says the key of its dead letters any message will do, else one of a declared event that comes there.
    """
    keyless = set()
    for name, queue in routed.router.topology.queues.items():
        target = effective.dead_letters(queue, routed.router.policies)
        reason = _reason(routed.router, name)
        if target and reason and name in routed.subject.spec.queues:
            if target.key is None:
                keyless.add(name)
            else:
                yield name, Letter("", (name,), {}), reason
    for name, letter in _arrivals(routed) if keyless else ():
        reason = _reason(routed.router, name)
        if name in keyless and reason:
            yield name, letter, reason


def _arrivals(routed: Routed) -> Iterator[tuple[str, Letter]]:
    """Yield where declared events come, by one payload of each."""
    for event in routed.subject.spec.events.values():
        contract = routed.subject.contracts.get(event.schema or "")
        tried = (address(event, payload) for payload in payloads(event, contract, (), 5))
        message = next((one for one in tried if isinstance(one, Message)), None)
        trace = route(routed.router, message) if message else None
        if trace and trace.letter:
            yield from ((name, trace.letter) for name in trace.queues)


def _reason(router: Router, name: str) -> Reason | None:
    """Say why a queue gives up messages without a consumer, None where it does not."""
    queue = router.topology.queues[name]
    if effective.message_ttl(queue, router.policies, router.operators) is not None:
        return "expired"
    drops = queue.arguments.get("x-overflow") != "reject-publish"
    return "maxlen" if drops and any(limit in queue.arguments for limit in _LIMITS) else None
