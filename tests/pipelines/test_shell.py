"""Every script of the repository is good shell, also those in the files of pipelines."""

from pathlib import Path

import pytest
import yaml

from tests.pages.reading import ROOT
from tests.pipelines import test_azure, test_gitlab, test_jenkins
from tests.pipelines.job import BIN, said_by, shown

FILES = [*(ROOT / ".ci").iterdir(), *(ROOT / "tests" / "servers").iterdir()]


def scripts() -> dict[str, tuple[str, str]]:
    """Return what runs each script, and its text, by where it is."""
    of_gitlab = {
        f"{where}-{job}": ("bash", "\n".join(one["script"]))
        for where, text in (
            ("component", test_gitlab.included()),
            ("gitlab-ci.md", shown("gitlab-ci.md", "standalone.gitlab-ci.yml")),
        )
        for job, one in test_gitlab.Pipeline(yaml.safe_load(text)).jobs.items()
    }
    of_azure = {f"azure-pipelines.md-{step}": ("bash", one["bash"]) for step, one in test_azure.STEPS.items()}
    of_jenkins = {f"jenkins.md-{stage}": ("sh", script) for stage, script in test_jenkins.STAGES.items()}
    return {**of_gitlab, **of_azure, **of_jenkins}


SCRIPTS = scripts()


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.name)
def test_a_script_is_good_shell(file: Path) -> None:
    assert said_by(BIN / "shellcheck", file) == ""


@pytest.mark.parametrize("where", SCRIPTS)
def test_a_script_of_a_pipeline_is_good_shell(where: str, tmp_path: Path) -> None:
    shell, script = SCRIPTS[where]
    (tmp_path / "script").write_text(script)
    assert said_by(BIN / "shellcheck", f"--shell={shell}", tmp_path / "script") == ""
