"""As test_walks.py, for the pages of docs/tasks."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pages.walked import TASKS, WALKED

# Hundreds of commands are typed: they take as long as a good part of all other tests.
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("page", [one for one in WALKED if one.parent == TASKS], ids=lambda page: page.stem)
def test_a_page_shows_what_its_commands_print(page: Path, as_walked: Callable[[Path], str]) -> None:
    assert as_walked(page) == page.read_text()
