"""Two bindings are one on the broker.

Removing one of them would change nothing, to the surprise of whoever does. Keep one. `edatool validate --fix` keeps the
first where both say it alike in one file, without a variable.

Bad:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, keys: [order.placed, order.paid]}
      - {queue: orders, exchange: amq.topic, key: order.paid}

    $ edatool validate
    routes.yaml:7:5: W236 amq.topic -> queue orders [order.paid] is bound in routes.yaml:6:5 already: keep one

Good:

    edatool: 1
    name: shop
    queues:
      orders: {}
    bindings:
      - {queue: orders, exchange: amq.topic, keys: [order.placed, order.paid]}
"""

from edatool.checks.found import Found, at
from edatool.checks.subject import Subject
from edatool.findings import Remove
from edatool.routing.bindings import bindings_of
from edatool.spec.spec import SpecBinding
from edatool.spec.yaml_document import Path


def find(subject: Subject) -> Found:
    first: dict[object, SpecBinding] = {}
    for one in subject.spec.bindings:
        if any(subject.spec.events.get(name) is None for name in one.events):
            continue
        if any(subject.exchange_type(subject.spec.events[name].exchange) is None for name in one.events):
            continue
        rows = list(bindings_of(subject.spec, one))
        again = [
            (index, first[row.identity])
            for index, row in enumerate(rows)
            if first.setdefault(row.identity, one) is not one and first[row.identity].filter == one.filter
        ]
        for index, before in again:
            there = subject.spec.where(*before.path)
            correction = Remove(_path(subject, one, index, len(again)), before.path) if _alike(one, before) else None
            yield at(*one.path), f"{rows[index]} is bound in {there} already: keep one", correction


def _alike(one: SpecBinding, before: SpecBinding) -> bool:
    """Whether both would change alike with what they name."""
    return set(one.events) <= set(before.events) if one.events else not before.events


def _path(subject: Subject, one: SpecBinding, index: int, again: int) -> Path:
    """Return what says a binding: an item of several, or the whole."""
    if again == len(one.events or one.keys or ("",)):
        return one.path
    return (*one.path, "events", index) if one.events else subject.key_path(one, index)
