"""The pages for whoever works on edatool name files that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = ("CONTRIBUTING.md", "docs/reasons/architecture.md")
STILL_TO_BE_WRITTEN = {"your_rule.py", "your_command.py", "your_page.py", "x_bar.py"}


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_is_named_is_there(page: str) -> None:
    named = re.findall(r"`([a-z_0-9/.]+\.py|[\w/]+/)`", (ROOT / page).read_text())
    there = {path.name for path in ROOT.glob("edatool/**/*.py")}
    missing = [
        name
        for name in named
        if Path(name).name not in STILL_TO_BE_WRITTEN
        and not any((ROOT / above / name).exists() for above in ("", "edatool"))
        and name not in there
    ]
    assert len(named) > 10
    assert missing == []


def test_every_room_stands_in_the_architecture() -> None:
    rooms = {path.stem for path in (ROOT / "edatool").iterdir() if not path.stem.startswith(("_", "py"))}
    table = (ROOT / "docs" / "reasons" / "architecture.md").read_text().partition("## Walks")[0]
    assert [room for room in rooms if f"`{room}" not in table] == []
