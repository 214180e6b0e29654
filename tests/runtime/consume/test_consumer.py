import threading
from collections import Counter

from edatool import ConsumedEvent
from tests.runtime.consume.paid_shop import Desk, await_true, working


def test_a_handler_gets_the_event_with_all_that_is_known_of_it(desk: Desk) -> None:
    got: list[ConsumedEvent] = []
    consumer = desk.consumer()
    consumer.on("settled", "failed")(got.append)
    desk.publish("settled", "A-1")
    with working(consumer):
        await_true(lambda: consumer.counts.done == 1)
    (event,) = got
    assert (event.name, event.payload, event.id) == ("settled", {"order": "A-1", "cents": 1}, "m-A-1")
    assert (event.queue, event.exchange, event.key) == ("retried", "events", "payment.A-1.settled")
    assert (event.attempt, event.redelivered, event.trace, event.deadline) == (1, False, None, None)
    assert desk.ready("retried") == 0
    assert desk.told == []


def test_workers_handle_events_at_once_and_all_are_acknowledged(desk: Desk) -> None:
    together, done = threading.Barrier(4), Counter[str]()
    consumer = desk.consumer(workers=4)

    @consumer.on("settled", "failed")
    def handle(event: ConsumedEvent) -> None:
        if event.payload["order"] in set("0123"):
            together.wait(30)
        done[event.payload["order"]] += 1

    desk.publish("settled", *map(str, range(200)))
    with working(consumer):
        await_true(lambda: consumer.counts.done == 200)
    assert done == {str(number): 1 for number in range(200)}
    assert desk.ready("retried") == 0


def test_a_listener_that_raises_ends_no_worker(desk: Desk) -> None:
    def listen(text: str) -> None:
        raise RuntimeError(text)

    consumer = desk.consumer(workers=1, tell=listen)

    @consumer.on("settled", "failed")
    def handle(event: ConsumedEvent) -> None:
        if event.payload["order"] == "bad" and event.attempt == 1:
            raise OSError

    desk.publish("settled", "bad", "A-1")
    with working(consumer):
        await_true(lambda: consumer.counts.done == 2)
