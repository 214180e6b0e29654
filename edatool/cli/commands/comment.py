"""edatool comment: what a pull request does, said on it."""

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.file_name import FILE_NAME
from edatool.cli.options import (
    NOT_REVIEWED,
    address,
    allowed,
    allowing_options,
    broker_options,
    missing_of,
    spec_option,
)
from edatool.cli.telling import tell
from edatool.cli.writing import output_option, write
from edatool.errors import WrongUsage

if TYPE_CHECKING:
    from edatool.change.allowed import Allowed

_LARGEST_BODY = 4 * 2**20
"""The most bytes of a body: GitLab takes a million characters."""


@click.command(cls=Command)
@spec_option
@click.option("--github", "host", flag_value="github", help="Comment on a pull request of GitHub, with GITHUB_TOKEN.")
@click.option("--gitlab", "host", flag_value="gitlab", help="Comment on a merge request of GitLab, with GITLAB_TOKEN.")
@click.option(
    "--request", type=click.IntRange(1), metavar="NUMBER", help="The request; default: that which the job of CI is for."
)
@click.option(
    "--environment", required=True, metavar="NAME", help="Such as production: a request has one comment for each."
)
@click.option(
    "--against", metavar="COMMIT|PATH", help="Say what changes since this commit, folder or spec, without a broker."
)
@click.option("--plan", "planned", is_flag=True, help="Say what apply would do on the broker of --broker.")
@broker_options
@allowing_options
@click.option(
    "--reviewed",
    is_flag=True,
    help="Print instead which plan the comment shows of the request that was merged as this commit.",
)
@click.option("--body", type=FILE_NAME, metavar="FILE", help="Markdown to say instead; - is standard input.")
@output_option
def comment(
    *,
    files: tuple[str, ...],
    host: str | None,
    request: int | None,
    environment: str,
    against: str | None,
    planned: bool,
    reviewed: bool,
    body: str | None,
    **options: Any,
) -> int:
    """Say on a pull request what is found in the spec, how its tests fare, and what changes.

    The comment of an environment is found again, and updated. Without --github or --gitlab it is printed. In GitHub
    Actions all of it is added to the summary of the job, too, which has room for more.
    It exits with 0 once the comment is there: validate, test and plan --check are the ones to fail a job.

    --plan and --against together show the plan, and what differs besides: contracts, declarations, findings.
    With --reviewed a job of the main branch learns the number of the plan that was reviewed, or none.

    \b
    Example:
      edatool comment --environment production --against origin/main
      edatool comment --github --environment production --against HEAD^
      edatool comment --gitlab --environment staging --plan --broker amqps://user@host/vhost
      edatool comment --github --environment production --body comment.md
      edatool apply --yes --reviewed "$(edatool comment --github --environment production --reviewed)"
    """
    from edatool.api.commenting import LARGEST_SUMMARY, add_to_summary

    agreed = allowed(options)
    if reviewed:
        return _tell_reviewed(host, environment, request)
    if body and (against or planned):
        raise WrongUsage("--body excludes --against and --plan: it is all that is said")
    if body:
        text = whole = _read(body)
    else:
        said = _said(files, environment, against, planned, agreed, options)
        text, whole = said(), said(most=LARGEST_SUMMARY)
    if host == "github":
        add_to_summary(whole)
    write(edatool.post_comment(host, environment, text, request=request) if host else text)
    return 0


def _tell_reviewed(host: str | None, environment: str, request: int | None) -> int:
    if host is None:
        raise WrongUsage("--reviewed reads a comment: name --github or --gitlab")
    found = edatool.reviewed_plan(host, environment, request=request)
    write(found or NOT_REVIEWED)
    if not found:
        tell(f"no plan for {environment} was reviewed: this commit was merged by no request with one in its comment")
    return 0


def _read(body: str) -> str:
    from edatool.spec.files import Unreadable, read_given

    try:
        return read_given(body, _LARGEST_BODY).decode()
    except Unreadable as error:
        raise WrongUsage(f"{body} {error}") from None
    except UnicodeDecodeError:
        raise WrongUsage(f"{body} is not UTF-8: write it anew") from None


def _said(
    files: tuple[str, ...],
    environment: str,
    against: str | None,
    planned: bool,
    agreed: "Allowed",
    broker: dict[str, Any],
) -> Callable[..., str]:
    """Look at the spec, and return ``edatool.comment`` of all that was found: of one with errors only those."""
    from edatool.spec.variables import StandIns

    if missing := missing_of(files):
        raise WrongUsage(f"{missing[0]} cannot be read: there is no such file; name the spec with -f FILE")
    # As in edatool diff: nobody needs a secret to see what changes.
    variables = StandIns(os.environ) if against and not planned else os.environ
    routes = edatool.load(*files, environment=variables)
    said = partial(edatool.comment, environment, findings=routes.findings, ignored=routes.ignored)
    if not routes.ok:
        return said
    agreed.require_declared(routes.spec.events, routes.topology)
    said = partial(said, suite=edatool.test(routes), allowed=agreed)
    if against:
        before = edatool.load_before(against, *files, environment=variables, on_note=tell)
        said = partial(said, diff=edatool.diff(routes, before, on_note=tell), title=f"Changes since {against}")
    if planned:
        with edatool.connect(address(broker), routes) as vhost:
            return partial(said, plan=edatool.plan(routes, vhost, on_note=tell), title=f"Plan for {vhost}")
    return said
