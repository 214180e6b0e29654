"""Looks at a spec's part of a broker again and again: few requests each time, and nothing that is changed."""

import os
import time
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from edatool.broker.http.condition import NodeState, read_nodes
from edatool.broker.http.statistics import (
    Counting,
    QueueCounts,
    Unroutable,
    read_counting,
    read_minorities,
    read_queue_counts,
    read_unroutable,
)
from edatool.broker.session import Session
from edatool.change.deploy.drifting import read_drift
from edatool.change.deploy.wanted import Wanted, wanted
from edatool.errors import BrokerError, BrokerUnreachable, NeedsPerson
from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.spec.alerting import Alerts
from edatool.watch.around import drift_troubles, node_troubles, outbox_troubles, unroutable_troubles
from edatool.watch.outboxes import look_into
from edatool.watch.roles import Role, roles
from edatool.watch.status import DriftCount, QueueStatus, Status
from edatool.watch.surprises import Surprise, surprises
from edatool.watch.troubles import queue_troubles

REMEMBERED = 30
"""How many looks are remembered: depths of queues, and what was unroutable."""
_SELDOM = 30.0
"""Seconds for which drift and policies count: to compare all objects takes more than to count messages."""


@frozen
class _Spec:
    """What follows from the spec alone."""

    wanted: Wanted
    routes: Routes
    roles: Mapping[str, Role]


@frozen
class _Compared:
    """What is looked at seldom; None where it cannot be seen."""

    until: float
    counting: Counting
    drift: DriftCount | None
    surprises: Mapping[str, Sequence[Surprise]] | None
    unseen: tuple[str, ...]


class Watch:
    """Looks at a spec's part of a vhost; ``outboxes`` are files, or URLs of databases, that are looked at as well."""

    def __init__(self, routes: Routes, vhost: Session, outboxes: Sequence[str | os.PathLike[str]] = ()) -> None:
        self._given, self._vhost, self._outboxes = routes, vhost, outboxes
        self._spec: _Spec | None = None
        self._compared: _Compared | None = None
        self._unroutable: deque[Unroutable] = deque(maxlen=REMEMBERED)
        self._depths: dict[str, deque[int]] = defaultdict(lambda: deque(maxlen=REMEMBERED))

    @property
    def spec(self) -> str:
        """The name of the spec."""
        return self._given.spec.name

    @property
    def vhost(self) -> str:
        """The name of the vhost."""
        return self._vhost.vhost

    def look(self) -> Status:
        """Return how all of it is now.

        Raises:
            BrokerError: the management API does not answer, or not as it should, or refuses the user.
        """
        if self._vhost.address.management is None:
            raise BrokerUnreachable("the status is seen by the management API only: name it with --management")
        nodes, unseen = self._read_nodes()
        spec = self._spec = self._spec or self._read_spec()
        compared = self._compared = self._compare(spec)
        counts = self._count(nodes, compared.counting)
        unroutable = read_unroutable(self._vhost.http)
        if unroutable:
            self._unroutable.append(unroutable)
        outboxes = tuple(map(look_into, self._outboxes))
        queues = [self._queue(name, spec, counts.get(name), compared) for name in spec.roles]
        troubles = (
            *(pair for one in nodes for pair in node_troubles(one)),
            *unroutable_troubles(self._unroutable),
            *drift_troubles(compared.drift),
            *(pair for one in outboxes for pair in outbox_troubles(one, spec.routes.spec.alerts)),
        )
        return Status(
            spec.routes.spec.name,
            self._vhost.vhost,
            datetime.now(UTC),
            tuple(sorted(troubles, key=lambda pair: pair[1].rank)),
            tuple(sorted(queues, key=_urgency)),
            unroutable,
            compared.drift,
            None if compared.surprises is None else sum(map(len, compared.surprises.values())),
            outboxes,
            (*unseen, *compared.unseen),
        )

    def _read_spec(self) -> _Spec:
        """Return the spec with the types that the vhost gives to queues which name none."""
        found = wanted(self._given, self._vhost, os.environ)
        assert found.declared
        return _Spec(found, found.declared, roles(found.declared))

    def _queue(self, name: str, spec: _Spec, counts: QueueCounts | None, compared: _Compared) -> QueueStatus:
        declared, role = spec.routes.spec.queues.get(name), spec.roles[name]
        alerts = declared.alerts if declared else Alerts()
        if role == "events":
            alerts = alerts.over(spec.routes.spec.alerts)
        age, age_unknown = _age(counts)
        self._depths[name].append(counts.messages or 0 if counts else 0)
        owner, depths = declared.owner if declared else None, tuple(self._depths[name])
        found = QueueStatus(name, role, owner, counts, age, age_unknown, alerts, depths)
        return replace(found, troubles=queue_troubles(found, (compared.surprises or {}).get(name, ())))

    def _read_nodes(self) -> tuple[list[NodeState], list[str]]:
        nodes = read_nodes(self._vhost.http)
        if nodes is None:
            return [], [f"alarms and nodes: {self._lacking('monitoring')}"]
        return nodes, []

    def _count(self, nodes: Sequence[NodeState], counting: Counting) -> dict[str, QueueCounts]:
        counts = read_queue_counts(self._vhost.http, counting)
        if all(one.running for one in nodes):
            return counts
        down = read_minorities(self._vhost.http)
        return {name: replace(one, state="minority") if name in down else one for name, one in counts.items()}

    def _lacking(self, tag: str) -> str:
        return f"{self._vhost.http.user!r} lacks the tag {tag}"

    def _compare(self, spec: _Spec) -> _Compared:
        if self._compared and time.monotonic() < self._compared.until:
            return self._compared
        begun, counting = time.monotonic(), read_counting(self._vhost.http)
        unseen = list(_uncounted(counting))
        drift, found = None, None
        try:
            drifted = read_drift(self._vhost, spec.wanted)
            drift = DriftCount(len(drifted.drifts), len(drifted.unapplied))
        except (NeedsPerson, BrokerError) as error:
            unseen.append(f"drift: {error}")
        finally:
            self._vhost.hang_up()
        if {"policymaker", "administrator"}.isdisjoint(self._vhost.http.read_tags()):
            unseen.append(f"policies: {self._lacking('policymaker')}")
        else:
            found = defaultdict(list)
            http = self._vhost.http
            for one in surprises(spec.routes.topology, http.read_policies(), http.read_operator_policies()):
                found[one.queue].append(one)
        took = time.monotonic() - begun
        return _Compared(time.monotonic() + max(_SELDOM, 10 * took), counting, drift, found, tuple(unseen))


def _uncounted(counting: Counting) -> Iterator[str]:
    if not counting.statistics:
        disabling = "management.disable_stats, or management_agent.disable_metrics_collector"
        yield f"consumers, ages and rates: the broker counts none ({disabling})"
    elif not counting.rates:
        yield "rates: the broker counts none (management.rates_mode)"


def _age(counts: QueueCounts | None) -> tuple[float | None, str | None]:
    """Return how long the oldest message of a queue waits, in seconds, or why that cannot be known."""
    if counts is None or not counts.messages:
        return None, None
    if counts.type != "classic":
        return None, "RabbitMQ tells the age of messages of classic queues only"
    if counts.head is None:
        return None, "its first message says no time, or a consumer has it"
    return max(0.0, time.time() - counts.head), None


def _urgency(one: QueueStatus) -> tuple[bool, tuple[str, int], int, str]:
    """Return what sorts queues: by their worst trouble, then by how much is in them."""
    rank = one.troubles[0].rank if one.troubles else ("", 0)
    return not one.troubles, rank, -((one.counts and one.counts.messages) or 0), one.name
