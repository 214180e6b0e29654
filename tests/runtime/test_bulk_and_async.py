import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from edatool import Publisher
from edatool.broker.address import parse
from edatool.broker.live import read
from edatool.change.apply import apply
from edatool.change.plan import plan_apply
from edatool.checks.load import load
from edatool.contracts.violation import Violation
from edatool.errors import BrokerUnreachable, WrongUsage
from edatool.routes import Routes
from edatool.routing.compile import compile_spec
from tests.broker.test_publishing import ids_in
from tests.broker_fixtures import Vhost
from tests.proxy import Proxy
from tests.sessions import at

SPEC = """\
edatool: 1
name: shop
events:
  placed: {exchange: e, key: "order.{region}", schema: s.json}
  loose: {exchange: e, key: order.loose, schema: s.json, contract: warn}
  lost: {exchange: e, key: nobody}
exchanges: {e: {type: topic}}
queues: {q: {}}
bindings: [{queue: q, exchange: e, key: "order.#"}]
"""
SCHEMA = """{"type": "object", "required": ["region"], "properties": {"region": {"enum": ["eu", "us"]}}}"""
GOOD, BAD = {"region": "eu"}, {"region": "mars"}


@pytest.fixture
def checked(tmp_path: Path) -> Routes:
    (tmp_path / "routes.yaml").write_text(SPEC)
    (tmp_path / "s.json").write_text(SCHEMA)
    return load([str(tmp_path / "routes.yaml")], {})


@pytest.fixture
def there(vhost: Vhost, checked: Routes) -> Vhost:
    address = parse(vhost.url, vhost.management)
    apply(plan_apply(compile_spec(checked.spec), read(at(address, vhost.name)).topology), at(address, vhost.name))
    return vhost


@pytest.fixture
def publisher(checked: Routes, there: Vhost) -> Iterator[Publisher]:
    with Publisher(checked, there.url, window=20) as publisher:
        yield publisher


MIXED = [("placed", GOOD), ("placed", BAD), ("lost", {}), ("loose", BAD)] * 50
OUTCOMES = ["confirmed", "rejected", "unroutable", "confirmed"] * 50


def test_receipts_of_many_come_in_order_with_an_outcome_each(publisher: Publisher, there: Vhost) -> None:
    receipts = list(publisher.publish_many(MIXED))
    assert [one.outcome for one in receipts] == OUTCOMES
    assert [one.event for one in receipts] == [event for event, _ in MIXED]
    assert {one.message_id for one in receipts if one.ok} == set(ids_in(there.url))


def test_an_event_that_only_warns_is_published_with_what_it_breaks(publisher: Publisher) -> None:
    receipt = publisher.publish("loose", BAD)
    assert (receipt.outcome, [one.pointer for one in receipt.violations]) == ("confirmed", ["/region"])


def test_many_texts_have_receipts_too(publisher: Publisher) -> None:
    texts = [b'{"region": "eu"}', b'{"region": NaN}', b'{"region":"us"}']
    receipts = publisher.publish_many_json(("placed", text) for text in texts)
    assert [one.outcome for one in receipts] == ["confirmed", "rejected", "confirmed"]


def test_many_are_taken_only_as_they_can_be_sent(publisher: Publisher) -> None:
    taken = 0

    def endless() -> Iterator[tuple[str, object]]:
        nonlocal taken
        while True:
            taken += 1
            yield "placed", GOOD

    receipts = publisher.publish_many(endless())
    for _ in range(100):
        assert next(receipts).ok
    assert taken <= 100 + 20


def test_a_receipt_that_is_known_comes_before_more_is_taken(publisher: Publisher) -> None:
    taken = 0

    def wrong() -> Iterator[tuple[str, object]]:
        nonlocal taken
        for _ in range(5):
            taken += 1
            yield "placed", BAD

    receipts = publisher.publish_many(wrong())
    assert next(receipts).outcome == "rejected"
    assert taken == 1


def test_many_may_have_ids_and_come_again_under_them(publisher: Publisher, there: Vhost) -> None:
    for _ in range(2):
        assert [one.message_id for one in publisher.publish_many([("placed", GOOD, "a"), ("placed", GOOD, "b")])] == [
            "a",
            "b",
        ]
    assert ids_in(there.url) == {"a": 2, "b": 2}


