"""The component for GitLab, and the pipeline without it that ``edatool init --template ci`` writes."""

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from edatool.templates import files_of
from tests.broker_fixtures import Vhost
from tests.cli.conftest import SPEC
from tests.code_hosts.api import Api
from tests.code_hosts.test_comments import environ
from tests.git_repository import Repository
from tests.pages.reading import ROOT
from tests.ready_made.job import BIN, REQUIREMENT, TASKS, reaching, run, said_by, shown

HEAD, BODY = (ROOT / "templates" / "edatool.yml").read_text().split("\n---\n")
TEMPLATE = files_of("ci")[".gitlab-ci.yml"]
INPUTS: dict[str, dict[str, Any]] = yaml.safe_load(HEAD)["spec"]["inputs"]
PIPELINES = {
    "merge request": {"CI_PIPELINE_SOURCE": "merge_request_event"},
    "branch": {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "a-change"},
    "main": {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main"},
    "nightly": {"CI_PIPELINE_SOURCE": "schedule", "CI_COMMIT_BRANCH": "main"},
}


def included(**inputs: str) -> dict[str, Any]:
    """Return what GitLab makes of the component."""
    given = {name: one.get("default") for name, one in INPUTS.items()} | {"edatool": REQUIREMENT} | inputs

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {filled(key): filled(one) for key, one in value.items()}
        if isinstance(value, list):
            return [filled(one) for one in value]
        if isinstance(value, str):
            return re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda found: str(given[found[1]]), value)
        return value

    read: dict[str, Any] = filled(yaml.safe_load(BODY))
    return read


