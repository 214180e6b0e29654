"""Traces of OpenTelemetry that go along with messages, where the service uses it."""

import importlib
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from typing import Any

_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_TRACESTATE = re.compile(r"[\x20-\x7e]{1,512}")
"""As W3C Trace Context has them; what is longer than a tracestate has to be may be left out."""
_CAME_WITH: ContextVar[Mapping[str, str] | None] = ContextVar("edatool_came_with", default=None)


def trace_headers() -> Mapping[str, str]:
    """Return what the service's propagators write, usually ``traceparent``; else what ``go_on_with`` was given."""
    headers: dict[str, str] = {}
    # A service that has traces has imported it; nobody else pays for it.
    if "opentelemetry.trace" in sys.modules:
        importlib.import_module("opentelemetry.propagate").inject(headers)
    return headers or _CAME_WITH.get() or headers


def go_on_with(traceparent: str | None, tracestate: str | None) -> None:
    """Have what this task publishes go on with the trace of a request, unless OpenTelemetry has one of its own.

    What W3C Trace Context does not allow is passed over, as it asks.
    """
    headers = {}
    if traceparent and _TRACEPARENT.fullmatch(traceparent):
        headers["traceparent"] = traceparent
        if tracestate and _TRACESTATE.fullmatch(tracestate):
            headers["tracestate"] = tracestate
    _CAME_WITH.set(headers)


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
