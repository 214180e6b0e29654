"""The types of exchanges that can be simulated, by name."""

from collections.abc import Mapping

from edatool.routing.exchange_types import (
    direct,
    fanout,
    headers,
    not_simulated,
    topic,
    x_consistent_hash,
    x_delayed_message,
    x_random,
)
from edatool.routing.exchange_types.exchange_type import ExchangeType
from edatool.spec.rabbitmq.exchange_types import DELAYED

TYPES: Mapping[str, ExchangeType] = {
    "direct": direct.TYPE,
    "fanout": fanout.TYPE,
    "topic": topic.TYPE,
    "headers": headers.TYPE,
    "x-consistent-hash": x_consistent_hash.TYPE,
    "x-random": x_random.TYPE,
    DELAYED: x_delayed_message.TYPE,
}


def type_named(name: str) -> ExchangeType:
    """Return the type of this name; of one that is not simulated, that nothing is known."""
    return TYPES.get(name, not_simulated.TYPE)
