"""Messages that were made to do harm: each has its outcome, and the others go on."""

import struct

import pika
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edatool import ConsumedEvent, Consumer, Reject, Retry
from edatool.broker.consume.delivery import Delivery, Onward
from edatool.broker.publish.frames import head_of
from edatool.runtime.consume.outcomes import handled_by
from edatool.runtime.consume.queues import ReadQueue
from edatool.runtime.consume.verdicts import verdict
from edatool.runtime.dead_letters import headers
from edatool.spec.spec import DeadLetterTarget
from tests.runtime.consume.paid_shop import Desk, await_true, working
from tests.runtime.router.filtered_shop import FRAME_MAX, send_raw

BODY = b'{"order": "A-1", "cents": 1}'
NAMES = [text for name, text in vars(headers).items() if name.isupper() and isinstance(text, str)]
NUMBERS = st.integers(-(2**63), 2**63 - 1)
TEXTS = st.text("aé𝄞\0", max_size=60)
PLAIN = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS, st.just(b"\xff"), st.just("x" * 300))
VALUES = st.one_of(PLAIN, st.lists(PLAIN, max_size=3), st.dictionaries(TEXTS, PLAIN, max_size=2))
DELIVERIES = st.builds(
    Delivery,
    exchange=TEXTS,
    key=TEXTS | st.just("\ufffd" * 255),
    headers=st.dictionaries(st.sampled_from([*NAMES, "CC", "x-delivery-count"]), VALUES),
    body=st.just(b""),
    content_type=st.none(),
    type=st.none() | TEXTS,
    message_id=st.none() | TEXTS,
    timestamp=st.none() | st.integers(0, 2**64 - 1),
    expiration=st.none() | st.integers(0, 10**250).map(str) | TEXTS,
)
TO_ITS_OWN_KEY = DeadLetterTarget("dead", None)


@pytest.fixture
def desk(shared_desk: Desk) -> Desk:
    return shared_desk


@given(DELIVERIES, st.sampled_from([Retry(), Reject("no"), KeyError("cents")]), st.lists(st.just(200), max_size=2))
def test_what_becomes_of_a_message_can_be_sent_whatever_it_says_of_itself(
    delivery: Delivery, error: Exception, waits: list[int]
) -> None:
    queue = ReadQueue("orders", tuple(waits), None, TO_ITS_OWN_KEY, {})
    found = verdict(handled_by(error), delivery, queue, "shipping", 1_800_000_000.0)
    assert isinstance(found, Onward)
    content = b"".join(pika.BasicProperties(headers=dict(found.headers)).encode())
    head_of(found.exchange, found.key, content, len(delivery.body))
    assert len(found.key.encode()) <= 255


def rejecting(desk: Desk) -> Consumer:
    consumer = desk.consumer()

    @consumer.on("settled", "failed")
    def handle(event: ConsumedEvent) -> None:
        raise Reject("no")

    return consumer


def table(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


def deep_table(levels: int) -> bytes:
    found = table(b"")
    for _ in range(levels):
        found = table(b"\1aF" + found)
    return found


@pytest.mark.parametrize(
    "encoded",
    [
        deep_table(3000),
        table(b"\3\xff\xfe\xfdS" + table(b"\xff\xff")),
        table(b"".join(b"\4%04dS" % number + table(b"v") for number in range(1000))),
    ],
    ids=["tables in tables", "names that are not UTF-8", "a thousand"],
)
def test_headers_go_along_as_they_came(desk: Desk, encoded: bytes) -> None:
    with desk.shop.channel() as channel:
        send_raw(channel, "payment.failed", BODY, encoded, "m-1")
    with working(rejecting(desk)):
        desk.shop.await_ready("dead", 1)
    (told,) = desk.told
    assert told.endswith(" of queue retried goes to the dead letters: no")


@pytest.mark.parametrize(
    "properties",
    [
        {"timestamp": 2**64 - 1, "expiration": "1000000"},
        {"headers": {headers.DEADLINE: 2**63 - 1}},
        {"headers": {headers.EXCHANGE: "events", headers.KEY: "k" * 300}},
        {"headers": {headers.ATTEMPTS: 2**62, headers.TRIED: "always"}},
    ],
    ids=["a late deadline", "a late deadline in a header", "a long key", "many attempts"],
)
def test_no_message_ends_a_connection_by_what_it_says_of_itself(desk: Desk, properties: dict[str, object]) -> None:
    desk.send("events", "payment.failed", BODY, message_id="m-1", type="failed", **properties)
    with working(rejecting(desk)):
        desk.shop.await_ready("dead", 1)
    assert desk.told == ["failed m-1 of queue retried goes to the dead letters: no"]


@pytest.mark.parametrize("size", [FRAME_MAX + more for more in (-9, -8, -7)] + [2 * (FRAME_MAX - 8) + 1])
def test_a_body_is_whole_after_a_retry_also_where_it_just_fills_frames(desk: Desk, size: int) -> None:
    consumer = desk.consumer()

    @consumer.on("settled", "failed")
    def handle(event: ConsumedEvent) -> None:
        raise Retry if event.attempt == 1 else Reject("no")

    body = BODY.replace(b"A-1", b"A" * (size - len(BODY) + 3))
    desk.send("events", "payment.failed", body, type="failed")
    with working(consumer):
        desk.shop.await_ready("dead", 1)
    ((_, found),) = desk.taken("dead")
    assert len(found) == size
    assert found == body


def test_a_message_without_a_body_is_a_dead_letter(desk: Desk) -> None:
    desk.send("events", "payment.failed", b"", type="failed")
    with working(rejecting(desk)):
        (dead,) = desk.dead()
    assert dead.headers["x-edatool-reason"].startswith("its payload cannot be read")


@pytest.mark.parametrize("order", [b"[" * 500 + b"]" * 500, b"9" * 5000], ids=["lists in lists", "a large number"])
def test_a_key_for_the_order_that_is_none_holds_up_no_other(desk: Desk, order: bytes) -> None:
    consumer = desk.consumer()
    consumer.on("settled", "failed", order_by="order")(print)
    desk.send("events", "payment.failed", BODY.replace(b'"A-1"', order), type="failed")
    desk.publish("failed", "A-2")
    with working(consumer):
        await_true(lambda: (consumer.counts.done, consumer.counts.dead) == (1, 1))
