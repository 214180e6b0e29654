import time
from itertools import pairwise

from edatool import ConsumedEvent, Drop, Reject, Retry
from tests.runtime.consume.paid_shop import Desk, await_true, working


def raising(desk: Desk, queue: str, error: BaseException) -> dict[str, int]:
    """Have one event fail for ever with an exception; return what was counted once it is dead."""
    consumer = desk.consumer()

    @consumer.on(queue=queue)
    def handle(event: ConsumedEvent) -> None:
        raise error

    with working(consumer):
        await_true(lambda: consumer.counts.dead + consumer.counts.dropped == 1)
    return {name: number for name, number in consumer.counts.items() if number}


def test_a_failed_event_is_tried_after_each_declared_wait_and_then_dead(desk: Desk) -> None:
    times: list[float] = []
    consumer = desk.consumer(name="shipping")

    @consumer.on("settled", "failed")
    def handle(event: ConsumedEvent) -> None:
        times.append(time.monotonic())
        assert event.attempt == len(times)
        assert (event.exchange, event.key, event.id) == ("events", "payment.A-1.settled", "m-A-1")
        raise KeyError("cents")

    desk.publish("settled", "A-1")
    with working(consumer):
        (dead,) = desk.dead()
    first, second = (later - earlier for earlier, later in pairwise(times))
    assert len(times) == 3
    assert 0.2 <= first < 2 > second >= 0.4
    headers = dead.headers
    tried = headers.pop("x-edatool-tried")
    assert len(tried) == 3
    assert sorted(tried) == tried
    assert headers.pop("x-edatool-died") == tried[-1]
    headers.pop("x-edatool-copy")
    assert headers == {
        "x-edatool-reason": "it failed 3 times, the last time with KeyError: 'cents'",
        "x-edatool-error": "builtins.KeyError",
        "x-edatool-attempts": 3,
        "x-edatool-consumer": "shipping",
        "x-edatool-queue": "retried",
        "x-edatool-exchange": "events",
        "x-edatool-key": "payment.A-1.settled",
    }
    assert (dead.message_id, dead.type) == ("m-A-1", "settled")
    assert dict(consumer.counts.items()) == {
        "done": 0,
        "retried": 2,
        "dead": 1,
        "dropped": 0,
        "filtered": 0,
        "repeated": 0,
    }


def test_a_queue_with_only_a_delivery_limit_counts_failures_itself_and_the_last_one_says_why(desk: Desk) -> None:
    desk.publish("settled", "A-1")
    assert raising(desk, "limited", ValueError("no stock")) == {"retried": 2, "dead": 1}
    (dead,) = desk.dead()
    assert dead.headers["x-edatool-reason"] == "it failed 3 times, the last time with ValueError: no stock"
    assert dead.headers["x-edatool-attempts"] == 3


def test_a_queue_that_declares_no_retry_has_none(desk: Desk) -> None:
    desk.publish("noted", "A-1")
    assert raising(desk, "plain", ValueError("no stock")) == {"dead": 1}
    assert desk.dead()[0].headers["x-edatool-reason"] == "it failed 1 time, the last time with ValueError: no stock"


def test_a_rejected_event_is_dead_at_once(desk: Desk) -> None:
    desk.publish("settled", "A-1")
    assert raising(desk, "retried", Reject("the card is stolen")) == {"dead": 1}
    (dead,) = desk.dead()
    assert dead.headers["x-edatool-reason"] == "the card is stolen"
    assert dead.headers["x-edatool-error"] == "edatool.runtime.consume.failures.Reject"


class CardError(ValueError):
    pass


class InvalidCard(CardError):
    pass


class ForeignCard(InvalidCard):
    pass


class Stolen(InvalidCard):
    pass


