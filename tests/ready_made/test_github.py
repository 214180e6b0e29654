"""Workflows of GitHub that pages show."""

import re
import shutil
from pathlib import Path

import pytest

from tests.pages.reading import ROOT
from tests.ready_made.job import BIN, TASKS, said_by

BLOCKS = re.compile(r"^```yaml\n(on: .*?)^```$", re.MULTILINE | re.DOTALL)
SHOWN = [block for page in sorted(TASKS.glob("*.md")) for block in BLOCKS.findall(page.read_text())]


@pytest.mark.parametrize("workflow", SHOWN, ids=range(len(SHOWN)))
def test_actionlint_has_nothing_to_say(workflow: str, tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    # A local action is looked at, too: its inputs have to be there.
    (folder / "routes.yml").write_text(workflow.replace("OWNER/REPOSITORY@COMMIT", "./"))
    shutil.copy(ROOT / "action.yml", tmp_path)
    (tmp_path / ".git").mkdir()
    assert said_by(BIN / "actionlint", "-no-color", folder / "routes.yml") == ""
