"""A shop with filters for the tests of routers."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.broker_fixtures import Server, Vhost, fresh_vhost
from tests.runtime.router.filtered_shop import QUEUES, SPEC, Shop, applied, spec


@pytest.fixture(scope="session")
def _shop_of_all(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with fresh_vhost(server) as vhost:
        yield applied(vhost, spec(tmp_path_factory.mktemp("shop")))


@pytest.fixture
def shop(_shop_of_all: Shop) -> Shop:
    """An empty shop, for tests that end all routers in peace and change nothing but messages."""
    with _shop_of_all.channel() as channel:
        for name in QUEUES:
            channel.queue_purge(name)
    return _shop_of_all


@pytest.fixture
def new_shop(vhost: Vhost, tmp_path: Path) -> Callable[[str], Shop]:
    """Apply a spec in a vhost of this test alone."""
    return lambda text: applied(vhost, spec(tmp_path, text))


@pytest.fixture
def own_shop(new_shop: Callable[[str], Shop]) -> Shop:
    """A shop of this test alone."""
    return new_shop(SPEC)
