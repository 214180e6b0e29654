"""A dead-letter exchange that is not declared; RabbitMQ would drop the message silently."""

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
    aside = subject.spec.router.dead_letter
    if aside and aside.exchange:
        yield from undeclared_exchange(subject, aside.exchange, "router", "dead_letter", "exchange")
    if aside and not aside.exchange:
        yield from undeclared_queue(subject, aside.key or "", queues, "router", "dead_letter", "key")
