"""The action for GitHub: its scripts are run as they are, but for the installation."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from tests.broker_fixtures import Vhost
from tests.cli.test_diff import BOUND, write
from tests.code_hosts.api import Api, serving
from tests.code_hosts.test_comments import environ
from tests.git_repository import repository
from tests.pipeline.expressions import expanded

ACTION = Path(__file__).parents[2] / "action.yml"
READ = yaml.safe_load(ACTION.read_text())
STEPS = {one["name"]: one for one in READ["runs"]["steps"]}
COMMENT, CHECK, APPLY = "Comment on the pull request", "Check the spec, and run its tests", "Apply"
LOST = "Check that nothing is lost"


@pytest.fixture
def api() -> Iterator[Api]:
    with serving() as there:
        yield there


def run(step: str, folder: Path, values: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the script of a step as a runner does, with these values of expressions and variables."""
    bin_ = folder / "runner" / "edatool" / "bin"
    bin_.mkdir(parents=True, exist_ok=True)
    if not (bin_ / "edatool").exists():
        (bin_ / "edatool").symlink_to(Path(sys.executable).parent / "edatool")
    inputs = {f"inputs.{name}": one["default"] for name, one in READ["inputs"].items()}
    own = {name: expanded(value, {**inputs, **values}) for name, value in STEPS[step]["env"].items()}
    of_ci = {name: value for name, value in values.items() if "." not in name}
    given = {**os.environ, **of_ci, **own, "RUNNER_TEMP": str(folder / "runner")}
    given.setdefault("GITHUB_STEP_SUMMARY", str(folder / "summary.md"))
    script = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[step]["run"]]
    return subprocess.run(script, check=False, capture_output=True, text=True, cwd=folder, env=given)


def test_scripts_hold_no_expressions() -> None:
    for step in STEPS.values():
        assert "${{" not in step["run"]  # others could write commands there


def test_zizmor_finds_nothing_to_attack() -> None:
    command = [str(Path(sys.executable).parent / "zizmor"), "--offline", str(ACTION)]
    assert "No findings to report" in subprocess.run(command, check=False, capture_output=True, text=True).stdout


@pytest.mark.parametrize("is_fork", ["false", "true"])
def test_a_pull_request_gets_a_comment_and_that_of_a_fork_a_summary(shop: Path, api: Api, is_fork: str) -> None:
    repository(shop)
    write(BOUND, "")
    head = "stranger/routes" if is_fork == "true" else "shop/routes"
    known = {"github.event.pull_request.head.repo.full_name": head, "github.repository": "shop/routes"}
    token = {"inputs.token": environ("github", api.url)["GITHUB_TOKEN"], "inputs.against": "HEAD"}
    done = run(COMMENT, shop, {**environ("github", api.url), **known, **token})
    assert done.returncode == 0, done.stderr
    assert "losing orders" in (shop / "summary.md").read_text()
    assert len(api.comments) == (0 if is_fork == "true" else 1)


def test_what_is_wrong_fails_the_job_and_is_in_sarif(shop: Path) -> None:
    assert run(CHECK, shop, {}).returncode == 0
    write("queue: orders,", "queue: nobody,")
    assert run(CHECK, shop, {}).returncode == 1
    assert "nobody" in (shop / "edatool.sarif").read_text()


def test_a_lost_event_fails_the_job_unless_it_is_agreed_to(shop: Path) -> None:
    repository(shop)
    write(BOUND, "")
    assert run(LOST, shop, {"inputs.against": "HEAD"}).returncode == 5
    agreed = {"inputs.against": "HEAD", "inputs.allow": "--allow-unroutable order.placed"}
    assert run(LOST, shop, agreed).returncode == 0


def test_what_the_spec_declares_is_applied_where_no_review_is_asked_for(shop: Path, on_broker: Vhost) -> None:
    done = run(APPLY, shop, {"inputs.broker": on_broker.url, "inputs.apply": "true"})
    assert done.returncode == 0, done.stderr
    assert "5 to create" in done.stdout
    assert "5 of 5 steps done" in done.stderr
