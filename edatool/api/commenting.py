"""One comment per environment on the pull request that a job of CI runs for."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from edatool.api.reports import shown_findings
from edatool.change.allowed import NOTHING, Allowed
from edatool.change.offline.diff import Diff
from edatool.change.plan import Plan
from edatool.code_hosts.github import github, merged_on_github
from edatool.code_hosts.gitlab import gitlab, merged_on_gitlab
from edatool.code_hosts.host import CodeHost
from edatool.code_hosts.keep_comment import find_comment, keep_comment
from edatool.code_hosts.patience import patiently
from edatool.errors import WrongUsage
from edatool.findings import Finding, Ignored
from edatool.render.comment import FORMATS
from edatool.render.comment.shown import MOST, ShownComment, marker, plan_of
from edatool.render.plan.shown import ShownPlan
from edatool.render.tests.shown import ShownSuite
from edatool.routing.suite import Suite

CODE_HOSTS: Mapping[str, Callable[[Mapping[str, str], int | None], CodeHost]] = {"github": github, "gitlab": gitlab}
_MERGED: Mapping[str, Callable[[Mapping[str, str]], int | None]] = {
    "github": merged_on_github,
    "gitlab": merged_on_gitlab,
}
LARGEST_SUMMARY = 900_000
"""Bytes for the summary of a job: GitHub takes 1 MiB of each step."""


def comment(
    environment: str,
    *,
    findings: Sequence[Finding] | None = None,
    ignored: Sequence[Ignored] = (),
    suite: Suite | None = None,
    plan: Plan | None = None,
    diff: Diff | None = None,
    allowed: Allowed = NOTHING,
    title: str = "Plan",
    most: int = MOST,
) -> str:
    """Return a comment on a pull request in Markdown: what is worst first.

    Its first line is a marker, by which the comment of an environment is found again.
    What there is no room for it says to be in the summary of the job.

    Args:
        environment: what it is about, such as ``production``: there is one comment for each.
        findings: of ``validate``, if it ran.
        ignored: those that do not count.
        suite: of ``test``, if it ran.
        plan: of ``plan``, if there is one; by default that of the diff.
        diff: of ``diff``, if there is one: contracts and declarations that differ, and which findings are new.
        allowed: what of the plan is agreed to.
        title: that of the plan.
        most: how many bytes it may have; GitHub takes comments of 65,536 characters.
    """
    found = None if findings is None else shown_findings(findings, ignored=ignored)
    tested = ShownSuite(suite, environment) if suite else None
    reviewed = plan.fingerprint if plan else None
    plan = plan or (diff.plan if diff else None)
    planned = ShownPlan(plan, title, allowed) if plan else None
    return FORMATS.show("markdown", ShownComment(environment, found, tested, planned, diff, reviewed, most))


def post_comment(
    host: str,
    environment: str,
    body: str,
    *,
    request: int | None = None,
    environ: Mapping[str, str] | None = None,
) -> str:
    """Update the comment of an environment on a pull or merge request, or add it, and return where it is.

    It is known again by its first line, the marker that ``comment`` writes; a body without it gets it. What strangers
    have written is left alone, whatever it begins with. What fails for now is tried five times.

    Args:
        host: ``github`` or ``gitlab``.
        environment: such as ``production``.
        body: Markdown.
        request: the number of the request; by default that of the job.
        environ: the variables that CI sets, and ``GITHUB_TOKEN`` or ``GITLAB_TOKEN``; by default those of the process.

    Raises:
        WrongUsage: a variable is not set, the job runs for no request, or the body is too long.
        CodeHostError: nobody answers, or it is refused.
    """
    _require(host)
    there, mark = CODE_HOSTS[host](os.environ if environ is None else environ, request), marker(environment)
    text = body if body.startswith(f"{mark}\n") else f"{mark}\n{body}"
    if len(text) > there.most:
        raise WrongUsage(f"the comment has {len(text)} characters, and {host} takes {there.most}: shorten it")
    try:
        return keep_comment(there, mark, text)
    finally:
        there.close()


def reviewed_plan(
    host: str, environment: str, *, request: int | None = None, environ: Mapping[str, str] | None = None
) -> str | None:
    """Return the fingerprint of the plan that was reviewed before the commit of a job was merged, None where none was.

    It is that of the plan which the comment of the environment shows. ``comment`` and ``post_comment`` wrote it.

    Args:
        host: ``github`` or ``gitlab``.
        environment: such as ``production``.
        request: the number of the request; by default that which was merged as the commit that the job runs for.
        environ: as of ``post_comment``.

    Raises:
        WrongUsage: a variable is not set.
        CodeHostError: nobody answers, or it is refused.
    """
    _require(host)
    given = os.environ if environ is None else environ
    number = request or patiently(lambda: _MERGED[host](given))
    if number is None:
        return None
    there = CODE_HOSTS[host](given, number)
    try:
        found = patiently(lambda: find_comment(there, marker(environment)))
    finally:
        there.close()
    return plan_of(found.body) if found else None


def _require(host: str) -> None:
    if host not in CODE_HOSTS:
        raise WrongUsage(f"there is no code host {host!r}: it is one of {', '.join(CODE_HOSTS)}")


def add_to_summary(text: str) -> None:
    """Add Markdown to the summary of a job of GitHub Actions; elsewhere there is none.

    Raises:
        WrongUsage: the file for it cannot be written.
    """
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return
    try:
        with Path(file).open("a", encoding="utf-8", errors="backslashreplace") as summary:
            summary.write(f"{text}\n")
    except OSError as error:
        way_out = "correct or unset GITHUB_STEP_SUMMARY"
        raise WrongUsage(f"the summary of the job cannot be written to {file}: {error.strerror}: {way_out}") from None
