"""A routing test names an event, exchange, queue, source, delivery or example that is not there.

The test could never tell anything. Correct the name; `example` counts the examples of the event's schema from 0.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
    tests:
      - {name: orders get their events, message: {exchange: amq.topic, key: order.placed}, expect: [oders]}

    $ edatool validate
    routes.yaml:8:97: E206 the queue 'oders' is not declared: did you mean 'orders'?

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
    tests:
      - {name: orders get their events, message: {exchange: amq.topic, key: order.placed}, expect: [orders]}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject
from edatool.checks.undeclared import undeclared, undeclared_event, undeclared_exchange, undeclared_queue
from edatool.spec.spec import RoutingTest
from edatool.spec.yaml_document import Path


def find(subject: Subject) -> Found:
    known = subject.topology_queues
    for test in subject.spec.tests:
        yield from _test_messages(subject, test)
        at_least = () if test.expect.kind == "exactly" else ("at_least",)
        queues: list[tuple[Path, str]] = [
            (("expect", *at_least, index), queue) for index, queue in enumerate(test.expect.queues)
        ]
        after = test.dead_letter
        if after:
            queues.append((("dead_letter", "queue"), after.queue))
            queues += [(("dead_letter", "expect", index), queue) for index, queue in enumerate(after.expect)]
        for path, queue in queues:
            if queue:
                yield from undeclared_queue(subject, queue, known, *test.path, *path)


def _test_messages(subject: Subject, test: RoutingTest) -> Found:
    if test.message and test.message.exchange:
        yield from undeclared_exchange(subject, test.message.exchange, *test.path, "message", "exchange")
    sources = subject.spec.sources
    if test.receive and test.receive.source not in sources and not subject.is_lost("sources", test.receive.source):
        place = at(*test.path, "receive", "source")
        yield place, undeclared(subject, "source", test.receive.source, sources)
    if test.event is not None:
        yield from undeclared_event(subject, test.event, *test.path, "event")
    deliveries = subject.spec.deliveries
    named: list[tuple[Path, str]] = [
        *((("requests", index, "delivery"), one.delivery) for index, one in enumerate(test.requests)),
        *((("filtered", index), name) for index, name in enumerate(test.filtered)),
    ]
    for path, name in named:
        if name not in deliveries and not subject.is_lost("deliveries", name):
            yield at(*test.path, *path), undeclared(subject, "delivery", name, deliveries, "deliveries")
    if test.publish is None:
        return
    event = subject.spec.events.get(test.publish)
    if event is None:
        yield from undeclared_event(subject, test.publish, *test.path, "publish")
    elif test.example is not None:
        contract = subject.contracts.get(event.schema or "")
        there = len(contract.examples) if contract else 0
        if test.example >= there and (contract or event.schema is None):
            message = f"the schema of {event.name!r} has {there} examples, and none of number {test.example}"
            yield at(*test.path, "example"), f"{message}: give a payload"
