"""Names that lead nowhere."""

import difflib
from collections.abc import Iterable

from edatool.checks.subject import Findings, Subject
from edatool.routing.bindings import BUILT_IN
from edatool.spec.spec import RoutingTest
from edatool.spec.text import Path


def event_exchanges(subject: Subject) -> Findings:
    """E201: an event is published to an exchange that is not declared."""
    for event in subject.spec.events.values():
        if not event.exchange:
            message = f"the event {event.name!r} has no exchange: name the one it is published to"
            yield subject.about_key("E201", message, "events", event.name)
        elif subject.exchange_type(event.exchange) is None:
            message = _undeclared("exchange", event.exchange, subject.spec.exchanges)
            yield subject.finding("E201", message, "events", event.name, "exchange")


def alternates(subject: Subject) -> Findings:
    """E202: an alternate exchange that is not declared; RabbitMQ would drop what it should get."""
    for exchange in subject.spec.exchanges.values():
        if exchange.alternate and subject.exchange_type(exchange.alternate) is None:
            message = _undeclared("exchange", exchange.alternate, subject.spec.exchanges)
            yield subject.finding("E202", message, "exchanges", exchange.name, "alternate")


def dead_letters(subject: Subject) -> Findings:
    """E203: a dead-letter exchange that is not declared; RabbitMQ would drop the message silently."""
    queues = subject.topology_queues
    for queue in subject.spec.queues.values():
        letter = queue.dead_letter
        if letter and letter.exchange and subject.exchange_type(letter.exchange) is None:
            message = _undeclared("exchange", letter.exchange, subject.spec.exchanges)
            yield subject.finding("E203", message, "queues", queue.name, "dead_letter", "exchange")
        if letter and not letter.exchange and letter.key is not None and letter.key not in queues:
            message = _undeclared("queue", letter.key, subject.spec.queues)
            yield subject.finding("E203", message, "queues", queue.name, "dead_letter", "key")
    aside = subject.spec.router.dead_letter
    if aside and aside.exchange and subject.exchange_type(aside.exchange) is None:
        message = _undeclared("exchange", aside.exchange, subject.spec.exchanges)
        yield subject.finding("E203", message, "router", "dead_letter", "exchange")
    if aside and not aside.exchange and aside.key not in queues:
        message = _undeclared("queue", aside.key or "", subject.spec.queues)
        yield subject.finding("E203", message, "router", "dead_letter", "key")


def bindings(subject: Subject) -> Findings:
    """E204: a binding names an event, exchange or queue that is not declared."""
    spec = subject.spec
    for one in spec.bindings:
        for index, name in enumerate(one.events):
            if name not in spec.events:
                yield subject.finding("E204", _undeclared("event", name, spec.events), *one.path, "events", index)
        for key, exchange in (("exchange", one.exchange), ("to_exchange", one.to_exchange)):
            if exchange and subject.exchange_type(exchange) is None:
                yield subject.finding("E204", _undeclared("exchange", exchange, spec.exchanges), *one.path, key)
        if one.queue and one.queue not in spec.queues:
            yield subject.finding("E204", _undeclared("queue", one.queue, spec.queues), *one.path, "queue")


def filters(subject: Subject) -> Findings:
    """E205: a binding names a filter that is not declared."""
    for one in subject.spec.bindings:
        if isinstance(one.filter, str) and one.filter not in subject.spec.filters:
            yield subject.finding("E205", _undeclared("filter", one.filter, subject.spec.filters), *one.path, "filter")


def tests(subject: Subject) -> Findings:
    """E206: a routing test names an event, exchange, queue or example that is not there."""
    for test in subject.spec.tests:
        yield from _test_messages(subject, test)
        queues: list[tuple[Path, str]] = [(("expect", i), queue) for i, queue in enumerate(test.expect.queues)]
        after = test.dead_letter
        if after:
            queues.append((("dead_letter", "queue"), after.queue))
            queues += [(("dead_letter", "expect", index), queue) for index, queue in enumerate(after.expect)]
        for path, queue in queues:
            if queue and queue not in subject.topology_queues:
                yield subject.finding("E206", _undeclared("queue", queue, subject.spec.queues), *test.path, *path)


def _test_messages(subject: Subject, test: RoutingTest) -> Findings:
    spec = subject.spec
    if test.message and test.message.exchange and subject.exchange_type(test.message.exchange) is None:
        message = _undeclared("exchange", test.message.exchange, spec.exchanges)
        yield subject.finding("E206", message, *test.path, "message", "exchange")
    if test.publish is None:
        return
    event = spec.events.get(test.publish)
    if event is None:
        yield subject.finding("E206", _undeclared("event", test.publish, spec.events), *test.path, "publish")
    elif test.example is not None:
        contract = subject.contracts.get(event.schema or "")
        there = len(contract.examples) if contract else 0
        if test.example >= there and (contract or event.schema is None):
            message = f"the schema of {event.name!r} has {there} examples, and none of number {test.example}"
            yield subject.finding("E206", f"{message}: give a payload", *test.path, "example")


def _undeclared(kind: str, name: str, declared: Iterable[str]) -> str:
    candidates = [*declared, *BUILT_IN] if kind == "exchange" else list(declared)
    near = difflib.get_close_matches(name, candidates, 1)
    way_out = f"did you mean {near[0]!r}?" if near else f"declare it under {kind}s, or name one that is"
    return f"the {kind} {name!r} is not declared: {way_out}"
