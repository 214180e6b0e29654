"""The arguments of queues that RabbitMQ knows, each under a readable name.

The rule for the name is RabbitMQ's own without ``x-`` and with underscores: ``x-max-length`` is ``max_length``.
The server refuses an argument of another type, and silently ignores one that no type knows. Which queue type takes
which argument is measured on RabbitMQ 3.10.8, 4.0.5 and 4.3.6; what changed between these, the release notes date.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from edatool.spec.history import (
    ALWAYS_IGNORED,
    ALWAYS_REFUSED,
    ALWAYS_TAKEN,
    IGNORED,
    OLDEST,
    REFUSED,
    TAKEN,
    History,
    since,
    until,
)
from edatool.spec.quantity import AGE, DURATION, SIZE, milliseconds, size_in_bytes, stream_age
from edatool.spec.shape import Boolean, Choice, Integer, Shape, Text

TRANSIENT_UNTIL = (4, 3)
"""From here on RabbitMQ refuses queues neither durable nor exclusive, unless its configuration permits them."""

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
    "consumer_timeout": _of(
        DURATION, QUORUM, "how long a consumer may hold a message (since RabbitMQ 3.12; before 4.3 classic queues too)"
    ),
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

_ONCE_IGNORED: History = ((OLDEST, IGNORED), ((4, 3), REFUSED))
"""What no type knew before a version that has it for another type; unknown arguments are ignored."""
_QUORUM_SINCE_4_3 = {
    CLASSIC: _ONCE_IGNORED,
    QUORUM: since((4, 3), IGNORED),
    STREAM: _ONCE_IGNORED,
}

_CHANGED: Mapping[str, Mapping[str, History]] = {
    "x-consumer-timeout": {
        CLASSIC: ((OLDEST, IGNORED), ((3, 12), TAKEN), ((4, 3), REFUSED)),
        QUORUM: since((3, 12), IGNORED),
        STREAM: _ONCE_IGNORED,
    },
    "x-consumer-disconnected-timeout": _QUORUM_SINCE_4_3,
    "x-delayed-retry-type": _QUORUM_SINCE_4_3,
    "x-delayed-retry-min": _QUORUM_SINCE_4_3,
    "x-delayed-retry-max": _QUORUM_SINCE_4_3,
    "x-stream-filter-size-bytes": {
        CLASSIC: _ONCE_IGNORED,
        QUORUM: _ONCE_IGNORED,
        STREAM: since((3, 13), IGNORED),
    },
    "x-queue-leader-locator": {CLASSIC: since((4, 0))},
    "x-queue-master-locator": {CLASSIC: until((4, 3))},
    "x-queue-mode": {CLASSIC: until((3, 12), IGNORED)},
    "x-max-in-memory-length": {QUORUM: until((4, 0), IGNORED)},
    "x-max-in-memory-bytes": {QUORUM: until((4, 0), IGNORED)},
}
"""What is not the same in all versions, by the argument's name on the broker and the queue's type."""

_CHANGED_VALUES: Mapping[tuple[str, object], History] = {
    ("x-queue-version", 1): ((OLDEST, TAKEN), ((4, 0), IGNORED), ((4, 3), REFUSED)),
}
"""Single values that are not the same in all versions, in a queue that takes the argument."""


def argument_history(name: str, queue_type: str, value: object = None) -> History:
    """Return what the versions make of an argument, by its name on the broker, for a type of queues.

    Without a value, of an argument that has one that is good.
    """
    types = KNOWN_TO.get(name)
    of_value = _CHANGED_VALUES.get((name, value)) if isinstance(value, int) else None
    if of_value and types and queue_type in types:
        return of_value
    changed = _CHANGED.get(name, {}).get(queue_type)
    if changed:
        return changed
    if types is None:
        return ALWAYS_IGNORED
    return ALWAYS_TAKEN if queue_type in types else ALWAYS_REFUSED


INSTEAD: Mapping[str, str] = {
    "queue-version": "leave it out, for all classic queues are of version 2",
    "queue-master-locator": "use queue-leader-locator",
    "queue-mode": "remove it, for all classic queues are lazy",
    "max-in-memory-length": "remove it, for quorum queues keep messages on disk",
    "max-in-memory-bytes": "remove it, for quorum queues keep messages on disk",
}
"""What to do instead of something that went, by its name in policies."""
