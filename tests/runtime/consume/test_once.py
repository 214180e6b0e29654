"""Events that come more than once, and are handled once."""

import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from edatool import ConsumedEvent, Consumer
from edatool.errors import WrongUsage
from edatool.runtime.consume.identity import identity_of
from edatool.runtime.database.tables import SQLITE
from edatool.runtime.dead_letters.headers import REASON, REPLAYS
from edatool.runtime.inbox.open import open_inbox
from edatool.runtime.inbox.schema import ddl
from edatool.spec.consuming import Identity
from edatool.spec.template import FieldPath
from tests.broker_fixtures import Vhost
from tests.runtime.consume.paid_shop import SPEC, Desk, await_true, desk, working

BODY = b'{"order": "A", "cents": 1}'
CONSUMERS = """
consumers:
  by-order: {queue: retried, concurrency: 2, inbox: {sqlite: by-order.db, identity: payload.order}}
  by-message: {queue: retried, inbox: {env: INBOX, unidentified: handle}}
  impatient: {queue: plain, timeout: 100ms, order_by: order}
"""


@pytest.fixture
def shop(vhost: Vhost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    return desk(vhost, tmp_path, SPEC + CONSUMERS)


def sent(shop: Desk, message_id: str | None, body: bytes = BODY, **headers: Any) -> None:
    shop.send("events", "payment.failed", body, type="failed", message_id=message_id, headers=headers)


def recording(consumer: Consumer) -> list[str | None]:
    """Have a consumer note what it handles."""
    handled: list[str | None] = []

    @consumer.on(queue="retried")
    def note(event: ConsumedEvent) -> None:
        handled.append(event.id)

    return handled


def test_a_duplicate_has_no_second_effect_also_in_another_process(shop: Desk) -> None:
    first, second = (shop.consumer(inbox="inbox.db") for _ in range(2))
    handled = [recording(first), recording(second)]
    for number in range(40):
        sent(shop, f"m-{number % 10}")
    with working(first, second):
        await_true(lambda: first.counts.repeated + second.counts.repeated == 30)
    assert sorted(each for one in handled for each in one if each) == [f"m-{number}" for number in range(10)]
    third = shop.consumer(inbox="inbox.db")
    recording(third)
    sent(shop, "m-1")
    with working(third):
        await_true(lambda: third.counts.repeated == 1)
    assert shop.ready("retried") == 0


def test_what_failed_is_tried_again_and_what_is_given_up_stays_dead_until_it_is_replayed(shop: Desk) -> None:
    consumer, tries = shop.consumer(inbox="inbox.db"), []

    @consumer.on(queue="retried")
    def fail(event: ConsumedEvent) -> None:
        tries.append(event.attempt)
        if REPLAYS not in event.headers:
            raise ValueError("not today")

    sent(shop, "m-1")
    with working(consumer):
        shop.dead()
        assert tries == [1, 2, 3]
        sent(shop, "m-1")
        (again,) = shop.dead()
        assert "given up before" in str((again.headers or {})[REASON])
        sent(shop, "m-1", BODY, **{REPLAYS: 1})
        await_true(lambda: consumer.counts.done == 1)
        sent(shop, "m-1")
        await_true(lambda: consumer.counts.repeated == 1)
    assert tries == [1, 2, 3, 1]


def test_the_spec_says_what_identifies_an_event_and_where_it_is_remembered(shop: Desk, tmp_path: Path) -> None:
    consumer = shop.consumer(name="by-order")
    handled = recording(consumer)
    sent(shop, "m-1")
    sent(shop, "m-2")
    sent(shop, "m-3", BODY.replace(b"A", b"B"))
    with working(consumer):
        await_true(lambda: len(handled) == 2 and consumer.counts.repeated == 1)
    assert (tmp_path / "by-order.db").exists()


def test_the_spec_says_how_long_an_event_may_take_and_what_is_handled_in_order(shop: Desk) -> None:
    consumer = shop.consumer(name="impatient")
    ended = threading.Event()

    @consumer.on(queue="plain")
    def hang(event: ConsumedEvent) -> None:
        ended.wait(60)

    shop.send("events", "note", b'{"text": "hello"}', type="noted", message_id="n-1")
    with working(consumer):
        (dead,) = shop.dead()
        ended.set()
    assert "took longer than 0.1 s" in str((dead.headers or {})[REASON])
    assert consumer._reactions[0].order_by == ("order",)


def test_a_message_without_an_id_is_refused_unless_the_spec_lets_it_be_handled(
    shop: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing = shop.consumer(inbox="inbox.db")
    recording(refusing)
    sent(shop, None)
    with working(refusing):
        (dead,) = shop.dead()
    assert "no message id" in str((dead.headers or {})[REASON])
    monkeypatch.setenv("INBOX", "inbox.db")
    handling = shop.consumer(name="by-message")
    handled = recording(handling)
    sent(shop, None)
    sent(shop, None)
    with working(handling):
        await_true(lambda: handled == [None, None])


def test_the_effect_and_the_memory_are_committed_together(shop: Desk, tmp_path: Path) -> None:
    database = tmp_path / "service.db"
    with sqlite3.connect(database) as connection:
        for statement in (*ddl(SQLITE), "CREATE TABLE shipped (payment text)"):
            connection.execute(statement)
    connection.close()
    consumer = shop.consumer(inbox=f"sqlite:///{database}")

    @consumer.on(queue="retried")
    def ship(event: ConsumedEvent) -> None:
        with sqlite3.connect(database) as own:
            own.execute("INSERT INTO shipped VALUES (?)", (event.id,))
            event.complete_within(own)
            if event.attempt == 1:
                raise ValueError("rolled back, and the memory of it")
        own.close()

    sent(shop, "m-1")
    with working(consumer):
        await_true(lambda: consumer.counts.done == 1)
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT * FROM shipped").fetchall() == [("m-1",)]
    connection.close()


def test_an_event_waits_while_the_inbox_is_away(shop: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "away"
    consumer = shop.consumer(inbox=folder / "inbox.db")
    handled = recording(consumer)
    sent(shop, "m-1")
    with working(consumer):
        await_true(lambda: bool(shop.told))
        assert "there is no folder" in shop.told[0]
        assert handled == []
        folder.mkdir()
        await_true(lambda: handled == ["m-1"])
    assert len(shop.told) == 1


def test_what_another_consumer_has_claimed_waits_for_it(shop: Desk, tmp_path: Path) -> None:
    with open_inbox(tmp_path / "inbox.db") as inbox:
        claim = inbox.claim("retried", "m-1", 60)
        consumer = shop.consumer(inbox="inbox.db")
        handled = recording(consumer)
        sent(shop, "m-1")
        sent(shop, "m-2")
        with working(consumer):
            await_true(lambda: handled == ["m-2"])
            inbox.fail(claim)  # type: ignore[arg-type]
            await_true(lambda: handled == ["m-2", "m-1"])


def test_what_does_not_fit_the_spec_is_said_when_the_consumer_is_made_or_begins(shop: Desk) -> None:
    with pytest.raises(WrongUsage, match="declares no consumer 'other': it has by-order, by-message, impatient"):
        shop.consumer(name="other")
    with pytest.raises(WrongUsage, match="INBOX is not set"):
        shop.consumer(name="by-message", environment={})
    consumer = shop.consumer(name="by-order")
    consumer.on(queue="plain")(print)
    with pytest.raises(WrongUsage, match="this consumer reads retried, and its handlers read plain"):
        consumer.run()


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        (Identity(), "m-1"),
        (Identity("header", header="x-id"), "settled 7"),
        (Identity("header", header="x-missing"), None),
        (Identity("header", header="x-flag"), None),
        (Identity("payload", FieldPath(("order", "id"))), "settled A"),
        (Identity("payload", FieldPath(("order",))), None),
        (Identity("payload", FieldPath(("order", "id", "x"))), None),
    ],
)
def test_what_identifies_an_event(identity: Identity, expected: str | None) -> None:
    event = ConsumedEvent(
        "settled", {"order": {"id": "A"}}, "m-1", "q", "e", "k", {"x-id": 7, "x-flag": True}, b"", "application/json"
    )
    assert identity_of(event, identity) == expected
