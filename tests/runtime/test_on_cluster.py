"""A cluster of three with quorum queues, of which nodes die while events are published and consumed."""

import sqlite3
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from edatool import ConsumedEvent, Consumer, Publisher
from edatool.broker.address import Address, parse
from edatool.checks.load import load
from edatool.runtime.database.tables import SQLITE
from edatool.runtime.inbox.schema import ddl
from edatool.server.installed import until
from tests.broker.test_publishing import ids_in
from tests.cluster_fixtures import Member, start_dead
from tests.proxy import Proxy
from tests.runtime.accounting import Books, make, publish_while, spec_with
from tests.runtime.consume.paid_shop import working

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

COUNT = 20_000
PATIENCE = 60


def url(address: Address) -> str:
    return str(address).replace("@", f":{address.password}@", 1)


def test_a_node_that_led_the_queue_is_killed(tmp_path: Path, cluster: list[Member], nodes: list[Address]) -> None:
    """The publisher is connected to another one; what was on its way to the leader is nacked or confirmed late."""
    checked, vhost = spec_with(tmp_path, "{type: quorum}"), nodes[0].vhost
    assert vhost
    make(checked, nodes[0], vhost)

    def kill(books: Books) -> None:
        books.await_receipts(COUNT // 4)
        cluster[0].kill()

    with Publisher(checked, nodes[1], timeout=60, retries=100) as publisher:
        books = publish_while(publisher, COUNT, kill)
    outcomes = books.check(ids_in(url(nodes[2])), "nacked", "unroutable")
    assert outcomes["confirmed"] > COUNT // 4
    assert outcomes["rejected"] == COUNT // 100


def test_the_node_that_is_connected_to_is_killed_and_the_next_one_takes_over(
    tmp_path: Path, cluster: list[Member], nodes: list[Address]
) -> None:
    """As behind a load balancer: the address stays, and another node answers there."""
    checked, vhost = spec_with(tmp_path, "{type: quorum}"), nodes[0].vhost
    assert vhost
    make(checked, nodes[2], vhost)
    first, second = (parse(one.url) for one in cluster[:2])
    with Proxy((first.host, first.port)) as proxy:

        def kill(books: Books) -> None:
            books.await_receipts(COUNT // 4)
            proxy.turn_to((second.host, second.port))
            cluster[0].kill()

        balanced = url(nodes[0]).replace(f":{first.port}", f":{proxy.port}")
        with Publisher(checked, balanced, timeout=60, retries=100) as publisher:
            books = publish_while(publisher, COUNT, kill)
    outcomes = books.check(ids_in(url(nodes[2])), "nacked", "unroutable")
    assert outcomes["confirmed"] > COUNT // 4
    assert outcomes["rejected"] == COUNT // 100
    assert any(one.resent for one in books.receipts)


SHIPPING = """\
edatool: 1
name: shop
events: {placed: {exchange: events, key: order.placed}}
exchanges: {events: {type: topic}}
queues:
  orders: {type: quorum, retry: [200ms], dead_letter: {exchange: "", key: dead}}
  dead: {type: quorum}
bindings: [{queue: orders, events: [placed]}]
"""


def shipped(database: Path) -> Counter[str]:
    with closing(sqlite3.connect(database)) as connection:
        return Counter(order for (order,) in connection.execute("SELECT event FROM shipped"))


def test_a_consumer_goes_on_while_nodes_die_and_every_effect_is_there_once(
    tmp_path: Path, cluster: list[Member], nodes: list[Address]
) -> None:
    """First dies the node that it is connected to, behind a load balancer; once that is back, the queue's leader."""
    (tmp_path / "routes.yaml").write_text(SHIPPING)
    checked, vhost, database = load([str(tmp_path / "routes.yaml")], {}), nodes[0].vhost, tmp_path / "service.db"
    assert vhost
    make(checked, nodes[2], vhost)
    with closing(sqlite3.connect(database)) as connection:
        for statement in (*ddl(SQLITE), "CREATE TABLE shipped (event text)"):
            connection.execute(statement)
    first, second = (parse(one.url) for one in cluster[:2])
    published, told, no_more = list[str](), list[str](), threading.Event()

    def publish() -> None:
        with Publisher(checked, nodes[1], timeout=60, retries=100) as publisher:
            while not no_more.wait(0.005):
                receipt = publisher.publish("placed", {"order": len(published)})
                if receipt.ok and receipt.message_id:
                    published.append(receipt.message_id)

    with Proxy((first.host, first.port)) as proxy:
        balanced = parse(url(nodes[0]).replace(f":{first.port}", f":{proxy.port}"))
        consumer = Consumer(checked, balanced, inbox=f"sqlite:///{database}", tell=told.append)

        @consumer.on("placed")
        def ship(event: ConsumedEvent) -> None:
            if event.attempt == 1 and event.payload["order"] % 50 == 0:
                raise OSError("the carrier does not answer")
            with closing(sqlite3.connect(database, timeout=20)) as own, own:
                own.execute("INSERT INTO shipped VALUES (?)", (event.id,))
                event.complete_within(own)

        def go_on() -> None:
            goal = consumer.counts.done + 100
            assert until(lambda: consumer.counts.done >= goal, PATIENCE), told[-5:]

        with working(consumer), ThreadPoolExecutor(1) as thread:
            publishing = thread.submit(publish)
            try:
                go_on()
                proxy.turn_to((second.host, second.port))
                cluster[0].kill()
                go_on()
                start_dead(cluster)
                cluster[2].kill()
                go_on()
            finally:
                no_more.set()
            publishing.result()
            assert until(lambda: shipped(database).keys() >= set(published), PATIENCE), told[-5:]
    assert set(shipped(database).values()) == {1}
    assert consumer.counts.dead == 0
