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
        wrong_key = subject.type_of(one.exchange or "").wrong_key
        for index, key in enumerate(one.keys or ("",)):
            message = wrong_key(key) if wrong_key else None
            if message:
                yield at(*subject.key_path(one, index)), message