def test_dead_letters_go_where_the_spec_says_by_the_class_of_the_error_or_one_that_it_is_derived_from(
    desk: Desk,
) -> None:
    consumer = desk.consumer()

    @consumer.on(queue="retried")
    def handle(event: ConsumedEvent) -> None:
        kinds = {"A-1": InvalidCard, "A-2": ForeignCard, "A-3": CardError, "A-4": Stolen}
        raise kinds[event.payload["order"]]("no")

    desk.publish("settled", "A-1", "A-2", "A-3", "A-4")
    with working(consumer):
        await_true(lambda: consumer.counts.dead == 4)
        desk.shop.await_ready("refused", 2)
        desk.shop.await_ready("stolen", 1)
    assert sorted(one.message_id for one, _ in desk.taken("refused")) == ["m-A-1", "m-A-2"]
    assert [one.message_id for one, _ in desk.taken("stolen")] == ["m-A-4"]
    assert [one.message_id for one in desk.dead()] == ["m-A-3"]


def test_a_dropped_event_is_gone(desk: Desk) -> None:
    desk.publish("settled", "A-1")
    assert raising(desk, "retried", Drop()) == {"dropped": 1}
    assert (desk.ready("retried"), desk.ready("dead")) == (0, 0)


def test_a_handler_that_leaves_its_thread_only_fails(desk: Desk) -> None:
    desk.publish("settled", "A-1")
    assert raising(desk, "retried", SystemExit(3)) == {"retried": 2, "dead": 1}


def test_a_function_that_returns_what_nobody_awaits_has_not_handled_its_event(desk: Desk) -> None:
    async def ship(event: ConsumedEvent) -> None:
        raise AssertionError

    consumer = desk.consumer()
    consumer.on(queue="plain")(lambda event: ship(event))  # noqa: PLW0108 - as people do
    desk.publish("noted", "A-1")
    with working(consumer):
        (dead,) = desk.dead()
    assert dead.headers["x-edatool-reason"].endswith(
        "returned what nobody awaits: make it a coroutine function (async def)"
    )


def test_a_retry_may_ask_for_a_longer_wait(desk: Desk) -> None:
    times: list[float] = []
    consumer = desk.consumer()

    @consumer.on(queue="retried")
    def handle(event: ConsumedEvent) -> None:
        times.append(time.monotonic())
        if len(times) == 1:
            raise Retry(after=0.3)

    desk.publish("settled", "A-1")
    with working(consumer):
        await_true(lambda: consumer.counts.done == 1)
    assert times[1] - times[0] >= 0.4


def test_poison_is_dead_at_once_with_what_is_wrong_with_it(desk: Desk) -> None:
    consumer = desk.consumer()
    consumer.on("settled", "failed")(print)
    desk.send("events", "payment.failed", b"{", type="failed")
    desk.send("events", "payment.failed", b'{"order": 1}', type="failed")
    desk.send("events", "payment.failed", b"{}", type="refunded")
    desk.send("", "retried", b"{}")
    with working(consumer):
        reasons = sorted(one.headers["x-edatool-reason"] for one in desk.dead(4))
    assert reasons == [
        'it breaks the contract of failed: "cents" is a required property;'
        ' /order: the value is not of type "string": found 1',
        "it is of the event 'refunded', which the spec brings to no handler of this queue",
        "it names no event as its type, and its exchange and key do not tell which one it is",
        "its payload cannot be read: line 1, column 2: not JSON: expecting property name enclosed in double quotes",
    ]
    assert consumer.counts.dead == 4


def test_an_event_without_a_type_is_known_by_its_exchange_and_key(desk: Desk) -> None:
    names: list[str] = []
    consumer = desk.consumer()
    consumer.on("settled", "failed")(lambda event: names.append(event.name))
    desk.send("events", "payment.A-1.settled", b'{"order": "A-1", "cents": 1}')
    with working(consumer):
        await_true(lambda: consumer.counts.done == 1)
    assert names == ["settled"]


def test_an_event_of_which_the_contract_only_warns_is_handled(desk: Desk) -> None:
    consumer = desk.consumer()
    consumer.on("noted")(print)
    desk.send("events", "note", b"{}", type="noted")
    with working(consumer):
        await_true(lambda: consumer.counts.done == 1)


