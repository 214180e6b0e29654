"""The values that RabbitMQ takes of queues' and exchanges' arguments, and of the settings of policies.

Where the versions differ, or RabbitMQ takes anything, nothing stands here. Measured on RabbitMQ 3.10.8, 4.0.5 and
4.3.6.
"""

import json
from collections.abc import Mapping

from edatool.spec.rabbitmq.arguments import KNOWN
from edatool.spec.shape import Integer, OneOf, Shape, Text, accepts, expected

ARGUMENT_VALUES: Mapping[str, Shape] = {name: one.value for name, one in KNOWN.items() if not one.unchecked}
"""By the argument's name on the broker."""

EXCHANGE_VALUES: Mapping[str, Shape] = {"alternate-exchange": Text(least=0)}
"""Those of exchanges."""

SETTING_VALUES: Mapping[str, Shape] = {
    **{name.removeprefix("x-"): one.setting for name, one in KNOWN.items()},
    **EXCHANGE_VALUES,
    "target-group-size": Integer(1),
    "ha-mode": OneOf(("all", "exactly", "nodes")),
}
"""By the setting's name in policies."""


def refusal(values: Mapping[str, Shape], name: str, value: object) -> str | None:
    """Say that RabbitMQ refuses a value, and what it needs; None where it takes it."""
    shape = values.get(name)
    if shape is None or accepts(shape, value):
        return None
    return f"RabbitMQ refuses {json.dumps(value, ensure_ascii=False)} as {name}: {expected(shape)} is needed"