def test_what_is_no_payload_is_rejected_in_its_place(publisher: Publisher) -> None:
    texts: list[tuple[str, bytes | Violation]] = [
        ("placed", b'{"region": "eu"}'),
        ("nosuch", Violation("/type", "no such event")),
        ("placed", b"{}"),
    ]
    receipts = list(publisher.publish_many_json(texts))
    assert [one.outcome for one in receipts] == ["confirmed", "rejected", "rejected"]
    assert receipts[1].violations[0].pointer == "/type"


def test_an_undeclared_event_among_many_comes_after_the_receipts_of_those_before(publisher: Publisher) -> None:
    receipts = publisher.publish_many([("placed", GOOD), ("plcaed", GOOD)])
    assert next(receipts).ok
    with pytest.raises(WrongUsage, match="plcaed"):
        next(receipts)


def test_many_to_nobody_are_an_error_and_to_a_broker_that_went_away_unknown(checked: Routes, there: Vhost) -> None:
    with Publisher(checked, "amqp://127.0.0.1:1") as publisher, pytest.raises(BrokerUnreachable):
        list(publisher.publish_many([("placed", GOOD)] * 5))
    address = parse(there.url)
    with Proxy((address.host, address.port)) as proxy:
        url = there.url.replace(f":{address.port}", f":{proxy.port}")
        publisher = Publisher(checked, url, timeout=1, window=4)
        receipts = publisher.publish_many(_stalled_after(proxy, 6))
        outcomes = [one.outcome for one in receipts]
        confirmed = outcomes.count("confirmed")
        assert outcomes == ["confirmed"] * confirmed + ["unknown"] * (10 - confirmed)
        assert 3 <= confirmed <= 6
        proxy.flow()
        publisher.close()


def _stalled_after(proxy: Proxy, count: int) -> Iterator[tuple[str, object]]:
    """Yield ten, and silence the broker before one: those of the window may be confirmed by then."""
    for number in range(10):
        if number == count:
            proxy.stall()
        yield "placed", GOOD


def test_futures_have_receipts_and_cannot_be_cancelled(publisher: Publisher) -> None:
    futures = [publisher.publish_nowait(event, payload) for event, payload in MIXED]
    assert not futures[-1].cancel()
    assert [one.result(30).outcome for one in futures] == OUTCOMES


def test_tasks_publish_without_blocking_the_loop(publisher: Publisher) -> None:
    async def publish() -> list[str]:
        receipts = await asyncio.gather(*[publisher.publish_async(event, payload) for event, payload in MIXED])
        return [one.outcome for one in receipts]

    # Twice: a publisher outlives a loop.
    assert asyncio.run(publish()) == OUTCOMES
    assert asyncio.run(publish()) == OUTCOMES


def test_many_in_asyncio_have_receipts_in_order(checked: Routes, there: Vhost) -> None:
    async def publish() -> list[str]:
        async with Publisher(checked, there.url, window=20) as publisher:
            return [one.outcome async for one in publisher.publish_many_async(MIXED)]

    assert asyncio.run(publish()) == OUTCOMES


def test_a_cancelled_task_harms_nobody_else(publisher: Publisher, there: Vhost) -> None:
    async def publish() -> list[bool]:
        tasks = [asyncio.ensure_future(publisher.publish_async("placed", GOOD)) for _ in range(60)]
        await asyncio.sleep(0)
        for one in tasks[::2]:
            one.cancel()
        receipts = await asyncio.gather(*tasks, return_exceptions=True)
        return [not isinstance(one, BaseException) and one.ok for one in receipts[1::2]]

    assert asyncio.run(publish()) == [True] * 30
    assert publisher.publish("placed", GOOD).ok
    assert publisher.close() == []


def test_an_unreachable_broker_raises_in_futures_and_tasks(checked: Routes) -> None:
    with Publisher(checked, "amqp://127.0.0.1:1") as publisher:
        with pytest.raises(BrokerUnreachable):
            publisher.publish_nowait("placed", GOOD).result(10)
        with pytest.raises(BrokerUnreachable):
            asyncio.run(publisher.publish_async("placed", GOOD))
