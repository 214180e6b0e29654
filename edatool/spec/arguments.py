"""The arguments of queues that RabbitMQ knows, each under a readable name.

The rule for the name is RabbitMQ's own without ``x-`` and with underscores: ``x-max-length`` is ``max_length``.
Which queue type takes which argument was read from the capabilities of RabbitMQ 3.10, 4.0 and 4.3;
the server refuses an argument of another type, and silently ignores one that no type knows (both measured).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from edatool.spec.quantity import AGE, DURATION, SIZE, milliseconds, size_in_bytes, stream_age
from edatool.spec.shape import Boolean, Choice, Integer, Shape, Text

CLASSIC, QUORUM, STREAM = "classic", "quorum", "stream"
QUEUE_TYPES = (CLASSIC, QUORUM, STREAM)


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: its shape in the spec, the queue types that take it, and how its value is sent."""

    shape: Shape
    types: frozenset[str]
    about: str
    to_amqp: Callable[[Any], str | int | bool]


_CONVERSIONS: Mapping[Shape, Callable[[Any], str | int]] = {
    DURATION: milliseconds,
    SIZE: size_in_bytes,
    AGE: stream_age,
}


def _of(shape: Shape, types: str, about: str) -> Argument:
    return Argument(shape, frozenset(types.split()), about, _CONVERSIONS.get(shape, lambda value: value))


_BOTH, _ALL = "classic quorum", "classic quorum stream"

ARGUMENTS: Mapping[str, Argument] = {
    "message_ttl": _of(DURATION, _BOTH, "how long a message may wait before it expires"),
    "expires": _of(DURATION, _BOTH, "how long the queue may be unused before it is deleted"),
    "max_length": _of(Integer(), _BOTH, "the most messages that may wait"),
    "max_length_bytes": _of(SIZE, _ALL, "the most bytes of bodies that may wait"),
    "overflow": _of(
        Choice(("drop-head", "reject-publish", "reject-publish-dlx")),
        _BOTH,
        "what happens to a message when the queue is full",
    ),
    "single_active_consumer": _of(Boolean(), _BOTH, "one consumer at a time, the others stand by"),
    "max_priority": _of(Integer(1, 255), CLASSIC, "the highest message priority"),
    "queue_mode": _of(Choice(("default", "lazy")), CLASSIC, "lazy keeps messages on disk (before RabbitMQ 3.12)"),
    "queue_version": _of(Choice((1, 2)), CLASSIC, "the version of the storage format"),
    "queue_master_locator": _of(
        Choice(("min-masters", "client-local", "random")), CLASSIC, "where the leader is placed (older name)"
    ),
    "queue_leader_locator": _of(Choice(("client-local", "balanced")), _ALL, "where the leader is placed"),
    "delivery_limit": _of(Integer(-1), QUORUM, "how often a message may be redelivered; -1 is without limit"),
    "quorum_initial_group_size": _of(Integer(1), QUORUM, "how many replicas the queue starts with"),
    "max_in_memory_length": _of(Integer(), QUORUM, "the most messages kept in memory (before RabbitMQ 4.0)"),
    "max_in_memory_bytes": _of(SIZE, QUORUM, "the most bytes kept in memory (before RabbitMQ 4.0)"),
    "consumer_timeout": _of(DURATION, QUORUM, "how long a consumer may hold a message (RabbitMQ 4.3 and later)"),
    "consumer_disconnected_timeout": _of(
        DURATION, QUORUM, "how long an unreachable consumer keeps its messages (RabbitMQ 4.3 and later)"
    ),
    "delayed_retry_type": _of(Text(), QUORUM, "which redeliveries wait (RabbitMQ 4.3 and later)"),
    "delayed_retry_min": _of(DURATION, QUORUM, "the shortest wait before a redelivery (RabbitMQ 4.3 and later)"),
    "delayed_retry_max": _of(DURATION, QUORUM, "the longest wait before a redelivery (RabbitMQ 4.3 and later)"),
    "max_age": _of(AGE, STREAM, "how long messages are kept"),
    "stream_max_segment_size_bytes": _of(SIZE, STREAM, "the size of a segment file"),
    "stream_filter_size_bytes": _of(Integer(16, 255), STREAM, "the size of the filter of a chunk, in bytes"),
    "initial_cluster_size": _of(Integer(1), STREAM, "how many replicas the stream starts with"),
}

# What a queue's other fields become; they are written as fields, and are raw arguments of these types.
_OTHERS = {
    "x-queue-type": frozenset(QUEUE_TYPES),
    "x-dead-letter-exchange": frozenset((CLASSIC, QUORUM)),
    "x-dead-letter-routing-key": frozenset((CLASSIC, QUORUM)),
    "x-dead-letter-strategy": frozenset((QUORUM,)),
}


def amqp_name(name: str) -> str:
    """Return the argument's name on the broker, ``max_length`` as ``x-max-length``."""
    return "x-" + name.replace("_", "-")


KNOWN_TO: Mapping[str, frozenset[str]] = {amqp_name(name): one.types for name, one in ARGUMENTS.items()} | _OTHERS
"""The queue types that know an argument, by the argument's name on the broker."""
