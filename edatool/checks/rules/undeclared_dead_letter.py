"""Dead letters go to an exchange or a queue that is not declared.

RabbitMQ takes any name, and drops dead letters in silence while there is nothing of that name. Declare it, or correct
the name; to a queue lead `exchange: ""` and its name as `key`. `by_error` names queues.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {dead_letter: {exchange: dead}}

    $ edatool validate
    routes.yaml:4:36: E203 the exchange 'dead' is not declared: declare it under exchanges, or name one that is

Good:

    edatool: 1
    name: shop
    exchanges:
      dead: {type: fanout}
    queues:
      orders: {dead_letter: {exchange: dead}}
      dead-orders: {}
    bindings:
      - {queue: dead-orders, exchange: dead}
"""

from edatool.checks.found import Found
from edatool.checks.subject import Subject
from edatool.checks.undeclared import undeclared_exchange, undeclared_queue


def find(subject: Subject) -> Found:
    queues = subject.topology_queues
    for queue in subject.spec.queues.values():
        letter = queue.dead_letter
        if letter and letter.exchange:
            yield from undeclared_exchange(subject, letter.exchange, "queues", queue.name, "dead_letter", "exchange")
        named = ("queues", queue.name, "dead_letter", "exchange") not in subject.lost
        if letter and not letter.exchange and letter.key is not None and named:
            yield from undeclared_queue(subject, letter.key, queues, "queues", queue.name, "dead_letter", "key")
        for error, name in letter.by_error.items() if letter else ():
            yield from undeclared_queue(subject, name, queues, "queues", queue.name, "dead_letter", "by_error", error)
    aside = subject.spec.router.dead_letter
    if aside and aside.exchange:
        yield from undeclared_exchange(subject, aside.exchange, "router", "dead_letter", "exchange")
    if aside and not aside.exchange:
        yield from undeclared_queue(subject, aside.key or "", queues, "router", "dead_letter", "key")
