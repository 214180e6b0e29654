"""A shop for the tests of consumers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.broker_fixtures import Server, Vhost, fresh_vhost
from tests.runtime.consume.paid_shop import Desk
from tests.runtime.consume.paid_shop import desk as made
from tests.runtime.router.filtered_shop import Shop


@pytest.fixture
def desk(vhost: Vhost, tmp_path: Path) -> Desk:
    """The shop in a vhost of this test alone."""
    return made(vhost, tmp_path)


@pytest.fixture(scope="module")
def shared_shop(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The shop in a vhost of one file's tests."""
    with fresh_vhost(server) as vhost:
        yield made(vhost, tmp_path_factory.mktemp("shop")).shop


@pytest.fixture
def shared_desk(shared_shop: Shop) -> Iterator[Desk]:
    """The shop of one file's tests, to begin with and in the end with nothing in its queues."""
    yield Desk(shared_shop)
    with shared_shop.channel() as channel:
        for queue in shared_shop.checked.topology.queues:
            channel.queue_purge(queue)
