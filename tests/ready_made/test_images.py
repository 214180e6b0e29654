"""The images that pages show for jobs."""

from pathlib import Path

import pytest

from tests.ready_made.job import BIN, said_by, shown


@pytest.mark.parametrize(("page", "file"), [("jenkins.md", "ci/edatool/Dockerfile"), ("pipelines.md", "Dockerfile")])
def test_a_linter_has_nothing_to_say(page: str, file: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(shown(page, file))
    assert said_by(BIN / "hadolint", "--no-color", tmp_path / "Dockerfile") == ""
