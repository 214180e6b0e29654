"""Whether the circuits of deliveries are open, for Prometheus."""

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Gauge

# As of ``measured``: a registry refuses a second instrument of a name.
_BY_REGISTRY: "WeakKeyDictionary[CollectorRegistry, Gauge]" = WeakKeyDictionary()
_LOCK = Lock()


def circuit_gauge(registry: "CollectorRegistry | None", delivery: str) -> Callable[[bool], None]:
    """Return what shows in a registry, if there is one, whether the circuit of a delivery is open."""
    if registry is None:
        return lambda _: None
    from prometheus_client import Gauge  # noqa: PLC0415 - for those who want metrics

    with _LOCK:
        if registry not in _BY_REGISTRY:
            _BY_REGISTRY[registry] = Gauge(
                "edatool_delivery_circuit_open",
                "1 while the host of a delivery is left alone, as it failed again and again.",
                ["delivery"],
                registry=registry,
                multiprocess_mode="livemax",
            )
    gauge = _BY_REGISTRY[registry].labels(delivery)
    gauge.set(0)
    return gauge.set
