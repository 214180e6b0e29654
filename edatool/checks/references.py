"""Names that lead nowhere."""

from collections.abc import Collection

from edatool.checks.subject import Findings, Subject
from edatool.routing.bindings import BUILT_IN
from edatool.spec.shape import shown
from edatool.spec.spec import RoutingTest
from edatool.spec.text import Path


def event_exchanges(subject: Subject) -> Findings:
    """E201: an event is published to an exchange that is not declared."""
    for event in subject.spec.events.values():
        if not event.exchange:
            message = f"the event {shown(event.name)} has no exchange: name the one it is published to"
            yield subject.about_key("E201", message, "events", event.name)
        else:
            yield from _exchange(subject, "E201", event.exchange, "events", event.name, "exchange")


def alternates(subject: Subject) -> Findings:
    """E202: an alternate exchange that is not declared; RabbitMQ would drop what it should get."""
    for exchange in subject.spec.exchanges.values():
        if exchange.alternate:
            yield from _exchange(subject, "E202", exchange.alternate, "exchanges", exchange.name, "alternate")


def dead_letters(subject: Subject) -> Findings:
    """E203: a dead-letter exchange that is not declared; RabbitMQ would drop the message silently."""
    queues = subject.topology_queues
    for queue in subject.spec.queues.values():
        letter = queue.dead_letter
        if letter and letter.exchange:
            yield from _exchange(subject, "E203", letter.exchange, "queues", queue.name, "dead_letter", "exchange")
        named = ("queues", queue.name, "dead_letter", "exchange") not in subject.lost
        if letter and not letter.exchange and letter.key is not None and named:
            yield from _queue(subject, "E203", letter.key, queues, "queues", queue.name, "dead_letter", "key")
    aside = subject.spec.router.dead_letter
    if aside and aside.exchange:
        yield from _exchange(subject, "E203", aside.exchange, "router", "dead_letter", "exchange")
    if aside and not aside.exchange:
        yield from _queue(subject, "E203", aside.key or "", queues, "router", "dead_letter", "key")


def bindings(subject: Subject) -> Findings:
    """E204: a binding names an event, exchange or queue that is not declared."""
    for one in subject.spec.bindings:
        for index, name in enumerate(one.events):
            yield from _event(subject, "E204", name, *one.path, "events", index)
        for key, exchange in (("exchange", one.exchange), ("to_exchange", one.to_exchange)):
            if exchange:
                yield from _exchange(subject, "E204", exchange, *one.path, key)
        if one.queue:
            yield from _queue(subject, "E204", one.queue, subject.spec.queues, *one.path, "queue")


def filters(subject: Subject) -> Findings:
    """E205: a binding names a filter that is not declared."""
    declared = subject.spec.filters
    for one in subject.spec.bindings:
        if isinstance(one.filter, str) and one.filter not in declared and not subject.is_lost("filters", one.filter):
            message = _undeclared(subject, "filter", one.filter, declared)
            yield subject.finding("E205", message, *one.path, "filter")


def tests(subject: Subject) -> Findings:
    """E206: a routing test names an event, exchange, queue or example that is not there."""
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
                yield from _queue(subject, "E206", queue, known, *test.path, *path)


def _test_messages(subject: Subject, test: RoutingTest) -> Findings:
    if test.message and test.message.exchange:
        yield from _exchange(subject, "E206", test.message.exchange, *test.path, "message", "exchange")
    if test.publish is None:
        return
    event = subject.spec.events.get(test.publish)
    if event is None:
        yield from _event(subject, "E206", test.publish, *test.path, "publish")
    elif test.example is not None:
        contract = subject.contracts.get(event.schema or "")
        there = len(contract.examples) if contract else 0
        if test.example >= there and (contract or event.schema is None):
            message = f"the schema of {event.name!r} has {there} examples, and none of number {test.example}"
            yield subject.finding("E206", f"{message}: give a payload", *test.path, "example")


def _event(subject: Subject, code: str, name: str, *path: str | int) -> Findings:
    if name not in subject.spec.events and not subject.is_lost("events", name):
        yield subject.finding(code, _undeclared(subject, "event", name, subject.spec.events), *path)


def _exchange(subject: Subject, code: str, name: str, *path: str | int) -> Findings:
    if subject.exchange_type(name) is None and not subject.is_lost("exchanges", name):
        known = [*subject.spec.exchanges, *BUILT_IN]
        yield subject.finding(code, _undeclared(subject, "exchange", name, known), *path)


def _queue(subject: Subject, code: str, name: str, known: Collection[str], *path: str | int) -> Findings:
    if name not in known and not subject.is_lost("queues", name):
        yield subject.finding(code, _undeclared(subject, "queue", name, subject.spec.queues), *path)


def _undeclared(subject: Subject, kind: str, name: str, declared: Collection[str]) -> str:
    way_out = subject.nearest.way_out(name, declared, f"declare it under {kind}s, or name one that is")
    return f"the {kind} {shown(name)} is not declared: {way_out}"
