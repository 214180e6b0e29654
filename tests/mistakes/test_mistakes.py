"""What people type wrong, and all that they are told: read it aloud, in the tables beside this file."""

import os
from pathlib import Path

import pytest

from tests.broker_fixtures import Vhost
from tests.click_texts import with_texts_of_today
from tests.mistakes.on_a_broker import on
from tests.mistakes.told import blocks, said, title, told


@pytest.fixture(autouse=True)
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own, and an environment that names nothing."""
    monkeypatch.chdir(tmp_path)
    for name in [one for one in os.environ if one.startswith("EDATOOL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "100")


@with_texts_of_today
@pytest.mark.parametrize("block", [pytest.param(one, id=title(one)) for one in blocks("command_line.txt")])
def test_a_mistake_on_the_command_line_is_told_as_the_table_says(block: str) -> None:
    assert told(block.rstrip() + "\n", said) == block.rstrip() + "\n"


@pytest.mark.parametrize("block", [pytest.param(one, id=title(one)) for one in blocks("on_a_broker.txt")])
def test_a_mistake_on_a_broker_is_told_as_the_table_says(block: str, vhost: Vhost) -> None:
    with on(vhost) as say:
        assert told(block.rstrip() + "\n", say) == block.rstrip() + "\n"
