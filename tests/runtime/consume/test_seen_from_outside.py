"""What monitoring sees of a consumer: counts, readiness, traces."""

import sys
import threading

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import CollectorRegistry

from edatool import ConsumedEvent, Drop
from edatool.errors import WrongUsage
from edatool.runtime.consume.counts import OUTCOMES
from edatool.runtime.tracing import processing
from tests.proxy import Proxy
from tests.runtime.consume.paid_shop import Desk, await_true, working
from tests.runtime.metrics.read import asked, free_port, of_text, samples


def test_readiness_is_served_over_http(desk: Desk) -> None:
    port = free_port()
    with Proxy((desk.address.host, desk.address.port)) as proxy:
        consumer = desk.consumer(proxy.port, health=str(port))
        consumer.on("settled", "failed")(print)
        desk.publish("settled", "A-1")
        with working(consumer):
            await_true(lambda: consumer.counts.done == 1)
            assert asked(port, "readyz").status_code == 200
            assert asked(port, "metrics").status_code == 404
            proxy.refuse()
            await_true(lambda: asked(port, "readyz").status_code == 503)
            assert asked(port, "healthz").status_code == 200
            proxy.accept()
            await_true(lambda: asked(port, "readyz").status_code == 200)


def test_prometheus_sees_outcomes_by_queue_and_what_is_in_hand(desk: Desk) -> None:
    registry, go_on, port = CollectorRegistry(), threading.Event(), free_port()
    consumer = desk.consumer(workers=2, prefetch=3, registry=registry, metrics=str(port))

    @consumer.on("settled", "failed")
    def handle(event: ConsumedEvent) -> None:
        assert go_on.wait(20)
        if event.payload["order"] == "A-1":
            raise Drop

    def gauge(name: str) -> float:
        return samples(registry).get(f"edatool_consumer_{name}{{queue=retried}}", 0)

    desk.publish("settled", *(f"A-{number}" for number in range(5)))
    with working(consumer):
        await_true(lambda: gauge("in_flight") == 3)
        assert gauge("prefetch") == 3
        go_on.set()
        await_true(lambda: gauge("handling_seconds_count") == 5 and not gauge("in_flight"))
        found = of_text(asked(port, "metrics").text)
    outcomes = {one: found[f"edatool_consumer_events_total{{outcome={one},queue=retried}}"] for one in OUTCOMES}
    assert {one: number for one, number in outcomes.items() if number} == {"done": 4, "dropped": 1}
    assert gauge("prefetch") == 0


def test_metrics_without_prometheus_client_are_refused_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(WrongUsage, match=r"edatool-rabbitmq\[metrics\]"):
        desk.consumer(metrics="9090")


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


@pytest.mark.parametrize("is_async", [False, True])
def test_a_batch_is_one_span_that_is_linked_to_all_that_published_it(
    desk: Desk, spans: InMemorySpanExporter, *, is_async: bool
) -> None:
    consumer, tracer, published = desk.consumer(), TracerProvider().get_tracer("test"), set[int]()

    def handle(events: list[ConsumedEvent]) -> None:
        raise Drop

    async def handle_async(events: list[ConsumedEvent]) -> None:
        raise Drop

    consumer.on("settled", "failed", max_events=2, max_wait=10)(handle_async if is_async else handle)
    for order in ("A-1", "A-2"):
        with tracer.start_as_current_span("request") as request:
            desk.publish("settled", order)
        published.add(request.get_span_context().span_id)
    with working(consumer):
        await_true(lambda: consumer.counts.dropped == 2)
    (span,) = spans.get_finished_spans()
    assert (span.name, span.kind, span.parent) == ("process retried", trace.SpanKind.CONSUMER, None)
    assert {link.context.span_id for link in span.links} == published
    assert span.attributes
    assert span.attributes["messaging.batch.message_count"] == 2
    assert [event.name for event in span.events] == ["exception"]


def test_what_a_handler_raises_is_recorded(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="no stock"), processing("retried", "key", None, {}):
        raise ValueError("no stock")
    (span,) = spans.get_finished_spans()
    assert not span.status.is_ok
    assert [event.name for event in span.events] == ["exception"]
