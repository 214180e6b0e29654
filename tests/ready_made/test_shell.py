"""Every script of the repository is good shell, also those in the files of pipelines."""

from pathlib import Path

import pytest

from tests.cli import test_action
from tests.pages.reading import ROOT
from tests.ready_made import test_azure, test_gitlab, test_jenkins
from tests.ready_made.job import BIN, said_by

FILES = [*(ROOT / ".ci").iterdir(), *(ROOT / "tests" / "servers").iterdir()]


def scripts() -> dict[str, tuple[str, str]]:
    """Return what runs each script, and its text, by where it is."""
    of_gitlab = {
        f"{where}-{job}": ("bash", "\n".join(one["script"]))
        for where, pipeline in (("component", test_gitlab.component()), ("template", test_gitlab.template()))
        for job, one in pipeline.jobs.items()
    }
    of_azure = {f"azure-pipelines.md-{step}": ("bash", one["bash"]) for step, one in test_azure.STEPS.items()}
    of_jenkins = {f"jenkins.md-{stage}": ("sh", script) for stage, script in test_jenkins.STAGES.items()}
    of_github = {f"action.yml-{name}": ("bash", one["run"]) for name, one in test_action.STEPS.items()}
    return {**of_github, **of_gitlab, **of_azure, **of_jenkins}


SCRIPTS = scripts()


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.name)
def test_a_script_is_good_shell(file: Path) -> None:
    assert said_by(BIN / "shellcheck", file) == ""


@pytest.mark.parametrize("where", SCRIPTS)
def test_a_script_of_a_pipeline_is_good_shell(where: str, tmp_path: Path) -> None:
    shell, script = SCRIPTS[where]
    (tmp_path / "script").write_text(script)
    assert said_by(BIN / "shellcheck", f"--shell={shell}", tmp_path / "script") == ""
