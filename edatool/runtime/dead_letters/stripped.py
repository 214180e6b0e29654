"""The headers that a message is published again without."""

from collections.abc import Mapping

from edatool.broker.consume.delivery import PASSED_BY
from edatool.broker.consume.receive import SENT_BY
from edatool.broker.properties import OF_QUEUES
from edatool.runtime.dead_letters.headers import OF_DEATH

OF_RABBITMQ = (
    "x-death",
    *(f"x-{which}-death-{what}" for which in ("first", "last") for what in ("queue", "reason", "exchange")),
)
"""What RabbitMQ writes on dead letters. Up to 3.12 it believes what a client publishes of it, and may drop a message
as one that goes in circles."""

NOT_AGAIN = (*OF_DEATH, *OF_RABBITMQ, *OF_QUEUES, PASSED_BY, SENT_BY, "CC", "BCC")
"""All headers of a death, and the keys that would lead copies elsewhere."""


def stripped(headers: Mapping[str, object]) -> dict[str, object]:
    """Return the headers without those."""
    return {name: value for name, value in headers.items() if name not in NOT_AGAIN}
