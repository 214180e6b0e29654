"""A repository that ``edatool init --template ci`` made, with its whole pipeline, step by step as GitHub runs it.

The remote is a repository of git, the broker a real one, and GitHub's API the small server of tests/code_hosts.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from sarif_pydantic import Sarif

from edatool.templates import files_of
from tests.broker_fixtures import Vhost
from tests.code_hosts.api import TOKEN, Api, serving
from tests.git_repository import Repository
from tests.pipeline.runner import Event, Ran, Runner
from tests.render.sarif_schema import SARIF

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
WORKFLOW = ".github/workflows/routes.yml"
BOUND = "  - {queue: orders, events: [order.placed]}\n"
OTHERWISE = "  - {queue: orders, exchange: events, key: order.paid}\n"
ANALYTICS = """\
  analytics: {type: quorum, summary: What is counted.}

bindings:
  - {queue: analytics, events: [order.placed]}
"""


@pytest.fixture
def api() -> Iterator[Api]:
    with serving() as there:
        yield there


class Project:
    """A project on a code host with pull request 7, whose developer has a clone, and the runs of its workflow."""

    def __init__(self, folder: Path, api: Api, vhost: Vhost) -> None:
        self.remote, self.clone = Repository(folder / "remote.git"), Repository(folder / "clone")
        self.api, self.runs = api, 0
        self.remote.folder.mkdir()
        self.remote.run("init", "--quiet", "--bare", "--initial-branch", "main")
        init = [str(BIN / "edatool"), "init", "--template", "ci", "clone", "--name", "shop"]
        subprocess.run(init, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        self.clone.run("init", "--quiet", "--initial-branch", "main")
        self.clone.run("remote", "add", "origin", str(self.remote.folder))
        environ = {
            "EDATOOL_MANAGEMENT": vhost.management,
            "GITHUB_API_URL": api.url,
            "GITHUB_REPOSITORY": "shop/routes",
            "GITHUB_TOKEN": TOKEN,
        }
        secrets = {name: {"EDATOOL_BROKER": vhost.url} for name in ("review", "production")}
        runner = folder / "runner"
        runner.mkdir()
        self.runner = Runner(runner, packed(folder / "action"), self.check_out, secrets, environ)

    def check_out(self, event: Event, folder: Path) -> None:
        """Do what actions/checkout does with the fetch-depth 2 of the workflow."""
        job = Repository(folder)
        job.run("init", "--quiet")
        job.run("fetch", "--quiet", "--depth", "2", self.remote.folder.as_uri(), event.ref)
        job.run("checkout", "--quiet", "--detach", "FETCH_HEAD")

    def push(self, branch: str) -> str:
        """Commit all that is in the clone, and push it as a branch."""
        commit = self.clone.commit()
        self.clone.run("push", "--quiet", "--force", "origin", f"HEAD:refs/heads/{branch}")
        return commit

    def pull_request(self, *, of: str = "shop/routes") -> Ran:
        """Run the workflow for the pull request of what is in the clone: the merge of both, as GitHub makes it."""
        head = self.push("change")
        self.clone.run("checkout", "--quiet", "--detach", "origin/main")
        self.clone.run("merge", "--quiet", "--no-ff", "--message", "Merge the pull request", head)
        self.clone.run("push", "--quiet", "--force", "origin", "HEAD:refs/pull/7/merge")
        merge = self.clone.run("rev-parse", "HEAD")
        self.clone.run("checkout", "--quiet", "change")
        payload = {"pull_request": {"number": 7, "head": {"repo": {"full_name": of}}}}
        return self.run(Event("pull_request", "refs/pull/7/merge", merge, payload))

    def merge(self) -> Ran:
        """Merge the pull request, and run the workflow for that."""
        self.clone.run("checkout", "--quiet", "main")
        self.clone.run("merge", "--quiet", "--no-ff", "--message", "Merge the pull request", "change")
        commit = self.push("main")
        self.api.merged[commit] = 7
        return self.on_main("push")

    def on_main(self, name: str, **inputs: str) -> Ran:
        """Run the workflow for what main has."""
        commit = self.remote.run("rev-parse", "main")
        return self.run(Event(name, "refs/heads/main", commit, inputs=inputs))

    def run(self, event: Event) -> Ran:
        self.runs += 1
        return self.runner.run(event, self.runs)

    def edit(self, before: str, after: str) -> None:
        spec = self.clone.folder / "routes.yaml"
        assert before in spec.read_text()
        spec.write_text(spec.read_text().replace(before, after))

    def line(self, text: str) -> int:
        """Return the number of the line of the spec that begins with a text."""
        lines = (self.clone.folder / "routes.yaml").read_text().splitlines()
        [number] = [number for number, line in enumerate(lines, 1) if line.startswith(text)]
        return number


def packed(folder: Path) -> Path:
    """Return a folder with what a runner has of the repository at a tag, of which it installs edatool."""
    folder.mkdir()
    for file in ("action.yml", "pyproject.toml", "README.md", "LICENSE", "docs/reference/edatool.1"):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, folder / file)
    shutil.copytree(ROOT / "edatool", folder / "edatool", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def number_in(ran: Ran) -> str:
    """Return the number of the plan that a run refused to apply."""
    [number] = re.findall(r"apply it with --reviewed (\w{64})", ran.log)
    return str(number)


def sarif_of(ran: Ran) -> Sarif:
    content = (ran.folder / "edatool.sarif").read_text()
    jsonschema.validate(json.loads(content), SARIF, format_checker=jsonschema.FormatChecker())
    return Sarif.model_validate_json(content)


def bindings(vhost: Vhost, queue: str) -> list[str]:
    listed = vhost.api.get(f"/api/queues/{vhost.quoted}/{queue}/bindings").raise_for_status().json()
    return [one["routing_key"] for one in listed if one["source"]]


@pytest.mark.slow
@pytest.mark.timeout(500)
def test_what_a_pull_request_loses_is_seen_what_was_reviewed_is_applied_and_drift_is_reported(
    tmp_path: Path, api: Api, vhost: Vhost
) -> None:
    project = Project(tmp_path, api, vhost)

    begin(project, vhost)
    project.clone.run("checkout", "--quiet", "-b", "change")
    project.edit(BOUND, OTHERWISE)
    body = see_what_is_lost(project, vhost)
    see_it_from_a_fork(project, body)
    project.edit(OTHERWISE, BOUND)
    project.edit("\nbindings:\n", ANALYTICS)
    project.edit("expect: [orders]\n", "expect: [orders, analytics]\n")
    see_it_mended(project)
    merge(project, vhost)
    see_drift_and_mend_it(project, vhost)


def begin(project: Project, vhost: Vhost) -> None:
    """The first push of main came by no pull request: somebody looks at its plan, and agrees to it by its number."""
    project.push("main")
    begun = project.on_main("push")
    assert begun.codes["Apply"] == 5, begun.log
    assert "no plan was reviewed" in begun.log
    agreed = project.on_main("workflow_dispatch", plan=number_in(begun))
    assert agreed.green, agreed.log
    assert bindings(vhost, "orders") == ["order.placed"]


def see_what_is_lost(project: Project, vhost: Vhost) -> str:
    """A pull request that loses an event is red, annotated, commented on, and in SARIF; return the comment."""
    lost = project.pull_request()
    assert (lost.codes["Check the spec, and run its tests"], lost.codes["Check that nothing is lost"]) == (1, 5)
    assert annotation(project) in lost.log
    at_test = project.line("  - name: an order reaches")
    assert f"::error file=routes.yaml,line={at_test},col=5,title=edatool E801 failed-test::" in lost.log
    [body] = project.api.bodies
    assert "- **Plan: UNSAFE, apply refuses this. 1 to create, 1 to remove" in body
    assert "\n- ! order.placed becomes unroutable, losing orders\n" in body
    assert "\n- binding events -> queue orders [order.placed]\n" in body
    assert "| new warning | W261 |" in body
    assert "- **Tests: 0 passed, 1 failed" in body
    [run] = sarif_of(lost).runs
    assert {one.rule_id for one in run.results or ()} >= {"W261"}
    assert bindings(vhost, "orders") == ["order.placed"]
    return body


def see_it_from_a_fork(project: Project, body: str) -> None:
    """The same from a fork, which gets no secret, and may not comment."""
    forked = project.pull_request(of="stranger/routes")
    assert forked.codes["Check that nothing is lost"] == 5
    assert annotation(project) in forked.log
    assert "order.placed becomes unroutable, losing orders" in forked.summary
    assert project.api.bodies == [body]


def see_it_mended(project: Project) -> None:
    """Mended, it is green, and the comment says so."""
    good = project.pull_request()
    assert good.green, good.log
    [body] = project.api.bodies
    assert "UNSAFE" not in body
    assert "\n+ analytics gains order.placed\n" in body


def merge(project: Project, vhost: Vhost) -> None:
    """Merged, exactly that is applied."""
    merged = project.merge()
    assert merged.green, merged.log
    assert "2 of 2 steps done" in merged.log
    assert bindings(vhost, "analytics") == ["order.placed"]
    assert project.on_main("schedule").green


def see_drift_and_mend_it(project: Project, vhost: Vhost) -> None:
    """Somebody takes a binding away: the night sees it, and nothing is applied that nobody has reviewed."""
    path = f"/api/bindings/{vhost.quoted}/e/events/q/analytics/order.placed"
    vhost.api.delete(path).raise_for_status()
    night = project.on_main("schedule")
    assert night.codes["Look for drift"] == 3
    assert "- binding events -> queue analytics [order.placed]: deleted outside of edatool" in night.summary
    again = project.on_main("push")
    assert again.codes["Apply"] == 5
    assert bindings(vhost, "analytics") == []
    assert project.on_main("workflow_dispatch", plan=number_in(again)).green
    assert project.on_main("schedule").green


def annotation(project: Project) -> str:
    """Return the annotation at the event that is lost, which says by which queue."""
    command = f"::error file=routes.yaml,line={project.line('  order.placed:')},col=3,title=edatool E802 refused-change"
    return f"{command}::no queue would get messages of 'order.placed' any more, which orders got until now"


def test_the_workflow_is_as_github_wants_it_and_linters_find_nothing_to_attack(tmp_path: Path) -> None:
    workflow = tmp_path / WORKFLOW
    workflow.parent.mkdir(parents=True)
    workflow.write_text(files_of("ci")[WORKFLOW])
    (tmp_path / ".git").mkdir()
    schema = ("check-jsonschema", "--builtin-schema", "vendor.github-workflows")
    for program, *options in (schema, ("actionlint",), ("zizmor", "--offline")):
        command = [str(BIN / program), *options, str(workflow)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
