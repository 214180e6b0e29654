"""A stream has no retention: neither `max_age` nor `max_length_bytes`, nor a policy that says them.

Consumers take nothing out of a stream, so it grows until the disk is full, and a broker whose disk is full takes no message
from anybody. Say how long or how much it keeps.

Bad:

    edatool: 1
    name: shop
    queues:
      history: {type: stream}

    $ edatool validate
    routes.yaml:4:3: W254 the stream 'history' keeps everything until the disk is full: say max_age or max_length_bytes

Good:

    edatool: 1
    name: shop
    queues:
      history: {type: stream, max_age: 30d}
"""

from edatool.checks.found import Found, at_key
from edatool.checks.routed import Routed

_RETENTION = {"max-age", "max-length-bytes"}


def find(routed: Routed) -> Found:
    for name, one in routed.subject.spec.queues.items():
        bounded = any(setting.name in _RETENTION for setting in routed.settings[name])
        if one.type == "stream" and not (bounded or one.external):
            message = f"the stream {name!r} keeps everything until the disk is full: say max_age or max_length_bytes"
            yield at_key("queues", name), message