@dataclass(frozen=True)
class Pipeline:
    """What GitLab reads, with jobs by their names without the environment."""

    read: dict[str, Any]

    @property
    def jobs(self) -> dict[str, Any]:
        return {name.removesuffix("-production"): one for name, one in self.read.items() if "script" in one}

    def has(self, job: str, variables: Mapping[str, str]) -> bool:
        """Tell whether a pipeline with these variables has a job."""
        of_all = self.read.get("workflow", {"rules": [{"if": "None == None"}]})["rules"]
        return all(any(is_true(one["if"], variables) for one in rules) for rules in (of_all, self.jobs[job]["rules"]))

    def run(self, job: str, checkout: Repository, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        default, one = self.read.get("default", {}), self.jobs[job]
        own = {**self.read.get("variables", {}), "EDATOOL": REQUIREMENT, **one.get("variables", {})}
        script = [*(one.get("before_script") or default["before_script"]), *one["script"]]
        return run("\n".join(script), checkout.folder, {**own, **variables})


def component(**inputs: str) -> Pipeline:
    return Pipeline(included(**inputs))


def template() -> Pipeline:
    return Pipeline(yaml.safe_load(TEMPLATE))


@pytest.fixture(params=["component", pytest.param("template", marks=pytest.mark.slow)])
def pipeline(request: pytest.FixtureRequest) -> Pipeline:
    return component() if request.param == "component" else template()


def of_request(checkout: Repository, api: Api) -> dict[str, str]:
    """Return the variables of a merge request of the last commit."""
    return {**environ("gitlab", api.url), "CI_MERGE_REQUEST_DIFF_BASE_SHA": checkout.run("rev-parse", "HEAD^")}


def is_true(condition: str, variables: Mapping[str, str]) -> bool:
    """Evaluate ``$A == "b" && $C != $D``: all that the rules here say."""
    words = re.sub(r"\$(\w+)", lambda found: repr(variables.get(found[1])), condition).replace("&&", "and")
    assert re.fullmatch(r"""(?:None|'[\w-]*'|"[\w-]*"|==|!=|and|\s)+""", words)
    return bool(eval(words))


INCLUDING = [shown(page, ".gitlab-ci.yml") for page in ("gitlab-ci.md", "environments.md")]


def test_gitlab_has_this_format(tmp_path: Path) -> None:
    texts = [HEAD, yaml.safe_dump(included()), TEMPLATE, *INCLUDING]
    files = [tmp_path / f"{number}.yml" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text)
    assert said_by(BIN / "check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", *files) == ""


def test_every_input_is_used_and_told_with_its_default() -> None:
    page = (TASKS / "gitlab-ci.md").read_text()
    for name, one in INPUTS.items():
        assert f"$[[ inputs.{name} ]]" in BODY
        assert f"`{name}`" in page
        assert f"`{one.get('default') or name}`" in page


@pytest.mark.parametrize("text", INCLUDING, ids=["once", "twice"])
def test_who_includes_it_gives_inputs_that_there_are(text: str) -> None:
    for one in yaml.safe_load(text)["include"]:
        assert {name for name, it in INPUTS.items() if "default" not in it} <= one["inputs"].keys() <= INPUTS.keys()


def test_each_pipeline_has_the_jobs_for_it(pipeline: Pipeline) -> None:
    jobs = {
        about: [name for name in pipeline.jobs if pipeline.has(name, {"CI_DEFAULT_BRANCH": "main", **variables})]
        for about, variables in PIPELINES.items()
    }
    assert jobs == {
        "merge request": ["check", "review"],
        "branch": [],
        "main": ["check", "plan", "apply"],
        "nightly": ["drift"],
    }


def test_a_job_waits_for_jobs_that_there_are(pipeline: Pipeline) -> None:
    assert {one for job in pipeline.jobs.values() for one in job.get("needs", ())} <= pipeline.read.keys()


def test_two_environments_share_no_job() -> None:
    both = [included(environment=name) for name in ("staging", "production")]
    assert both[0].keys().isdisjoint(both[1].keys())


def test_nothing_is_applied_before_somebody_has_read_the_plan(pipeline: Pipeline) -> None:
    assert [rule["when"] for rule in pipeline.jobs["apply"]["rules"]] == ["manual"]


def test_what_is_found_and_how_tests_fare_is_in_reports(pipeline: Pipeline, change: Repository) -> None:
    done = pipeline.run("check", change, {})
    assert done.returncode == 0, done.stderr
    reports = pipeline.jobs["check"]["artifacts"]["reports"]
    [found] = json.loads((change.folder / reports["codequality"]).read_text())
    assert "'orders'" in found["description"]
    assert (change.folder / reports["junit"]).read_text().startswith("<?xml")


def test_an_error_fails_the_job_and_is_in_the_report(pipeline: Pipeline, change: Repository) -> None:
    (change.folder / "routes.yaml").write_text(SPEC.replace("queue: orders,", "queue: nobody,"))
    done = pipeline.run("check", change, {})
    assert (done.returncode, "nobody" in done.stdout) == (1, True)
    assert "nobody" in (change.folder / "edatool-quality.json").read_text()


def test_a_merge_request_that_loses_an_event_is_told_and_fails(
    pipeline: Pipeline, change: Repository, api: Api
) -> None:
    done = pipeline.run("review", change, of_request(change, api))
    assert (done.returncode, "losing orders" in api.bodies[0]) == (5, True)


@pytest.mark.slow
def test_what_is_lost_is_at_its_line_in_the_report(change: Repository, api: Api) -> None:
    component().run("review", change, of_request(change, api))
    [found] = json.loads((change.folder / "edatool-change.json").read_text())
    assert (found["check_name"], found["location"]["lines"]["begin"]) == ("E802", 4)


@pytest.mark.slow
def test_a_merge_request_may_say_that_it_is_meant(change: Repository, api: Api) -> None:
    done = component(allow="--allow-unroutable order.placed").run("review", change, of_request(change, api))
    assert (done.returncode, len(api.bodies)) == (0, 1), done.stderr


@pytest.mark.slow
def test_a_fork_has_it_in_the_log(change: Repository, api: Api) -> None:
    variables = {name: value for name, value in of_request(change, api).items() if name != "GITLAB_TOKEN"}
    assert "losing orders" in component().run("review", change, variables).stdout
    assert api.asked == []


@pytest.mark.slow
def test_only_the_plan_that_the_merge_request_shows_is_applied(change: Repository, api: Api, vhost: Vhost) -> None:
    jobs, variables = component(plan="reviewed"), {**of_request(change, api), **reaching(vhost)}
    assert jobs.run("review", change, variables).returncode == 0
    assert "### Plan for " in api.bodies[0]
    of_main = {**variables, "CI_COMMIT_SHA": change.run("rev-parse", "HEAD")}
    assert jobs.run("apply", change, of_main).returncode == 5  # it is not merged yet
    api.merged[of_main["CI_COMMIT_SHA"]] = 7
    applied = jobs.run("apply", change, of_main)
    assert "4 of 4 steps done" in applied.stderr


@pytest.mark.slow
def test_the_plan_that_was_kept_is_applied_and_drift_is_seen(
    pipeline: Pipeline, change: Repository, vhost: Vhost
) -> None:
    planned = pipeline.run("plan", change, reaching(vhost))
    assert "4 to create" in planned.stdout, planned.stderr
    applied = pipeline.run("apply", change, reaching(vhost))
    assert "4 of 4 steps done" in applied.stderr
    assert pipeline.run("drift", change, reaching(vhost)).returncode == 0
    # It is carried out already: that is another state than the reviewed one.
    assert pipeline.run("apply", change, reaching(vhost)).returncode == 5
    (change.folder / "routes.yaml").write_text(SPEC)
    assert pipeline.run("drift", change, reaching(vhost)).returncode == 3
