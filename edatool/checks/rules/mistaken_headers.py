"""A match on headers stands where nothing looks at headers, or matches otherwise than it looks.

Only headers exchanges look at headers. `x-match` is all, any, all-with-x or any-with-x; a binding to a headers
exchange that names no header gets every message.

Bad:

    edatool: 1
    name: shop
    exchanges:
      events: {type: topic}
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: events, key: "#", headers: {tier: gold}}

    $ edatool validate
    routes.yaml:8:58: E233 'events' is a topic exchange, which does not look at headers: use key or keys

Good:

    edatool: 1
    name: shop
    exchanges:
      events: {type: headers}
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: events, headers: {tier: gold}}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject

_MATCHES = ("all", "any", "all-with-x", "any-with-x")


def find(subject: Subject) -> Found:
    for one in subject.spec.bindings:
        kind = subject.exchange_type(one.exchange) if one.exchange else None
        reads_headers = subject.type_of(one.exchange or "").reads_headers
        # One without a type is an error of its own (exchange-without-type).
        if one.headers and kind and not reads_headers:
            message = f"{one.exchange!r} is a {kind} exchange, which does not look at headers: use key or keys"
            yield at(*one.path, "headers"), message
        if reads_headers and one.headers.get("x-match", "all") not in _MATCHES:
            yield at(*one.path, "headers", "x-match"), f"x-match is one of {', '.join(_MATCHES)}"
        if reads_headers and not (one.headers or one.arguments):
            message = "a binding to a headers exchange without headers gets every message: say what to match"
            yield at(*one.path, "exchange"), message
