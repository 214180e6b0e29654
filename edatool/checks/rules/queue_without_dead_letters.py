"""A queue has no dead letters, and is for none itself.

What a consumer rejects is dropped, and from RabbitMQ 4.0 on also what a quorum queue has redelivered 20 times. Give it a
`dead_letter`. Off by default; for a queue with retries, or that a declared consumer reads, other rules say so always.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    checks:
      severity: {queue-without-dead-letters: warning}

    $ edatool validate
    routes.yaml:4:3: W257 what is rejected in 'orders' is dropped: give it a dead_letter

Good:

    edatool: 1
    name: shop
    queues:
      orders: {dead_letter: {exchange: "", key: dead}}
      dead: {}
    checks:
      severity: {queue-without-dead-letters: warning}
"""

from edatool.checks.found import Found, at_key
from edatool.checks.routed import Routed
from edatool.routing import effective
from edatool.routing.router import Router


def find(routed: Routed) -> Found:
    router, spec = routed.router, routed.subject.spec
    last = _last(router)
    for name, one in spec.queues.items():
        told = one.external or one.retry or name in spec.readers or name in last or one.type == "stream"
        if not told and not effective.dead_letters(router.topology.queues[name], router.policies):
            yield at_key("queues", name), f"what is rejected in {name!r} is dropped: give it a dead_letter"


def _last(router: Router) -> set[str]:
    """Return the queues that dead letters, or what an exchange cannot route, may come to."""
    found = set()
    waiting = [source.alternate for source in router.sources.values() if source.alternate]
    for queue in router.topology.queues.values():
        target = effective.dead_letters(queue, router.policies)
        if target and target.exchange:
            waiting.append(target.exchange)
        elif target and target.key:
            found.add(target.key)
    seen = set()
    while waiting:
        name = waiting.pop()
        if name in router.sources and name not in seen:
            seen.add(name)
            for binding in router.sources[name].bindings:
                waiting.append(binding.destination) if binding.to_exchange else found.add(binding.destination)
    return found