def test_what_is_too_late_is_not_handled(desk: Desk) -> None:
    consumer = desk.consumer()
    consumer.on("settled", "failed")(print)
    long_ago, body = int(time.time()) - 10, b'{"order": "A-1", "cents": 1}'
    desk.send("events", "payment.failed", body, type="failed", timestamp=long_ago, expiration="9000")
    with working(consumer):
        (dead,) = desk.dead()
    assert dead.headers["x-edatool-reason"] == "its deadline was over before it was handled"
    assert dead.expiration is None


def test_a_deadline_goes_along_to_the_next_try(desk: Desk) -> None:
    deadlines: list[float | None] = []
    consumer = desk.consumer()

    @consumer.on("settled", "failed")
    def handle(event: ConsumedEvent) -> None:
        deadlines.append(event.deadline)
        if event.attempt == 1:
            raise Retry

    now, body = int(time.time()), b'{"order": "A-1", "cents": 1}'
    desk.send("events", "payment.failed", body, type="failed", timestamp=now, expiration="60000")
    with working(consumer):
        await_true(lambda: consumer.counts.done == 1)
    assert deadlines == [now + 60, now + 60]


def test_further_keys_of_a_message_are_no_way_back_from_its_retry(desk: Desk) -> None:
    consumer = desk.consumer()

    @consumer.on("settled", "failed")
    def handle(event: ConsumedEvent) -> None:
        raise Reject("no")

    desk.send("events", "payment.failed", b'{"order": "A-1", "cents": 1}', type="failed", headers={"CC": ["note"]})
    with working(consumer):
        (dead,) = desk.dead()
    assert dead.headers["x-edatool-cc"] == ["note"]
    assert "CC" not in dead.headers
    assert desk.ready("plain") == 1


def test_a_message_with_no_room_for_more_headers_goes_on_without_its_own(desk: Desk) -> None:
    consumer = desk.consumer()

    @consumer.on("settled", "failed")
    def handle(event: ConsumedEvent) -> None:
        raise Reject("no")

    body, much = b'{"order": "A-1", "cents": 1}', {"much": "x" * 130_700}
    desk.send("events", "payment.failed", body, type="failed", message_id="m-1", headers=much)
    with working(consumer):
        (dead,) = desk.dead()
    assert (dead.message_id, dead.headers["x-edatool-reason"]) == ("m-1", "no")
    assert "much" not in dead.headers
    assert any("no room for the headers" in one for one in desk.told)


def test_an_exception_that_cannot_be_shown_holds_up_nothing(desk: Desk) -> None:
    class Unshown(Exception):
        def __str__(self) -> str:
            raise ValueError

    desk.publish("noted", "A-1")
    assert raising(desk, "plain", Unshown()) == {"dead": 1}
    assert desk.dead()[0].headers["x-edatool-reason"].endswith("Unshown: its text cannot be shown")


def test_cloudevents_are_read_in_both_modes(desk: Desk) -> None:
    got: list[ConsumedEvent] = []
    consumer = desk.consumer()
    consumer.on("settled", "failed")(got.append)
    data = '{"order": "A-1", "cents": 1}'
    binary = {"ce-specversion": "1.0", "ce-id": "c-1", "ce-source": "/pay", "ce-type": "failed"}
    whole = f'{{"specversion": "1.0", "id": "c-2", "source": "/pay", "type": "failed", "data": {data}}}'
    structured = "application/cloudevents+json"
    desk.send("events", "payment.failed", data.encode(), headers=binary, content_type="application/json")
    desk.send("events", "payment.failed", whole.encode(), content_type=structured)
    desk.send("events", "payment.failed", b"{}", content_type=structured)
    with working(consumer):
        (dead,) = desk.dead()
        await_true(lambda: len(got) == 2)
    assert {(one.id, one.name, one.payload["order"]) for one in got} == {
        ("c-1", "failed", "A-1"),
        ("c-2", "failed", "A-1"),
    }
    assert dead.headers["x-edatool-reason"].startswith("it is no CloudEvent that can be read: /specversion")
