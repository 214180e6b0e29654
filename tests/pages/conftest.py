from collections.abc import Callable
from pathlib import Path

import pytest

from tests.broker_fixtures import Vhost
from tests.pages.walk import walk
from tests.pages.walked import DATABASE


@pytest.fixture
def as_walked(tmp_path: Path, vhost: Vhost, request: pytest.FixtureRequest) -> Callable[[Path], str]:
    """Walk through a page, and return it with what its commands print now."""

    def through(page: Path) -> str:
        text = page.read_text()
        elsewhere = {DATABASE: request.getfixturevalue("postgresql")} if DATABASE in text else {}
        return walk(text, tmp_path, vhost, elsewhere)

    return through
