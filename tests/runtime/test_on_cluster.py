"""A cluster of three with quorum queues, of which nodes die while events are published."""

from pathlib import Path

import pytest

from edatool import Publisher
from edatool.broker.address import Address, parse
from tests.broker.test_publishing import ids_in
from tests.cluster_fixtures import Member
from tests.proxy import Proxy
from tests.runtime.accounting import Books, make, publish_while, spec_with

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

COUNT = 20_000


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
