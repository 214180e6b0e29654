"""What a pull request does, said on it by a job of CI."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edatool.render.comment.shown import marker
from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun
from tests.cli.test_diff import BOUND, write
from tests.code_hosts.api import Api, Refusal, serving
from tests.code_hosts.test_comments import environ
from tests.git_repository import Repository, repository

TESTS = """\
tests:
  - {name: orders get it, publish: order.placed, payload: {region: eu, total: 1}, expect: [orders]}
"""


@pytest.fixture
def committed(shop: Path) -> Repository:
    """The shop with a test, of which all is committed."""
    (shop / "routes.yaml").write_text((shop / "routes.yaml").read_text() + TESTS)
    return repository(shop)


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """A job of GitHub Actions for a pull request; GitLab's variables are there, too."""
    with serving() as api:
        for name, value in {**environ("github", api.url), **environ("gitlab", api.url)}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
        yield api


def comment(edatool: EdatoolRun, *arguments: str, code: int = 0) -> str:
    done = edatool("comment", "--environment", "production", *arguments)
    assert done.code == code, done.err
    return done.err if code else done.out


def test_what_is_lost_why_and_by_which_test_that_is_known_is_on_the_request(
    committed: Repository, edatool: EdatoolRun, job: Api
) -> None:
    write(BOUND, "")
    assert comment(edatool, "--github", "--against", "HEAD") == f"{job.comments[0]['html_url']}\n"
    [body] = job.bodies
    assert body.startswith(f"{marker('production')}\n## edatool: production\n")
    assert "- **Plan: UNSAFE, apply refuses this." in body
    assert "- **Tests: 0 passed, 1 failed" in body
    assert "### Changes since HEAD" in body
    assert "order.placed becomes unroutable except where region is full, losing orders" in body
    assert "<details open><summary>Objects (1)</summary>\n\n```diff\n- binding events -> queue orders" in body


def test_what_was_mended_takes_the_place_of_what_was_wrong(
    committed: Repository, edatool: EdatoolRun, job: Api
) -> None:
    for host in ("--github", "--gitlab"):
        job.comments.clear()
        write(BOUND, "")
        comment(edatool, host, "--against", "HEAD")
        write("bindings:\n", f"bindings:\n{BOUND}")
        comment(edatool, host, "--against", "HEAD")
        [body] = job.bodies
        assert "- Tests: 1 passed, 0 failed" in body
        assert "UNSAFE" not in body


def test_a_spec_with_errors_is_commented_on_with_these(shop: Path, edatool: EdatoolRun, job: Api) -> None:
    write("queue: orders,", "queue: nobody,")
    comment(edatool, "--gitlab", "--against", "HEAD")
    assert "- **Findings: 1 error" in job.bodies[0]
    assert "### Tests" not in job.bodies[0]


def test_a_former_step_may_have_written_the_body(shop: Path, edatool: EdatoolRun, job: Api) -> None:
    Path("body.md").write_text("## All is well")
    comment(edatool, "--github", "--body", "body.md")
    assert job.bodies == [f"{marker('production')}\n## All is well"]
    assert edatool("comment", "--github", "--environment", "production", "--body", "-", typed="Better").code == 0
    assert job.bodies == [f"{marker('production')}\nBetter"]


def test_without_a_code_host_it_is_printed_and_nobody_is_asked(
    committed: Repository, edatool: EdatoolRun, job: Api
) -> None:
    assert comment(edatool, "--against", "HEAD").startswith(marker("production"))
    assert job.asked == []
    assert not Path("summary.md").exists()


def test_the_summary_of_the_job_has_what_a_comment_has_no_room_for(shop: Path, edatool: EdatoolRun, job: Api) -> None:
    Path("summary.md").write_text("Of a former step\n")
    queues = "".join(f"  unused_queue_number_{number}: {{type: quorum}}\n" for number in range(1000))
    write("queues:\n", f"queues:\n{queues}")
    comment(edatool, "--github")
    summary = Path("summary.md").read_text()
    assert len(job.bodies[0].encode()) <= 60_000
    assert "is in the summary of the job" in job.bodies[0]
    assert summary.startswith("Of a former step\n")
    assert summary.count("unused&#95;queue") == 1000


def test_a_fork_is_told_of_the_summary_which_is_there(shop: Path, edatool: EdatoolRun, job: Api) -> None:
    job.refusals.append(Refusal(403, "Resource not accessible by integration"))
    said = comment(edatool, "--github", code=4)
    assert "read the summary of the job" in said
    assert "## edatool: production" in Path("summary.md").read_text()


def test_the_plan_of_a_broker_is_on_the_request(
    committed: Repository, on_broker: Vhost, edatool: EdatoolRun, job: Api
) -> None:
    comment(edatool, "--gitlab", "--plan")
    assert "### Plan for " in job.bodies[0]
    assert "5 to create" in job.bodies[0]
    assert "password" not in job.bodies[0]


def test_a_job_of_the_main_branch_learns_which_plan_the_comment_showed(
    committed: Repository, on_broker: Vhost, edatool: EdatoolRun, job: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_SHA", "a" * 40)
    assert comment(edatool, "--github", "--reviewed") == "none\n"
    comment(edatool, "--github", "--plan", "--against", "HEAD")
    job.merged["a" * 40] = 7
    reviewed = comment(edatool, "--github", "--reviewed").strip()
    assert edatool("apply", "--yes", "--reviewed", reviewed).code == 0


def test_what_differs_in_no_plan_is_told_beside_the_plan_of_a_broker(
    committed: Repository, on_broker: Vhost, edatool: EdatoolRun, job: Api
) -> None:
    write('"minimum": 0}, "tier"', '"minimum": 1}, "tier"', name="order.json")
    write("full: {max", "unused: {type: quorum}\n  full: {max")
    comment(edatool, "--github", "--plan", "--against", "HEAD")
    assert "### Plan for " in job.bodies[0]
    assert "6 to create" in job.bodies[0]
    assert "~ order.json (order.placed): ~ total.minimum" in job.bodies[0]
    assert "| new warning | W262 |" in job.bodies[0]


def test_what_is_agreed_to_is_not_called_unsafe(committed: Repository, edatool: EdatoolRun, job: Api) -> None:
    write(BOUND, "")
    comment(edatool, "--github", "--against", "HEAD", "--allow-unroutable", "order.placed")
    assert "UNSAFE" not in job.bodies[0]
    assert "Agreed to:" in job.bodies[0]
    assert "<details><summary>Objects (1)</summary>" in job.bodies[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--body", "x.md", "--plan"), "--body excludes"),
        (("--reviewed",), "name --github or --gitlab"),
        (("--body", "x.md"), "x.md cannot be read"),
        (("-f", "other.yaml"), "other.yaml cannot be read"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    shop: Path, edatool: EdatoolRun, arguments: tuple[str, ...], said: str
) -> None:
    assert said in comment(edatool, *arguments, code=2)
