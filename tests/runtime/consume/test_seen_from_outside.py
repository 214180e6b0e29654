"""What monitoring sees of a consumer: counts, readiness, traces."""

import socket

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from edatool import ConsumedEvent
from edatool.runtime.tracing import processing
from tests.proxy import Proxy
from tests.runtime.consume.paid_shop import Desk, await_true, working


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def test_counts_and_readiness_are_served_over_http(desk: Desk) -> None:
    port = free_port()

    def asked(path: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{port}/{path}", trust_env=False)

    with Proxy((desk.address.host, desk.address.port)) as proxy:
        consumer = desk.consumer(proxy.port, metrics=str(port))
        consumer.on("settled", "failed")(print)
        desk.publish("settled", "A-1")
        with working(consumer):
            await_true(lambda: consumer.counts.done == 1)
            assert asked("readyz").status_code == 200
            assert "edatool_consumer_done_total 1\n" in asked("metrics").text
            proxy.refuse()
            await_true(lambda: asked("readyz").status_code == 503)
            assert asked("healthz").status_code == 200
            proxy.accept()
            await_true(lambda: asked("readyz").status_code == 200)


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    provider, found = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(found))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    return found


def test_handling_is_a_span_in_the_trace_of_the_publisher(desk: Desk, spans: InMemorySpanExporter) -> None:
    consumer, traces = desk.consumer(), list[str | None]()

    @consumer.on("settled", "failed")
    def handle(event: ConsumedEvent) -> None:
        traces.append(event.trace)

    with TracerProvider().get_tracer("test").start_as_current_span("request") as request:
        desk.publish("settled", "A-1")
    with working(consumer):
        await_true(lambda: consumer.counts.done == 1)
    (span,) = spans.get_finished_spans()
    published = request.get_span_context()
    assert [one and one[:52] for one in traces] == [f"00-{published.trace_id:032x}-{published.span_id:016x}"]
    assert (span.name, span.kind, span.context.trace_id) == (
        "process retried",
        trace.SpanKind.CONSUMER,
        published.trace_id,
    )
    assert [link.context.span_id for link in span.links] == [published.span_id]
    assert span.attributes
    assert span.attributes["messaging.message.id"] == "m-A-1"


def test_what_a_handler_raises_is_recorded(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="no stock"), processing("retried", "key", None, {}):
        raise ValueError("no stock")
    (span,) = spans.get_finished_spans()
    assert not span.status.is_ok
    assert [event.name for event in span.events] == ["exception"]
