"""An alternate exchange that is not declared; RabbitMQ would drop what it should get."""

from edatool.checks.found import Found
from edatool.checks.subject import Subject
from edatool.checks.undeclared import undeclared_exchange


def find(subject: Subject) -> Found:
    for exchange in subject.spec.exchanges.values():
        if exchange.alternate:
            yield from undeclared_exchange(subject, exchange.alternate, "exchanges", exchange.name, "alternate")
