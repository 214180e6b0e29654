"""One broker, and one gateway to it, for all tests of a file."""

from collections.abc import Iterator

import httpx
import pytest

import edatool
from tests.broker_fixtures import Server, Vhost, fresh_vhost
from tests.gateway.serving import applied, serving, written


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> edatool.Routes:
    """The spec of a shop."""
    return written(tmp_path_factory.mktemp("spec"))


@pytest.fixture(scope="module")
def shop(server: Server, routes: edatool.Routes) -> Iterator[Vhost]:
    """A vhost that has what the spec declares."""
    with fresh_vhost(server) as vhost:
        applied(routes, vhost)
        yield vhost


@pytest.fixture(scope="module")
def url(shop: Vhost, routes: edatool.Routes) -> Iterator[str]:
    """Where a gateway to that vhost takes events."""
    with serving(routes, shop.url) as url:
        yield url


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    """A client of it."""
    with httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
        yield client
