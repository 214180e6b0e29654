"""A queue has no limit: no length, no time for its messages or itself, nor a policy that says one.

While nobody consumes it grows until memory or disk is full, and the broker takes no message from anybody. Say `max_length`,
`max_length_bytes`, `message_ttl` or `expires`, or bound all by an operator policy. Off by default.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    checks:
      severity: {queue-without-limit: warning}

    $ edatool validate
    routes.yaml:4:3: W256 'orders' grows without limit while nobody consumes: say max_length

Good:

    edatool: 1
    name: shop
    queues:
      orders: {max_length: 100000, overflow: reject-publish}
    checks:
      severity: {queue-without-limit: warning}
"""

from edatool.checks.found import Found, at_key
from edatool.checks.routed import Routed

_LIMITS = {"max-length", "max-length-bytes", "message-ttl", "expires"}


def find(routed: Routed) -> Found:
    for name, one in routed.subject.spec.queues.items():
        bounded = any(setting.name in _LIMITS for setting in routed.settings[name])
        if not (bounded or one.external or one.type == "stream"):
            yield at_key("queues", name), f"{name!r} grows without limit while nobody consumes: say max_length"
