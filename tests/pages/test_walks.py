"""Whoever follows a page, from its first command to its last, sees what it shows: ``make docs`` writes it anew.

The pages of docs/tasks are walked through in test_walks_of_tasks.py, at the same time.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pages.reading import ROOT
from tests.pages.walked import TASKS, WALKED


@pytest.mark.parametrize(
    "page", [one for one in WALKED if one.parent != TASKS], ids=lambda page: str(page.relative_to(ROOT))
)
def test_a_page_shows_what_its_commands_print(page: Path, as_walked: Callable[[Path], str]) -> None:
    assert as_walked(page) == page.read_text()
