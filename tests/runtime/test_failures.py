"""100,000 messages while a broker fails in all ways: each has one outcome, and what is confirmed is there."""

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pika
import pytest

from edatool import Publisher
from edatool.broker.address import parse
from edatool.server import node
from edatool.server.installed import until
from edatool.server.node import Node
from tests.broker.test_publishing import ids_in
from tests.cluster_fixtures import require_installed_server
from tests.node_control import control, crash
from tests.proxy import Proxy
from tests.runtime.accounting import Books, make, publish_while, spec_with

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

COUNT = 20_000
"""For each of five failures."""
PATIENCE = 120


@pytest.fixture
def broker(node_folder: Path) -> Node:
    require_installed_server()
    return node.start(node_folder)


def publisher_for(
    folder: Path, broker: Node, queue: str = "{}", retries: int = 1000, timeout: float = PATIENCE
) -> Publisher:
    checked = spec_with(folder, queue)
    make(checked, parse(broker.url, broker.management))
    return Publisher(checked, broker.url, retries=retries, timeout=timeout)


def settled(books: Books, broker: Node) -> Counter[str]:
    return books.check(ids_in(broker.url))


def all_of(outcomes: Counter[str]) -> bool:
    """Say whether everything that could be published was confirmed."""
    return outcomes == Counter(confirmed=COUNT * 98 // 100, rejected=COUNT // 100, unroutable=COUNT // 100)


def assert_only_returns_are_unknown(books: Books) -> None:
    """What is returned is unknown, not unroutable, only where a connection was lost after an earlier attempt."""
    unknown = [one for one in books.receipts if one.outcome == "unknown"]
    assert [one for one in unknown if one.event != "lost" or not one.resent] == []


def restarted(folder: Path) -> None:
    node.stop(folder)
    node.start(folder)


def crashed(folder: Path) -> None:
    crash(folder)
    node.start(folder)


@pytest.mark.parametrize("harm", [restarted, crashed])
def test_a_broker_that_ends_and_comes_back(
    tmp_path: Path, node_folder: Path, broker: Node, harm: Callable[[Path], None]
) -> None:
    def after_some(books: Books) -> None:
        books.await_receipts(COUNT // 4)
        books.second_half.set()
        harm(node_folder)

    with publisher_for(tmp_path, broker) as publisher:
        books = publish_while(publisher, COUNT, after_some, in_halves=True)
    outcomes = settled(books, broker)
    assert_only_returns_are_unknown(books)
    assert all_of(Counter({**outcomes, "unroutable": outcomes["unroutable"] + outcomes["unknown"], "unknown": 0}))


def test_a_connection_that_is_cut_again_and_again(tmp_path: Path, broker: Node) -> None:
    address = parse(broker.url, broker.management)

    def cuts(books: Books) -> None:
        for part in range(1, 10):
            books.await_receipts(COUNT * part // 10)
            proxy.cut()

    checked = spec_with(tmp_path, "{}")
    make(checked, address)
    with Proxy((address.host, address.port)) as proxy:
        through = broker.url.replace(f":{address.port}", f":{proxy.port}")
        with Publisher(checked, through, timeout=PATIENCE) as publisher:
            books = publish_while(publisher, COUNT, cuts)
    outcomes = settled(books, broker)
    assert outcomes["unknown"] > 0
    assert outcomes["nacked"] == 0
    assert all(one.resent == 0 for one in books.receipts)


@pytest.mark.parametrize("retries", [0, 1000])
def test_an_exchange_that_is_deleted_and_made_again_and_again(tmp_path: Path, broker: Node, retries: int) -> None:
    def deletes(books: Books) -> None:
        with pika.BlockingConnection(pika.URLParameters(broker.url)) as connection:
            channel = connection.channel()
            for part in range(1, 10):
                books.await_receipts(COUNT * part // 10)
                channel.exchange_delete("e")
                time.sleep(0.02)
                channel.exchange_declare("e", "topic", durable=True)
                channel.queue_bind("q", "e", "order.#")

    with publisher_for(tmp_path, broker, retries=retries) as publisher:
        books = publish_while(publisher, COUNT, deletes)
    outcomes = settled(books, broker)
    assert outcomes["nacked"] > 0
    assert outcomes["confirmed"] > COUNT // 2
    assert any("no exchange 'e'" in one.reason for one in books.receipts)


def stands_still(books: Books) -> bool:
    before = len(books.receipts)
    time.sleep(1)
    return before == len(books.receipts) < COUNT


@pytest.mark.parametrize("timeout", [2, PATIENCE])
def test_a_memory_alarm(tmp_path: Path, node_folder: Path, broker: Node, timeout: float) -> None:
    """With patience all is confirmed when the alarm is over; without, what was not is unknown, and says why."""

    def alarm(books: Books) -> None:
        books.await_receipts(COUNT // 10)
        control(node_folder, "set_vm_memory_high_watermark", "0.0001")
        books.second_half.set()
        if timeout == PATIENCE:
            assert until(lambda: stands_still(books), 30), "the alarm blocks"
        else:
            assert until(lambda: "unknown" in {one.outcome for one in books.receipts[-100:]}, 60)
        control(node_folder, "set_vm_memory_high_watermark", "0.5")

    with publisher_for(tmp_path, broker, timeout=timeout) as publisher:
        books = publish_while(publisher, COUNT, alarm, in_halves=True)
    outcomes = settled(books, broker)
    if timeout == PATIENCE:
        assert all_of(outcomes)
    else:
        assert outcomes["unknown"] > 0
        assert any("takes no messages for now" in one.reason for one in books.receipts)
        assert books.receipts[-1].ok, "it goes on when the alarm is over"


def some_of(url: str, count: int) -> Counter[str]:
    """Take messages one by one, as more come in meanwhile: those pushed to a consumer that ends would be lost."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    found = [channel.basic_get("q", auto_ack=True)[1] for _ in range(count)]
    connection.close()
    return Counter(one.message_id for one in found)


@pytest.mark.parametrize("kind", ["classic", "quorum"])
def test_a_queue_that_is_full_until_somebody_takes_messages(tmp_path: Path, broker: Node, kind: str) -> None:
    taken: Counter[str] = Counter()

    def empty_once(books: Books) -> None:
        books.await_receipts(COUNT // 2)
        taken.update(some_of(broker.url, 2000))

    queue = f"{{type: {kind}, max_length: 3000, overflow: reject-publish}}"
    with publisher_for(tmp_path, broker, queue) as publisher:
        books = publish_while(publisher, COUNT, empty_once)
    outcomes = books.check(taken + ids_in(broker.url))
    assert outcomes["unknown"] == 0
    assert outcomes["nacked"] > 0
    assert outcomes["confirmed"] > 3000
