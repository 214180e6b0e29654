"""The pipeline for Jenkins that a page shows: the scripts of its stages."""

import re
import subprocess
from collections.abc import Mapping

import pytest
from groovy_parser.parser import parse_groovy_content

from tests.broker_fixtures import Vhost
from tests.cli.conftest import SPEC
from tests.code_hosts.api import Api
from tests.code_hosts.test_comments import environ
from tests.git_repository import Repository
from tests.ready_made.job import reaching, run, shown

SHOWN = shown("jenkins.md", "Jenkinsfile")
STAGES = dict(
    re.findall(r"stage\('(\w+)'\)(?:(?!stage\().)*? sh (?:'''(?=\n)|')(.*?)'", SHOWN, re.DOTALL),
)


def done_by(stage: str, checkout: Repository, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return run(STAGES[stage], checkout.folder, variables, shell=("sh", "-xe", "-c"))


def test_every_stage_has_a_script() -> None:
    assert list(STAGES) == re.findall(r"stage\('(\w+)'\)", SHOWN)


@pytest.mark.slow
def test_it_is_good_groovy() -> None:
    parse_groovy_content(SHOWN)


def test_findings_and_tests_are_where_the_plugins_look(change: Repository) -> None:
    done = done_by("Check", change, {})
    assert done.returncode == 0, done.stderr
    for file in re.findall(r"'(edatool-\w+\.xml)'", SHOWN):
        assert (change.folder / file).read_text().startswith("<?xml")


@pytest.mark.slow
def test_an_error_fails_the_stage(change: Repository) -> None:
    (change.folder / "routes.yaml").write_text(SPEC.replace("queue: orders,", "queue: nobody,"))
    assert done_by("Check", change, {}).returncode == 1
    assert "nobody" in (change.folder / "edatool-findings.xml").read_text()


def test_a_pull_request_that_loses_an_event_is_told_and_fails(change: Repository, api: Api) -> None:
    change.run("update-ref", "refs/remotes/origin/main", "HEAD^")
    of_github = {**environ("github", api.url), "CHANGE_ID": "7", "CHANGE_TARGET": "main"}
    done = done_by("Review", change, {name: value for name, value in of_github.items() if name != "GITHUB_REF"})
    assert (done.returncode, "losing orders" in api.bodies[0]) == (5, True)


@pytest.mark.slow
def test_the_plan_that_was_printed_is_applied_and_drift_is_seen(change: Repository, vhost: Vhost) -> None:
    assert "4 to create" in done_by("Plan", change, reaching(vhost)).stdout
    assert "4 of 4 steps done" in done_by("Apply", change, reaching(vhost)).stderr
    assert done_by("Drift", change, reaching(vhost)).returncode == 0
    (change.folder / "routes.yaml").write_text(SPEC)
    assert done_by("Drift", change, reaching(vhost)).returncode == 3
