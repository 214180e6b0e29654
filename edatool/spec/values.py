"""The values that RabbitMQ takes of queues' and exchanges' arguments, and of the settings of policies.

Where the versions differ, or RabbitMQ takes anything, nothing stands here. Measured on RabbitMQ 3.10.8, 4.0.5 and
4.3.6.
"""

import json
from collections.abc import Mapping

from edatool.spec.arguments import ARGUMENTS, amqp_name
from edatool.spec.quantity import AGE, DURATION, SIZE
from edatool.spec.shape import Boolean, Choice, Integer, Quantity, Shape, Text, accepts, expected

_SENT_AS: Mapping[Shape, Shape] = {
    DURATION: Integer(),
    SIZE: Integer(),
    AGE: Quantity(("Y", "M", "D", "h", "m", "s"), "an age such as 7D or 12h"),
}
_NAME = Text(least=0)
_OF_BOTH: Mapping[str, Shape] = {
    **{amqp_name(name)[2:]: _SENT_AS.get(one.shape, one.shape) for name, one in ARGUMENTS.items()},
    "expires": Integer(1),
    "max-priority": Integer(0, 255),
    "queue-leader-locator": Choice(("client-local", "balanced", "random", "least-leaders", "min-masters")),
    "dead-letter-exchange": _NAME,
    "dead-letter-routing-key": _NAME,
    "dead-letter-strategy": Choice(("at-most-once", "at-least-once")),
    "single-active-consumer": Boolean(),
}
# Some versions take anything for these.
_ANY_ARGUMENT = ("delivery-limit", "queue-mode", "queue-master-locator", "delayed-retry-type")
_ANY_NUMBER = ("delayed-retry-min", "delayed-retry-max", "consumer-timeout", "consumer-disconnected-timeout")

ARGUMENT_VALUES: Mapping[str, Shape] = {
    f"x-{name}": shape for name, shape in _OF_BOTH.items() if name not in (*_ANY_ARGUMENT, *_ANY_NUMBER)
}
"""By the argument's name on the broker."""

EXCHANGE_VALUES: Mapping[str, Shape] = {"alternate-exchange": _NAME}
"""Those of exchanges."""

SETTING_VALUES: Mapping[str, Shape] = {
    **{name: shape for name, shape in _OF_BOTH.items() if name != "delayed-retry-type"},
    **EXCHANGE_VALUES,
    "delivery-limit": Integer(-(2**63)),
    "initial-cluster-size": Integer(),
    "target-group-size": Integer(1),
    "ha-mode": Choice(("all", "exactly", "nodes")),
}
"""By the setting's name in policies."""


def refusal(values: Mapping[str, Shape], name: str, value: object) -> str | None:
    """Say that RabbitMQ refuses a value, and what it needs; None where it takes it."""
    shape = values.get(name)
    if shape is None or accepts(shape, value):
        return None
    return f"RabbitMQ refuses {json.dumps(value, ensure_ascii=False)} as {name}: {expected(shape)} is needed"
