"""What is wrong with handlers is said before anything is consumed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from edatool import ConsumedEvent, Consumer, WrongUsage
from tests.runtime.consume.paid_shop import SPEC, write_schemas

NOWHERE = "amqp://guest:guest@127.0.0.1:1/%2F"
MORE = """\
  log: {type: stream}
  open: {}
bindings:
  - {queue: log, exchange: events, key: "#"}
  - {queue: open, exchange: events, key: nothing}
"""


@pytest.fixture
def consumer(tmp_path: Path) -> Consumer:
    write_schemas(tmp_path)
    (tmp_path / "routes.yaml").write_text(SPEC.replace("bindings:\n", MORE))
    return Consumer(str(tmp_path / "routes.yaml"), NOWHERE, {})


def handle(event: object) -> None:
    """Do nothing."""


def at_start(*reactions: tuple[tuple[str, ...], str | None]) -> Callable[[Consumer], None]:
    def start(consumer: Consumer) -> None:
        for events, queue in reactions:
            consumer.on(*events, queue=queue)(handle)
        consumer.run()

    return start


def on_plain(**options: Any) -> Callable[[Consumer], None]:
    return with_options(takes_many if "max_events" in options else handle, **options)


def with_options(function: Any, **options: Any) -> Callable[[Consumer], None]:
    def register(consumer: Consumer) -> None:
        consumer.on("noted", **options)(function)

    return register


def two_ways(**options: Any) -> Callable[[Consumer], None]:
    def start(consumer: Consumer) -> None:
        consumer.on("settled", queue="retried", **options)(takes_many if "max_events" in options else handle)
        consumer.on("failed", queue="retried")(handle)
        consumer.run()

    return start


def takes_many(events: list[ConsumedEvent]) -> None: ...
async def takes_many_later(events: list[ConsumedEvent]) -> None: ...
def takes_nothing() -> None: ...
def takes_three(one: object, two: object, three: object) -> None: ...
def takes_a_set(payload: set[str]) -> None: ...
def yields(event: object) -> Iterator[object]:
    yield event


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (at_start(), "the consumer has no handlers: give it some with @consumer.on('EVENT')"),
        (at_start(((), None)), "say what is to be handled: @consumer.on('EVENT'), or on(queue='QUEUE')"),
        (at_start((("paid",), None)), "the spec declares no event 'paid': it has settled, failed, noted"),
        (
            at_start((("failed",), "orders")),
            "the spec declares no queue 'orders': it has retried, limited, plain, dead, refused, stolen, log, open",
        ),
        (at_start(((), "log")), "'log' is a stream, which keeps what was read: a consumer reads queues"),
        (at_start(((), "open")), "queue 'open' would lose what fails: give it a dead_letter in the spec"),
        (
            at_start((("settled",), None)),
            "settled comes to the queues retried, limited: say which one handle reads (queue=)",
        ),
        (
            at_start((("settled", "noted"), None)),
            "no binding brings settled and noted to a queue, for handle: bind one, or name another event",
        ),
        (
            at_start((("failed",), "plain")),
            "no binding brings failed to queue 'plain', which handle reads: bind it",
        ),
        (
            at_start((("failed",), None)),
            "queue 'retried' also gets settled, which nothing handles: "
            "handle it, or all others by @consumer.on(queue='retried')",
        ),
        (
            at_start((("noted",), None), (("noted",), None)),
            "both handle and handle handle noted of queue 'plain': leave one out",
        ),
        (at_start(((), "plain"), ((), "plain")), "both handle and handle handle all of queue 'plain'"),
        (on_plain(timeout=0), "a timeout of 0 s leaves no time: give more, or none"),
        (on_plain(max_events=0), "a batch has 1 to 65535 events, and waits 0 seconds or more"),
        (
            on_plain(max_events=2, order_by="order"),
            "takes_many takes many events at once, in the order in which they came: omit order_by and order",
        ),
        (
            with_options(takes_a_set, max_events=2),
            "the handler takes_a_set: it takes lists of events, or of payloads: it is called with several at once",
        ),
        (
            two_ways(order_by="order"),
            "the handlers of queue 'retried' differ in order_by or order: let all of them say the same",
        ),
        (
            two_ways(max_events=2),
            "a handler of queue 'retried' takes many events at once: let it be the only one",
        ),
        (with_options(yields), "yields yields, and so a call of it does nothing: let it return"),
        (with_options(takes_nothing), "the handler takes_nothing: it takes an event, or its payload, or both"),
        (with_options(takes_three), "the handler takes_three: it takes an event, or its payload, or both"),
        (
            with_options(takes_a_set),
            "the handler takes_a_set: payloads are not converted to set[str]: "
            "use a dataclass, a msgspec.Struct or a Pydantic model",
        ),
    ],
)
def test_a_handler_that_cannot_work_is_refused(
    consumer: Consumer, wrong: Callable[[Consumer], None], words: str
) -> None:
    with pytest.raises(WrongUsage) as refused:
        wrong(consumer)
    assert str(refused.value) == words


def test_a_prefetch_below_the_workers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="prefetch"):
        Consumer("routes.yaml", NOWHERE, workers=4, prefetch=3)
