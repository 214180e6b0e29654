from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.broker_fixtures import Server, Vhost, fresh_vhost
from tests.pages.walk import walk
from tests.pages.walked import DATABASE, PRODUCTION


@pytest.fixture
def other_vhost(server: Server) -> Iterator[Vhost]:
    """Another vhost than that of the test."""
    with fresh_vhost(server) as vhost:
        yield vhost


@pytest.fixture
def as_walked(tmp_path: Path, vhost: Vhost, request: pytest.FixtureRequest) -> Callable[[Path], str]:
    """Walk through a page, and return it with what its commands print now."""

    def through(page: Path) -> str:
        text = page.read_text()
        elsewhere = {DATABASE: request.getfixturevalue("postgresql")} if DATABASE in text else {}
        if PRODUCTION in text:
            elsewhere[PRODUCTION] = request.getfixturevalue("other_vhost").url
        return walk(text, tmp_path, vhost, elsewhere)

    return through
