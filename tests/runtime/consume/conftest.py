"""A shop for the tests of consumers."""

from pathlib import Path

import pytest

from tests.broker_fixtures import Vhost
from tests.runtime.consume.paid_shop import Desk
from tests.runtime.consume.paid_shop import desk as made


@pytest.fixture
def desk(vhost: Vhost, tmp_path: Path) -> Desk:
    """The shop in a vhost of this test alone."""
    return made(vhost, tmp_path)
