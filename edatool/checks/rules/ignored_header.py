"""A binding to a headers exchange asks for headers that RabbitMQ leaves out, for their names begin with `x-`.

With `x-match: all` (the default) and `any` such headers are not compared, so `{x-tenant: acme}` alone matches every
message, and with `any` none. Write `all-with-x` or `any-with-x`, or name the header without `x-`.

Bad:

    edatool: 1
    name: shop
    exchanges:
      events: {type: headers}
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: events, headers: {x-match: all, x-tenant: acme}}

    $ edatool validate
    routes.yaml:8:39: W237 with x-match: all the header x-tenant is not looked at, so it gets every message: write x-match: all-with-x

Good:

    edatool: 1
    name: shop
    exchanges:
      events: {type: headers}
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: events, headers: {x-match: all-with-x, x-tenant: acme}}
"""

from collections.abc import Mapping

from edatool.checks.found import Found, Spot, at_key
from edatool.checks.subject import Subject
from edatool.routing.exchange_types.headers_rule import rule
from edatool.spec.spec import Scalar


def find(subject: Subject) -> Found:
    for one in subject.spec.bindings:
        if one.exchange and subject.type_of(one.exchange).reads_headers:
            yield from _left_out(at_key(*one.path, "headers"), one.headers)


def _left_out(spot: Spot, headers: Mapping[str, Scalar]) -> Found:
    compared = rule(headers)
    names = {name for name, _ in compared.wanted}
    left_out = [name for name in headers if name != "x-match" and name not in names]
    match = "any" if compared.any else "all"
    gets = "" if names else f", so it gets {'no' if compared.any else 'every'} message"
    if left_out:
        yield (
            spot,
            f"with x-match: {match} the header {left_out[0]} is not looked at{gets}: write x-match: {match}-with-x",
        )
    elif compared.any and not names:
        yield spot, "x-match: any without a header gets no message: say what to match"
