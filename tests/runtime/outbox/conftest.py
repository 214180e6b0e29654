"""What tests of outboxes begin with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edatool.broker.address import parse
from tests.broker_fixtures import Vhost
from tests.proxy import Proxy
from tests.runtime.outbox.relays import declare


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "outbox.db"


@pytest.fixture
def there(vhost: Vhost) -> str:
    """The URL of a vhost with a queue q."""
    declare(vhost.url, "q")
    return vhost.url


@pytest.fixture
def proxy(there: str) -> Iterator[Proxy]:
    address = parse(there)
    with Proxy((address.host, address.port)) as proxy:
        yield proxy
