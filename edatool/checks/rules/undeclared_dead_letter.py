"""Dead letters go to an exchange or a queue that is not declared.

RabbitMQ takes any name, and drops dead letters in silence while there is nothing of that name. Declare it, or correct
the name; to a queue lead `exchange: ""` and its name as `key`. In `by_error` a name alone is that of a queue.

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

from collections.abc import Iterator

from edatool.checks.found import Found
from edatool.checks.subject import Subject
from edatool.checks.undeclared import undeclared_exchange, undeclared_queue
from edatool.spec.spec import DeadLetter, DeadLetterTarget, Spec
from edatool.spec.yaml_document import Path


def find(subject: Subject) -> Found:
    queues = subject.topology_queues
    for path, to in _targets(subject.spec):
        if to.exchange:
            yield from undeclared_exchange(subject, to.exchange, *path, "exchange")
        elif to.key is not None and (*path, "exchange") not in subject.lost:
            yield from undeclared_queue(subject, to.key, queues, *path, "key")


def _targets(spec: Spec) -> Iterator[tuple[Path, DeadLetter | DeadLetterTarget]]:
    for queue in spec.queues.values():
        if queue.dead_letter:
            path = ("queues", queue.name, "dead_letter")
            yield path, queue.dead_letter
            yield from (((*path, "by_error", error), to) for error, to in queue.dead_letter.by_error.items())
    if spec.router.dead_letter:
        yield ("router", "dead_letter"), spec.router.dead_letter
