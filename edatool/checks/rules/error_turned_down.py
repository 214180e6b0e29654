"""The spec turns down or ignores what is an error.

A spec with an error cannot be acted on: RabbitMQ would refuse it, or it says what nobody can carry out. So errors stay
errors; what can be turned down are warnings, whose codes begin with W.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
    checks:
      severity: {E204: warning}

    $ edatool validate
    routes.yaml:8:14: W702 E204 stays an error, for a spec with it cannot be acted on: remove this

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
    checks:
      severity: {W262: warning}
"""

from edatool.checks.catalogue import rule_named
from edatool.checks.found import Found, at_key
from edatool.checks.subject import Subject


def find(subject: Subject) -> Found:
    for word, severity in subject.spec.checks.severity.items():
        rule = rule_named(word)
        if rule and rule.severity == "error" and severity != "error":
            yield at_key("checks", "severity", word), sentence(word)


def sentence(word: str) -> str:
    return f"{word} stays an error, for a spec with it cannot be acted on: remove this"
