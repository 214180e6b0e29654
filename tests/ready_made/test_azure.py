"""The pipeline for Azure that a page shows: its format, and its steps that are scripts."""

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.broker_fixtures import Vhost
from tests.cli.conftest import SPEC
from tests.code_hosts.api import TOKEN, Api
from tests.code_hosts.test_comments import environ
from tests.git_repository import Repository
from tests.ready_made.job import BIN, REQUIREMENT, reaching, run, said_by, shown

SHOWN = shown("azure-pipelines.md", "azure-pipelines.yml")
READ = yaml.safe_load(SHOWN)


def _steps(job: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = job["strategy"]["runOnce"]["deploy"]["steps"] if "deployment" in job else job["steps"]
    return found


STEPS = {
    one["displayName"]: one for stage in READ["stages"] for job in stage["jobs"] for one in _steps(job) if "bash" in one
}


def done_by(step: str, folder: Path, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the script of a step; ``$(NAME)`` is a variable, and a script gets all that are no secret."""
    own = {
        name: re.sub(r"\$\(([\w.]+)\)", lambda found: variables[found[1]], value)
        for name, value in STEPS[step].get("env", {}).items()
    }
    of_pipeline = {name: value for name, value in variables.items() if name not in ("EDATOOL_BROKER", "GITHUB_TOKEN")}
    return run(STEPS[step]["bash"], folder, {**of_pipeline, **own}, shell=("bash", "--noprofile", "--norc", "-c"))


def test_azure_has_this_format(tmp_path: Path) -> None:
    file = tmp_path / "azure-pipelines.json"
    # Azure takes every scalar for text, and so does its schema.
    file.write_text(json.dumps(yaml.load(SHOWN, yaml.BaseLoader)))
    schema = ("--builtin-schema", "vendor.azure-pipelines", "--regex-variant", "nonunicode")
    assert said_by(BIN / "check-jsonschema", *schema, file) == ""


@pytest.mark.slow
def test_it_is_installed(tmp_path: Path) -> None:
    assert done_by("Install edatool", tmp_path, {"EDATOOL": REQUIREMENT}).returncode == 0


def test_a_pull_request_that_loses_an_event_is_told_in_the_summary_and_on_github_and_fails(
    change: Repository, api: Api
) -> None:
    done = done_by("Say what changes", change.folder, {})
    assert f"##vso[task.uploadsummary]{change.folder}/edatool-review.md\n" in done.stdout, done.stderr
    of_github = {
        "Build.Repository.Name": "shop/routes",
        "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER": "7",
        "GITHUB_TOKEN": TOKEN,
    }
    url = {"GITHUB_API_URL": environ("github", api.url)["GITHUB_API_URL"]}
    done = done_by("Comment on the pull request", change.folder, {**of_github, **url})
    assert done.returncode == 0, done.stderr
    assert "losing orders" in api.bodies[0]
    assert done_by("Lose nothing", change.folder, {}).returncode == 5


@pytest.mark.slow
def test_an_error_fails_the_stage_and_is_among_the_results(change: Repository) -> None:
    (change.folder / "routes.yaml").write_text(SPEC.replace("queue: orders,", "queue: nobody,"))
    assert done_by("Check the spec, and run its tests", change.folder, {}).returncode == 1
    assert "nobody" in (change.folder / "edatool-findings.xml").read_text()


@pytest.mark.slow
def test_the_plan_that_was_published_is_applied_and_drift_is_seen(
    change: Repository, vhost: Vhost, tmp_path: Path
) -> None:
    published = tmp_path / "plan"
    published.mkdir()
    variables = {
        **reaching(vhost),
        "BUILD_ARTIFACTSTAGINGDIRECTORY": str(published),
        "PIPELINE_WORKSPACE": str(tmp_path),
    }
    assert "4 to create" in done_by("Plan", change.folder, variables).stdout
    elsewhere = tmp_path / "nothing is checked out"
    elsewhere.mkdir()
    assert "4 of 4 steps done" in done_by("Apply", elsewhere, variables).stderr
    assert done_by("Drift", change.folder, variables).returncode == 0
    (change.folder / "routes.yaml").write_text(SPEC)
    assert done_by("Drift", change.folder, variables).returncode == 3
