"""The key of a binding to an x-consistent-hash exchange is not its weight.

This exchange reads the key of a binding as the share of messages that it gets: a whole number from 1 to 10000.

Bad:

    edatool: 1
    name: shop
    exchanges:
      shards: {type: x-consistent-hash}
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: shards, key: "order.#"}

    $ edatool validate
    routes.yaml:8:44: E234 the key is the weight here, a whole number from 1 to 10000, not 'order.#'

Good:

    edatool: 1
    name: shop
    exchanges:
      shards: {type: x-consistent-hash}
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: shards, key: "1"}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for one in subject.spec.bindings:
        if not one.exchange or subject.exchange_type(one.exchange) != "x-consistent-hash":
            continue
        for index, key in enumerate(one.keys or ("",)):
            if not (key.isascii() and key.isdigit() and 1 <= int(key[:6]) <= 10000):
                message = f"the key is the weight here, a whole number from 1 to 10000, not {key!r}"
                yield at(*subject.key_path(one, index)), message
