"""The types of exchanges that RabbitMQ has, by itself or with a plugin.

Measured on RabbitMQ 3.10.8, 4.0.5 and 4.3.6, but for the delayed exchange, whose plugin comes from elsewhere.
"""

from collections.abc import Mapping

from edatool.frozen import frozen
from edatool.spec.rabbitmq.history import OLDEST, Version

DELAYED = "x-delayed-message"
DELAYED_TYPE = "x-delayed-type"
"""The argument that says as which type a delayed exchange routes."""


def routes_as(exchange_type: str, arguments: Mapping[str, object]) -> str:
    """Return the type by whose rules an exchange routes: a delayed one says that itself, and only waits before."""
    inner = arguments.get(DELAYED_TYPE)
    return inner if exchange_type == DELAYED and isinstance(inner, str) else exchange_type


@frozen
class Availability:
    """The version that has a type built in, and the plugin that has it before; ``until`` no plugin runs any more."""

    built_in: Version | None = None
    plugin: str | None = None
    until: Version | None = None


EXCHANGE_TYPES: Mapping[str, Availability] = {
    "topic": Availability(OLDEST),
    "direct": Availability(OLDEST),
    "fanout": Availability(OLDEST),
    "headers": Availability(OLDEST),
    "x-local-random": Availability((4, 0)),
    "x-modulus-hash": Availability((4, 3), "rabbitmq_sharding"),
    "x-consistent-hash": Availability(plugin="rabbitmq_consistent_hash_exchange"),
    "x-random": Availability(plugin="rabbitmq_random_exchange"),
    "x-recent-history": Availability(plugin="rabbitmq_recent_history_exchange"),
    "x-jms-topic": Availability(plugin="rabbitmq_jms_topic_exchange"),
    DELAYED: Availability(plugin="rabbitmq_delayed_message_exchange", until=(4, 3)),
}
