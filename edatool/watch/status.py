"""How a spec's part of a broker is just now, with what is wrong, the worst first."""

from datetime import datetime
from typing import Literal, get_args

from edatool.broker.http.statistics import QueueCounts, Unroutable
from edatool.frozen import frozen
from edatool.runtime.outbox.status import OutboxStatus
from edatool.spec.alerting import Alerts
from edatool.watch.roles import Role

Severity = Literal["alert", "notice"]
Kind = Literal[
    "alarm",
    "node",
    "partition",
    "missing",
    "down",
    "depth",
    "age",
    "consumers",
    "unread",
    "growing",
    "dead-letters",
    "unroutable",
    "router",
    "policy",
    "drift",
    "outbox",
]
"""The worst first."""
_RANKS = {kind: rank for rank, kind in enumerate(get_args(Kind))}


@frozen
class Trouble:
    """What is wrong, in a few words without its subject, and the words of the ``edatool`` command to type next.

    ``alert`` is what nobody can call right: a threshold of the spec is passed, or the broker is not as it has to be;
    ``notice`` is what somebody should look at.
    """

    kind: Kind
    severity: Severity
    what: str
    next: tuple[str, ...]

    @property
    def rank(self) -> tuple[str, int]:
        """What sorts troubles, the worst first."""
        return self.severity, _RANKS[self.kind]


About = tuple[str, Trouble]
"""A trouble with what it is about, a queue or such as ``node rabbit@host``."""


@frozen
class QueueStatus:
    """A declared queue; ``counts`` is None where it is missing.

    ``age`` is that of its oldest message in seconds; where there are messages and it is None, ``age_unknown`` says why.
    ``depths`` are how many messages it held at the last looks, the newest last.
    """

    name: str
    role: Role
    owner: str | None
    counts: QueueCounts | None
    age: float | None
    age_unknown: str | None
    alerts: Alerts
    depths: tuple[int, ...]
    troubles: tuple[Trouble, ...] = ()


@frozen
class WatchedOutbox:
    """An outbox under its name, without a password; ``state`` is None where it cannot be read, for ``unread``."""

    name: str
    state: OutboxStatus | None
    unread: str | None = None


@frozen
class DriftCount:
    """How many objects somebody changed since the last apply, and how many the spec declares otherwise than that."""

    drifted: int
    unapplied: int


@frozen
class Status:
    """The status of a spec on a vhost ``at`` a time.

    ``troubles`` are those of no single queue. ``queues`` begin with those that are in trouble. ``surprises`` counts
    settings that policies of others say. ``unroutable``, ``drift`` and ``surprises`` are None where they cannot be
    seen; ``unseen`` says why, a sentence for each thing that this user or this broker does not show.
    """

    spec: str
    vhost: str
    at: datetime
    troubles: tuple[About, ...]
    queues: tuple[QueueStatus, ...]
    unroutable: Unroutable | None
    drift: DriftCount | None
    surprises: int | None
    outboxes: tuple[WatchedOutbox, ...]
    unseen: tuple[str, ...]

    @property
    def every(self) -> tuple[About, ...]:
        """All troubles, the worst first."""
        of_queues = ((one.name, trouble) for one in self.queues for trouble in one.troubles)
        return tuple(sorted((*self.troubles, *of_queues), key=lambda pair: pair[1].rank))

    @property
    def alarming(self) -> bool:
        """Whether there is an alert."""
        return any(trouble.severity == "alert" for _, trouble in self.every)
