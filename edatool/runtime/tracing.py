"""Traces of OpenTelemetry that go along with messages, where the service uses it."""

import importlib
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any


def trace_headers() -> dict[str, str]:
    """Return what the service's propagators write, usually ``traceparent``; nothing where there is no OpenTelemetry."""
    # A service that has traces has imported it; nobody else pays for it.
    if "opentelemetry.trace" not in sys.modules:
        return {}
    headers: dict[str, str] = {}
    importlib.import_module("opentelemetry.propagate").inject(headers)
    return headers


def processing(
    queue: str, key: str, message_id: str | None, headers: Mapping[str, object]
) -> AbstractContextManager[Any]:
    """Return the span of handling a message, within its publisher's trace and linked to the span that published it.

    Names are those of OpenTelemetry's conventions for messaging and RabbitMQ. What is raised in it is recorded. Without
    OpenTelemetry it does nothing.
    """
    if "opentelemetry.trace" not in sys.modules:
        return nullcontext()
    trace: Any = importlib.import_module("opentelemetry.trace")
    texts = {name: value for name, value in headers.items() if isinstance(value, str)}
    context = importlib.import_module("opentelemetry.propagate").extract(texts)
    published = trace.get_current_span(context).get_span_context()
    attributes = {
        "messaging.system": "rabbitmq",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": queue,
        "messaging.rabbitmq.destination.routing_key": key,
        **({"messaging.message.id": message_id} if message_id else {}),
    }
    span: AbstractContextManager[Any] = trace.get_tracer("edatool").start_as_current_span(
        f"process {queue}",
        context=context,
        kind=trace.SpanKind.CONSUMER,
        attributes=attributes,
        links=[trace.Link(published)] if published.is_valid else [],
    )
    return span
