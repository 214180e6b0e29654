"""What Prometheus sees of a consumer, a router or a relay, by prometheus_client."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Optional
from weakref import WeakKeyDictionary

from edatool.errors import WrongUsage
from edatool.frozen import frozen

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
"""In seconds: from a handler that only counts to one that asks a slow service."""


@frozen
class Subject:
    """Who is measured: what it is called, ``things`` that it works on, their outcomes, what handling takes."""

    name: str
    things: str
    outcomes: Sequence[str]
    handling: str
    labels: Sequence[str] = ()


class Unmeasured:
    """In place of ``Measured`` where nobody asks."""

    def count(self, outcome: str) -> None:
        """Do nothing."""

    def took(self, seconds: float) -> None:
        """Do nothing."""

    def time(self) -> AbstractContextManager[object]:
        """Do nothing."""
        return nullcontext()

    def holds(self, in_flight: int, prefetch: int) -> None:
        """Do nothing."""


@frozen
class _Instruments:
    outcomes: "Counter"
    handling: "Histogram"
    in_flight: "Gauge"
    prefetch: "Gauge"


@dataclass(slots=True)
class Measured:
    """Measures one queue or outbox; several of the same labels add up. For any number of threads, but for ``holds``."""

    _outcomes: Mapping[str, "Counter"]
    _handling: "Histogram"
    _in_flight: "Gauge"
    _prefetch: "Gauge"
    _held: tuple[int, int] = (0, 0)

    def count(self, outcome: str) -> None:
        """Count one that became this."""
        self._outcomes[outcome].inc()

    def took(self, seconds: float) -> None:
        """Note how long handling took."""
        self._handling.observe(seconds)

    def time(self) -> AbstractContextManager[object]:
        """Return a context that lasts as long as handling does."""
        return self._handling.time()

    def holds(self, in_flight: int, prefetch: int) -> None:
        """Note how many are in hand now, and how many may be."""
        before, self._held = self._held, (in_flight, prefetch)
        if before != self._held:
            self._in_flight.inc(in_flight - before[0])
            self._prefetch.inc(prefetch - before[1])


def measured(registry: "CollectorRegistry | None", subject: Subject, *labels: str) -> Measured | Unmeasured:
    """Return what measures in a registry, if there is one; ``labels`` are the values of the subject's."""
    if registry is None:
        return Unmeasured()
    found = _instruments(registry, subject)
    outcomes = {one: found.outcomes.labels(*labels, one) for one in subject.outcomes}
    if not labels:
        return Measured(outcomes, found.handling, found.in_flight, found.prefetch)
    one = (found.handling.labels(*labels), found.in_flight.labels(*labels), found.prefetch.labels(*labels))
    return Measured(outcomes, *one)


def registry_for(metrics: str | None, given: "CollectorRegistry | None" = None) -> Optional["CollectorRegistry"]:
    """Return the registry that is given, else that of prometheus_client itself where ``metrics`` are to be served.

    Raises:
        WrongUsage: prometheus_client is not installed.
    """
    if given is not None or metrics is None:
        return given
    try:
        from prometheus_client import REGISTRY  # noqa: PLC0415 - for those who want metrics
    except ImportError:
        raise WrongUsage("metrics take prometheus_client: install edatool-rabbitmq[metrics]") from None
    return REGISTRY


# A registry refuses a second instrument of a name, and any number of consumers may share one.
_BY_REGISTRY: "WeakKeyDictionary[CollectorRegistry, dict[str, _Instruments]]" = WeakKeyDictionary()
_LOCK = Lock()


def _instruments(registry: "CollectorRegistry", subject: Subject) -> _Instruments:
    with _LOCK:
        known = _BY_REGISTRY.setdefault(registry, {})
        if subject.name not in known:
            known[subject.name] = _new_instruments(registry, subject)
        return known[subject.name]


def _new_instruments(registry: "CollectorRegistry", subject: Subject) -> _Instruments:
    from prometheus_client import Counter, Gauge, Histogram  # noqa: PLC0415 - for those who want metrics

    start, labels, things = f"edatool_{subject.name}", subject.labels, subject.things
    gauge = partial(Gauge, labelnames=labels, registry=registry, multiprocess_mode="livesum")
    return _Instruments(
        Counter(
            f"{start}_{things}",
            f"Outcomes of {things}; what is tried again has several.",
            [*labels, "outcome"],
            registry=registry,
        ),
        Histogram(f"{start}_handling_seconds", subject.handling, labels, registry=registry, buckets=_BUCKETS),
        gauge(f"{start}_in_flight", f"How many {things} are in hand: taken, and not settled."),
        gauge(f"{start}_prefetch", f"How many {things} may be in hand at once."),
    )
