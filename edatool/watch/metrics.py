"""What Prometheus sees of a status: what RabbitMQ's own exporter cannot know. Labels are names of the spec."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from edatool.errors import BrokerError, WrongUsage
from edatool.silent import silent
from edatool.watch.status import QueueStatus, Status
from edatool.watch.watch import Watch

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.core import Metric


def registry_of(
    watch: Watch, every: float, on_note: Callable[[str], None] = silent
) -> tuple["CollectorRegistry", Callable[[], bool]]:
    """Return a registry that looks when it is asked, though not again within ``every`` seconds; and whether it could.

    ``on_note`` is told when the broker cannot be asked any more, why, and when it can again.

    Raises:
        WrongUsage: prometheus_client is not installed.
    """
    try:
        from prometheus_client import CollectorRegistry  # noqa: PLC0415 - for those who want metrics
    except ImportError:
        raise WrongUsage("metrics take prometheus_client: install edatool-rabbitmq[metrics]") from None
    looks = _Looks(watch, every, on_note)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(looks))
    return registry, lambda: looks.newest() is not None


class _Looks:
    """The newest status, None where the broker cannot be asked; for any thread."""

    def __init__(self, watch: Watch, every: float, on_note: Callable[[str], None]) -> None:
        self._watch, self._every, self._on_note = watch, every, on_note
        self._is_lost = False
        self.of = (watch.spec, watch.vhost)
        self._lock = threading.Lock()
        self._status: Status | None = None
        self._until = 0.0

    def newest(self) -> Status | None:
        with self._lock:
            if time.monotonic() >= self._until:
                self._status = self._look()
                self._until = time.monotonic() + self._every
            return self._status

    def _look(self) -> Status | None:
        was_lost, self._is_lost = self._is_lost, False
        try:
            found = self._watch.look()
        except BrokerError as error:
            self._is_lost = True
            if not was_lost:
                self._on_note(f"the broker cannot be asked: {error}")
            return None
        if was_lost:
            self._on_note("the broker answers again")
        return found


class _Collector:
    """Makes metrics of the newest status when Prometheus asks."""

    def __init__(self, looks: _Looks) -> None:
        self._looks = looks

    def describe(self) -> "list[Metric]":
        """Say nothing beforehand, so that nobody looks before Prometheus asks."""
        return []

    def collect(self) -> "Iterator[Metric]":
        """Yield all metrics; only that the broker cannot be asked, where that is so."""
        from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415 - for those who want metrics

        status = self._looks.newest()
        up = GaugeMetricFamily("edatool_status_up", "Whether the broker could be asked.", labels=("spec", "vhost"))
        up.add_metric(self._looks.of, int(status is not None))
        yield up
        if status:
            yield from _of_queues(status)
            yield from _around(status)


def _of_queues(status: Status) -> "Iterator[Metric]":
    from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415 - for those who want metrics

    where = (status.spec, status.vhost)
    labels = ("spec", "vhost", "queue")
    missing = GaugeMetricFamily("edatool_queue_missing", "Whether a declared queue is not there.", labels=labels)
    age = GaugeMetricFamily(
        "edatool_queue_head_age_seconds", "How long the oldest message waits, where that can be known.", labels=labels
    )
    past = GaugeMetricFamily(
        "edatool_queue_alert", "Whether a queue is past this threshold of the spec.", labels=(*labels, "threshold")
    )
    for one in status.queues:
        missing.add_metric((*where, one.name), int(one.counts is None))
        if _knows_age(one):
            age.add_metric((*where, one.name), one.age or 0.0)
        for threshold, is_past in _thresholds(one):
            past.add_metric((*where, one.name, threshold), int(is_past))
    yield from (missing, age, past)


def _knows_age(one: QueueStatus) -> bool:
    return one.counts is not None and one.counts.messages is not None and one.age_unknown is None


def _thresholds(one: QueueStatus) -> Iterator[tuple[str, bool]]:
    """Yield the thresholds of a queue of which it is known whether it is past them."""
    if one.counts is None:
        return
    known = {
        "depth": one.counts.messages is not None,
        "age": _knows_age(one),
        "consumers": one.counts.consumers is not None,
    }
    passed = {trouble.kind for trouble in one.troubles}
    for threshold, is_known in known.items():
        if is_known and getattr(one.alerts, threshold) is not None:
            yield threshold, threshold in passed


def _around(status: Status) -> "Iterator[Metric]":
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily  # noqa: PLC0415 - as above

    where = (status.spec, status.vhost)
    labels = ("spec", "vhost")
    if status.drift:
        drift = GaugeMetricFamily(
            "edatool_drift_objects",
            "Objects that are not as the spec or its last apply says.",
            labels=(*labels, "kind"),
        )
        drift.add_metric((*where, "drifted"), status.drift.drifted)
        drift.add_metric((*where, "unapplied"), status.drift.unapplied)
        yield drift
    if status.surprises is not None:
        surprises = GaugeMetricFamily(
            "edatool_policy_surprises", "Settings of queues that a policy says otherwise than the spec.", labels=labels
        )
        surprises.add_metric(where, status.surprises)
        yield surprises
    if status.unroutable:
        unroutable = CounterMetricFamily(
            "edatool_unroutable_messages",
            "Messages to the vhost that no queue was bound for.",
            labels=(*labels, "fate"),
        )
        unroutable.add_metric((*where, "dropped"), status.unroutable.dropped)
        unroutable.add_metric((*where, "returned"), status.unroutable.returned)
        yield unroutable
    waiting = GaugeMetricFamily("edatool_outbox_messages", "Messages in an outbox.", labels=("outbox", "state"))
    age = GaugeMetricFamily("edatool_outbox_age_seconds", "How long the oldest of them waits.", labels=("outbox",))
    for one in status.outboxes:
        if one.state:
            waiting.add_metric((one.name, "waiting"), one.state.waiting)
            waiting.add_metric((one.name, "parked"), one.state.parked_messages)
            age.add_metric((one.name,), one.state.age or 0.0)
    yield from (waiting, age)
