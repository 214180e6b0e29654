"""An inbox forgets events that may still come again.

An event may come again after all retries of its queue and, from the dead letters that expire, until they do. What the
inbox has forgotten by then has its effect a second time. Let `retention` be longer.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {dead_letter: {exchange: "", key: dead}, retry: [1m, 2h]}
      dead: {message_ttl: 14d}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
    consumers:
      order-service: {queue: orders, inbox: {sqlite: orders.db, retention: 3d}}

    $ edatool validate
    routes.yaml:9:72: W507 an event of 'orders' may come again for 14d and 121m, by its retries and from the dead letters in 'dead', and is forgotten after 3d: let retention be 15d

Good:

    edatool: 1
    name: shop
    queues:
      orders: {dead_letter: {exchange: "", key: dead}, retry: [1m, 2h]}
      dead: {message_ttl: 14d}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
    consumers:
      order-service: {queue: orders, inbox: {sqlite: orders.db, retention: 15d}}
"""

from collections.abc import Iterator

from edatool.checks.found import Found, at
from edatool.checks.routed import Routed
from edatool.routing import effective
from edatool.routing.message import Letter
from edatool.routing.router import Router
from edatool.routing.simulate import deliver
from edatool.spec.quantity import as_duration

_DAY = 24 * 3_600_000


def find(routed: Routed) -> Found:
    for consumer in routed.subject.spec.consumers.values():
        for name in consumer.queues if consumer.inbox else ():
            retries = sum(routed.subject.spec.queues[name].retry) if name in routed.subject.spec.queues else 0
            kept, place = max(_dead_letters(routed, name), default=(0, ""))
            retention = int(consumer.inbox.retention * 1000) if consumer.inbox else 0
            if retries + kept > retention:
                times = " and ".join(as_duration(one) for one in (kept, retries) if one)
                why = [*(["by its retries"] * bool(retries)), *([f"from the dead letters in {place!r}"] * bool(kept))]
                message = (
                    f"an event of {name!r} may come again for {times}, {' and '.join(why)}, "
                    f"and is forgotten after {as_duration(retention)}: "
                    f"let retention be {(retries + kept) // _DAY + 1}d"
                )
                yield at("consumers", consumer.name, "inbox", "retention"), message


def _dead_letters(routed: Routed, name: str) -> Iterator[tuple[int, str]]:
    """Yield how long dead letters of a queue wait, in milliseconds, and where; only where that has an end."""
    router = routed.router
    for target in routed.spread.targets.get(name, ()):
        if not target.exchange or target.exchange in router.sources:
            trace = deliver(router, Letter(target.exchange, (target.key or "",), {}))
            times = ((_ttl(router, place), place) for place in trace.queues)
            yield from ((time, place) for time, place in times if time is not None)


def _ttl(router: Router, queue: str) -> int | None:
    return effective.message_ttl(router.topology.queues[queue], router.policies, router.operators)
