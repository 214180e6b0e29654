"""The spec says how much a rule counts, or where it is ignored, that is not there.

So what was meant counts as before. `edatool explain` lists all rules; each is known by its code and by its name.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
    checks:
      severity: {unreachable-queues: error}

    $ edatool validate
    routes.yaml:8:14: W701 there is no rule 'unreachable-queues': did you mean 'unreachable-queue'?

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, key: order.placed}
    checks:
      severity: {unreachable-queue: error}
"""

from edatool.checks.catalogue import CATALOGUE, rule_named
from edatool.checks.found import Found, at_key
from edatool.checks.subject import Subject
from edatool.spec.nearest import Nearest


def find(subject: Subject) -> Found:
    for word in subject.spec.checks.severity:
        if not rule_named(word):
            yield at_key("checks", "severity", word), sentence(word, subject.nearest)


def sentence(word: str, nearest: Nearest) -> str:
    way_out = nearest.way_out(word, (one.name for one in CATALOGUE), "edatool explain lists all")
    return f"there is no rule {word!r}: {way_out}"
