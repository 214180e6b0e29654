"""Traces of OpenTelemetry that go along with messages, where the service uses it."""

import importlib
import sys
from collections.abc import Iterable, Mapping, Sequence
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
    attributes: dict[str, object] = {"messaging.rabbitmq.destination.routing_key": key}
    if message_id:
        attributes["messaging.message.id"] = message_id
    return _span(queue, attributes, [headers], is_within=True)


def processing_many(queue: str, all_headers: Sequence[Mapping[str, object]]) -> AbstractContextManager[Any]:
    """Return the span of handling many messages at once, linked to each span that published one.

    It is in none of their traces. OpenTelemetry keeps as many links as OTEL_SPAN_LINK_COUNT_LIMIT says, else 128.
    """
    return _span(queue, {"messaging.batch.message_count": len(all_headers)}, all_headers, is_within=False)


def _span(
    queue: str, more: Mapping[str, object], all_headers: Iterable[Mapping[str, object]], *, is_within: bool
) -> AbstractContextManager[Any]:
    if "opentelemetry.trace" not in sys.modules:
        return nullcontext()
    trace: Any = importlib.import_module("opentelemetry.trace")
    contexts = [_context(headers) for headers in all_headers]
    published = [trace.get_current_span(one).get_span_context() for one in contexts]
    attributes = {
        "messaging.system": "rabbitmq",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": queue,
        **more,
    }
    span: AbstractContextManager[Any] = trace.get_tracer("edatool").start_as_current_span(
        f"process {queue}",
        context=contexts[0] if is_within else None,
        kind=trace.SpanKind.CONSUMER,
        attributes=attributes,
        links=[trace.Link(one) for one in published if one.is_valid],
    )
    return span


def _context(headers: Mapping[str, object]) -> Any:
    """Return the context that a message came with; without a trace of its own, it has none."""
    texts = {name: value for name, value in headers.items() if isinstance(value, str)}
    return importlib.import_module("opentelemetry.propagate").extract(texts)
