"""The arguments of queues that RabbitMQ knows, each under a readable name.

The rule for the name is RabbitMQ's own without ``x-`` and with underscores: ``x-max-length`` is ``max_length``.
The server refuses an argument of another type, and silently ignores one that no type knows. Which queue type takes
which argument is measured on RabbitMQ 3.10.8, 4.0.5 and 4.3.6; what changed between these, the release notes date.
"""

from collections.abc import Mapping

from edatool.spec.quantity import AGE, DURATION, SIZE
from edatool.spec.rabbitmq.argument import Argument
from edatool.spec.rabbitmq.history import (
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
from edatool.spec.shape import Boolean, Integer, Json, OneOf, Shape, Text

TRANSIENT_UNTIL = (4, 3)
"""From here on RabbitMQ refuses queues neither durable nor exclusive, unless its configuration permits them."""

CLASSIC, QUORUM, STREAM = "classic", "quorum", "stream"
QUEUE_TYPES = (CLASSIC, QUORUM, STREAM)

_CLASSIC, _QUORUM, _STREAM = frozenset((CLASSIC,)), frozenset((QUORUM,)), frozenset((STREAM,))
_BOTH, _ALL = _CLASSIC | _QUORUM, frozenset(QUEUE_TYPES)
_ONCE_IGNORED: History = ((OLDEST, IGNORED), ((4, 3), REFUSED))
"""What no type knew before a version that has it for another type; unknown arguments are ignored."""
_SINCE_4_3 = since((4, 3))
_QUORUM_SINCE_4_3 = {CLASSIC: _ONCE_IGNORED, QUORUM: since((4, 3), IGNORED), STREAM: _ONCE_IGNORED}
_QUORUM_UNTIL_4_0 = {QUORUM: until((4, 0), IGNORED)}
_ON_DISK = "remove it, for quorum queues keep messages on disk"


_TEN_YEARS = 10 * 365 * 24 * 3600 * 1000
"""The longest time that RabbitMQ takes as an argument, in milliseconds; in policies it takes any."""


def _limit(
    shape: Shape, types: frozenset[str], about: str, sent: Shape | None = None, in_policies: Shape | None = None
) -> Argument:
    return Argument(
        shape,
        types,
        about,
        sent,
        policy=ALWAYS_TAKEN,
        operator=ALWAYS_TAKEN,
        sent_in_policies=in_policies,
        lowest=True,
        bounds=True,
        in_place=True,
    )


ARGUMENTS: Mapping[str, Argument] = {
    "message_ttl": _limit(
        DURATION, _BOTH, "how long a message may wait before it expires", Integer(0, _TEN_YEARS), in_policies=Integer()
    ),
    "expires": _limit(
        DURATION,
        _BOTH,
        "how long the queue may be unused before it is deleted",
        Integer(1, _TEN_YEARS),
        in_policies=Integer(1),
    ),
    "max_length": _limit(Integer(), _BOTH, "the most messages that may wait"),
    "max_length_bytes": _limit(SIZE, _ALL, "the most bytes of bodies that may wait"),
    "overflow": Argument(
        OneOf(("drop-head", "reject-publish", "reject-publish-dlx")),
        _BOTH,
        "what happens to a message when the queue is full",
        policy=ALWAYS_TAKEN,
        operator=since((3, 12, 7)),
        policy_first=_QUORUM,
        in_place=True,
    ),
    "single_active_consumer": Argument(Boolean(), _BOTH, "one consumer at a time, the others stand by"),
    "max_priority": Argument(Integer(1, 255), _CLASSIC, "the highest message priority", sent=Integer(0, 255)),
    "queue_mode": Argument(
        OneOf(("default", "lazy")),
        _CLASSIC,
        "lazy keeps messages on disk (before RabbitMQ 3.12)",
        unchecked=True,
        policy=ALWAYS_TAKEN,
        changed={CLASSIC: until((3, 12), IGNORED)},
        instead="remove it, for all classic queues are lazy",
    ),
    "queue_version": Argument(
        OneOf((1, 2)),
        _CLASSIC,
        "the version of the storage format",
        policy=ALWAYS_TAKEN,
        operator=since((3, 12, 7)),
        changed_values={1: ((OLDEST, TAKEN), ((4, 0), IGNORED), ((4, 3), REFUSED))},
        instead="leave it out, for all classic queues are of version 2",
    ),
    "queue_master_locator": Argument(
        OneOf(("min-masters", "client-local", "random")),
        _CLASSIC,
        "where the leader is placed (older name)",
        unchecked=True,
        policy=until((4, 3)),
        operator=((OLDEST, REFUSED), ((4, 0), TAKEN), ((4, 3), REFUSED)),
        changed={CLASSIC: until((4, 3))},
        instead="use queue-leader-locator",
        feature="queue_master_locator",
    ),
    "queue_leader_locator": Argument(
        OneOf(("client-local", "balanced")),
        _ALL,
        "where the leader is placed",
        sent=OneOf(("client-local", "balanced", "random", "least-leaders", "min-masters")),
        policy=ALWAYS_TAKEN,
        changed={CLASSIC: since((4, 0))},
    ),
    "delivery_limit": Argument(
        Integer(-1),
        _QUORUM,
        "how often a message may be redelivered; -1 is without limit",
        unchecked=True,
        policy=ALWAYS_TAKEN,
        operator=ALWAYS_TAKEN,
        sent_in_policies=Integer(-(2**63)),
        changed_in_policies={-1: since((4, 0))},
        lowest=True,
        bounds=True,
        in_place=True,
    ),
    "quorum_initial_group_size": Argument(Integer(1), _QUORUM, "how many replicas the queue starts with"),
    "max_in_memory_length": Argument(
        Integer(),
        _QUORUM,
        "the most messages kept in memory (before RabbitMQ 4.0)",
        policy=ALWAYS_TAKEN,
        operator=ALWAYS_TAKEN,
        changed=_QUORUM_UNTIL_4_0,
        instead=_ON_DISK,
        lowest=True,
    ),
    "max_in_memory_bytes": Argument(
        SIZE,
        _QUORUM,
        "the most bytes kept in memory (before RabbitMQ 4.0)",
        policy=ALWAYS_TAKEN,
        operator=ALWAYS_TAKEN,
        changed=_QUORUM_UNTIL_4_0,
        instead=_ON_DISK,
        lowest=True,
    ),
    "consumer_timeout": Argument(
        DURATION,
        _QUORUM,
        "how long a consumer may hold a message (since RabbitMQ 3.12; before 4.3 classic queues too)",
        unchecked=True,
        policy=since((3, 12)),
        changed={
            CLASSIC: ((OLDEST, IGNORED), ((3, 12), TAKEN), ((4, 3), REFUSED)),
            QUORUM: since((3, 12), IGNORED),
            STREAM: _ONCE_IGNORED,
        },
    ),
    "consumer_disconnected_timeout": Argument(
        DURATION,
        _QUORUM,
        "how long an unreachable consumer keeps its messages (RabbitMQ 4.3 and later)",
        unchecked=True,
        policy=_SINCE_4_3,
        changed=_QUORUM_SINCE_4_3,
    ),
    "delayed_retry_type": Argument(
        Text(),
        _QUORUM,
        "which redeliveries wait (RabbitMQ 4.3 and later)",
        sent=Json(),
        policy=_SINCE_4_3,
        operator=_SINCE_4_3,
        changed=_QUORUM_SINCE_4_3,
    ),
    "delayed_retry_min": Argument(
        DURATION,
        _QUORUM,
        "the shortest wait before a redelivery (RabbitMQ 4.3 and later)",
        unchecked=True,
        policy=_SINCE_4_3,
        operator=_SINCE_4_3,
        changed=_QUORUM_SINCE_4_3,
    ),
    "delayed_retry_max": Argument(
        DURATION,
        _QUORUM,
        "the longest wait before a redelivery (RabbitMQ 4.3 and later)",
        unchecked=True,
        policy=_SINCE_4_3,
        operator=_SINCE_4_3,
        changed=_QUORUM_SINCE_4_3,
    ),
    "max_age": Argument(AGE, _STREAM, "how long messages are kept", policy=ALWAYS_TAKEN, bounds=True, in_place=True),
    "stream_max_segment_size_bytes": Argument(SIZE, _STREAM, "the size of a segment file", policy=ALWAYS_TAKEN),
    "stream_filter_size_bytes": Argument(
        Integer(16, 255),
        _STREAM,
        "the size of the filter of a chunk, in bytes",
        policy=since((3, 13)),
        changed={CLASSIC: _ONCE_IGNORED, QUORUM: _ONCE_IGNORED, STREAM: since((3, 13), IGNORED)},
    ),
    "initial_cluster_size": Argument(
        Integer(1), _STREAM, "how many replicas the stream starts with", policy=ALWAYS_TAKEN, sent_in_policies=Integer()
    ),
}
"""Those that are fields of a queue in the spec, by the field's name."""

_SAID_OTHERWISE: Mapping[str, Argument] = {
    "queue_type": Argument(OneOf(QUEUE_TYPES), _ALL, "classic, quorum or stream", sent=Json()),
    "dead_letter_exchange": Argument(
        Text(least=0), _BOTH, "where messages go that die", policy=ALWAYS_TAKEN, in_place=True
    ),
    "dead_letter_routing_key": Argument(
        Text(least=0), _BOTH, "the key of messages that die", policy=ALWAYS_TAKEN, in_place=True
    ),
    "dead_letter_strategy": Argument(
        OneOf(("at-most-once", "at-least-once")),
        _QUORUM,
        "whether messages that die may be lost",
        policy=ALWAYS_TAKEN,
        in_place=True,
    ),
}
"""Those that other fields of a queue become."""


def amqp_name(name: str) -> str:
    """Return the argument's name on the broker, ``max_length`` as ``x-max-length``."""
    return "x-" + name.replace("_", "-")


KNOWN: Mapping[str, Argument] = {amqp_name(name): one for name, one in {**ARGUMENTS, **_SAID_OTHERWISE}.items()}
"""All arguments that RabbitMQ knows, by their names there."""


def argument_history(name: str, queue_type: str, value: object = None) -> History:
    """Return what the versions make of an argument, by its name on the broker, for a type of queues.

    Without a value, of an argument that has one that is good.
    """
    known = KNOWN.get(name)
    if known is None:
        return ALWAYS_IGNORED
    if isinstance(value, int) and value in known.changed_values and queue_type in known.types:
        return known.changed_values[value]
    if queue_type in known.changed:
        return known.changed[queue_type]
    return ALWAYS_TAKEN if queue_type in known.types else ALWAYS_REFUSED


def setting_named(name: str) -> Argument | None:
    """Return the argument that a setting of policies stands for, ``x-max-length`` for ``max-length``."""
    return KNOWN.get(f"x-{name}")
