"""A queue without consumers is deleted before its messages expire and become dead letters.

`expires` counts while nobody consumes, however much is published, and what is in the queue then goes with it: nothing of
that becomes a dead letter. Let `expires` be longer than `message_ttl`, or leave it out.

Bad:

    edatool: 1
    name: shop
    queues:
      wait: {type: classic, message_ttl: 1h, expires: 10m, dead_letter: {exchange: "", key: orders}}
      orders: {}

    $ edatool validate
    routes.yaml:4:51: W255 'wait' is deleted when nobody has consumed for 10m, and its messages with it: let expires be longer than message_ttl, 1h

Good:

    edatool: 1
    name: shop
    queues:
      wait: {type: classic, message_ttl: 1h, expires: 2h, dead_letter: {exchange: "", key: orders}}
      orders: {}
"""

from edatool.checks.found import Found, at
from edatool.checks.queue_places import place_of
from edatool.checks.routed import Routed
from edatool.routing import effective
from edatool.spec.quantity import as_duration


def find(routed: Routed) -> Found:
    router, read = routed.router, routed.subject.spec.readers
    for name, one in routed.subject.spec.queues.items():
        queue = router.topology.queues[name]
        if name not in read and effective.dead_letters(queue, router.policies):
            said = {each.name: each.holds.value for each in routed.settings[name]}
            expires, ttl = said.get("expires"), said.get("message-ttl")
            if isinstance(expires, int) and isinstance(ttl, int) and expires <= ttl:
                message = (
                    f"{name!r} is deleted when nobody has consumed for {as_duration(expires)}, and its messages with it"
                )
                way_out = f"let expires be longer than message_ttl, {as_duration(ttl)}"
                yield at(*place_of(routed.subject.spec, one, "x-expires")), f"{message}: {way_out}"
