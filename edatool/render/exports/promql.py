"""Expressions of Prometheus about the queues of a spec.

Metrics that begin with ``rabbitmq_detailed_`` are those of RabbitMQ's plugin rabbitmq_prometheus at
``/metrics/detailed?family=queue_coarse_metrics&family=queue_consumer_count``; the others are of
``edatool status --prometheus``.
"""

import re
from collections.abc import Iterable
from json import dumps

_SPECIAL = re.compile(r"[\\.+*?()|\[\]{}^$]")


def quoted(text: str) -> str:
    """Return a string literal."""
    return dumps(text, ensure_ascii=False)


def ours(spec: str, vhost: str, **labels: str) -> str:
    """Return what selects the metrics of edatool for a spec on a vhost."""
    said = {"spec": spec, "vhost": vhost, **labels}
    return "{" + ", ".join(f"{name}={quoted(value)}" for name, value in said.items()) + "}"


def depth(vhost: str, queues: Iterable[str]) -> str:
    """Return how many messages are in each of these queues, whichever node tells it."""
    return _of_each("messages", vhost, queues)


def consumers(vhost: str, queues: Iterable[str]) -> str:
    """Return how many consumers each of these queues has."""
    return _of_each("consumers", vhost, queues)


def _of_each(what: str, vhost: str, queues: Iterable[str]) -> str:
    # RE2's expressions for names; Prometheus matches them as a whole.
    names = "|".join(_SPECIAL.sub(r"\\\g<0>", name) for name in queues)
    return f"max by (vhost, queue) (rabbitmq_detailed_queue_{what}{{vhost={quoted(vhost)}, queue=~{quoted(names)}}})"
