"""An exchange has a type that RabbitMQ has not, and that is nearly the name of one it has.

RabbitMQ refuses an exchange of a type that it does not know. Types of plugins, which begin with `x-`, are accepted.
`edatool validate --fix` corrects capital letters and an `s` too many or too few; what is less like a type may mean another.

Bad:

    edatool: 1
    name: shop
    exchanges:
      events: {type: topics}

    $ edatool validate
    routes.yaml:4:18: E207 RabbitMQ has no exchange type 'topics': did you mean topic?

Good:

    edatool: 1
    name: shop
    exchanges:
      events: {type: topic}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject
from edatool.findings import ReplaceValue
from edatool.spec.rabbitmq.exchange_types import EXCHANGE_TYPES

_OF_NO_PLUGIN = [name for name in EXCHANGE_TYPES if not name.startswith("x-")]


def find(subject: Subject) -> Found:
    for exchange in subject.spec.exchanges.values():
        if exchange.type and exchange.type not in _OF_NO_PLUGIN and not exchange.type.startswith("x-"):
            near = subject.nearest.to(exchange.type.strip().lower(), _OF_NO_PLUGIN)
            if near:
                message = f"RabbitMQ has no exchange type {exchange.type!r}: did you mean {near}?"
                path = ("exchanges", exchange.name, "type")
                yield at(*path), message, ReplaceValue(path, near) if _same(near, exchange.type) else None


def _same(one: str, other: str) -> bool:
    return one.rstrip("s") == other.strip().lower().rstrip("s")
