"""Messages that expire or overflow go in a circle, which RabbitMQ ends by dropping them.

A circle that a consumer is part of, by rejecting or publishing again, is none of these (see W274). Lead them to a queue
that keeps them.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {message_ttl: 1h, dead_letter: {exchange: "", key: late-orders}}
      late-orders: {message_ttl: 1h, dead_letter: {exchange: "", key: orders}}

    $ edatool validate
    routes.yaml:4:3: W272 dead letters go in the circle orders -> late-orders -> orders, in which RabbitMQ drops them: lead them to a queue that keeps them

Good:

    edatool: 1
    name: shop
    queues:
      orders: {message_ttl: 1h, dead_letter: {exchange: "", key: late-orders}}
      late-orders: {}
"""

from collections.abc import Iterator

from edatool.checks.found import Found, at_key
from edatool.checks.routed import Routed
from edatool.routing import effective
from edatool.routing.addressing import address
from edatool.routing.journey import journeys
from edatool.routing.message import Letter, Message, Reason
from edatool.routing.reach.witnesses import payloads
from edatool.routing.router import Router
from edatool.routing.simulate import route

_LIMITS = ("x-max-length", "x-max-length-bytes")


def find(routed: Routed) -> Found:
    found = set()
    for queue, letter, reason in _first_deaths(routed):
        ways = journeys(routed.router, letter, queue, reason)
        for way in ways if all(way.lost for way in ways) else ():
            if way.loop and frozenset(way.loop) not in found:
                found.add(frozenset(way.loop))
                circle = " -> ".join(way.loop)
                way_out = "lead them to a queue that keeps them"
                message = f"dead letters go in the circle {circle}, in which RabbitMQ drops them: {way_out}"
                yield at_key("queues", queue), message


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
