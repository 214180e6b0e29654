"""A declared name starts with ``amq.``, which AMQP 0-9-1 reserves for the broker, or is edatool's mark."""

from edatool.checks.found import Found, at_key
from edatool.checks.names import declared_names
from edatool.checks.subject import Subject
from edatool.routing.definitions.definitions import MARK


def find(subject: Subject) -> Found:
    for kind, name in declared_names(subject):
        if kind == "exchanges" and name == MARK:
            yield at_key(kind, name), f"{name!r} is a name that edatool uses: choose another"
        if kind in ("exchanges", "queues") and name.startswith("amq."):
            yield at_key(kind, name), f"{name!r} is a name reserved for the broker: choose another"
