"""Whoever follows a page, from its first command to its last, sees what it shows: ``make docs`` writes it anew."""

from pathlib import Path

import pytest

from tests.broker_fixtures import Vhost
from tests.pages.reading import ROOT
from tests.pages.walk import walk
from tests.pages.walked import DATABASE, WALKED


@pytest.mark.parametrize("page", WALKED, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_shows_what_its_commands_print(
    page: Path, tmp_path: Path, vhost: Vhost, request: pytest.FixtureRequest
) -> None:
    text = page.read_text()
    elsewhere = {DATABASE: request.getfixturevalue("postgresql")} if DATABASE in text else {}
    assert walk(text, tmp_path, vhost, elsewhere) == text
