"""The current trace of OpenTelemetry as headers of a message, where the service uses it."""

import importlib
import sys


def trace_headers() -> dict[str, str]:
    """Return what the service's propagators write, usually ``traceparent``; nothing where there is no OpenTelemetry."""
    # A service that has traces has imported it; nobody else pays for it.
    if "opentelemetry.trace" not in sys.modules:
        return {}
    headers: dict[str, str] = {}
    importlib.import_module("opentelemetry.propagate").inject(headers)
    return headers
