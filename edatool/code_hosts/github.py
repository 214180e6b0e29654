"""Comments on a pull request of GitHub: https://docs.github.com/en/rest/issues/comments."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from edatool.code_hosts.host import Comment
from edatool.code_hosts.http_api import HttpApi
from edatool.errors import WrongUsage
from edatool.spec.files import Unreadable, read_file

_LARGEST_EVENT = 25 * 2**20
"""The most bytes of an event, which GitHub bounds so: https://docs.github.com/en/webhooks/webhook-events-and-payloads."""
_MAY_WRITE = ("OWNER", "MEMBER", "COLLABORATOR")


class GitHub:
    """A pull request, whose comments are those of the issue that it is, too."""

    most = 65_536

    def __init__(self, environ: Mapping[str, str], repository: str, request: int) -> None:
        self._of_repository = f"/repos/{repository}/issues"
        self._of_request = f"{self._of_repository}/{request}/comments"
        what = f"pull request {request} of {repository}"
        ways_out = {
            401: "give GITHUB_TOKEN a token that is valid",
            403: f"the token may not comment on {what}, so give the job 'permissions: {{pull-requests: write}}'; "
            "in a pull request from a fork it may only read, so read the summary of the job there",
            404: f"there is no {what} that the token may see, so correct --request or the token's permissions",
        }
        self._api = _api(environ, ways_out)

    def close(self) -> None:
        """Close the connections."""
        self._api.close()

    def read_comments(self) -> Iterator[Comment]:
        """Yield the comments, the oldest first; trusted are those of apps, and of who may write to the repository."""
        for one in self._api.pages(self._of_request):
            try:
                user, body = one["user"] or {}, one["body"] or ""
                trusted = user.get("type") == "Bot" or one["author_association"] in _MAY_WRITE
                yield Comment(int(one["id"]), str(body), trusted)
            except (KeyError, TypeError, ValueError, AttributeError):
                raise self._api.wrong() from None

    def create_comment(self, body: str) -> str:
        """Add a comment, and return its URL."""
        return self._url(self._api.ask("POST", self._of_request, {"body": body}).value)

    def update_comment(self, comment: Comment, body: str) -> str:
        """Replace the text of a comment, and return its URL."""
        path = f"{self._of_repository}/comments/{comment.number}"
        return self._url(self._api.ask("PATCH", path, {"body": body}).value)

    def _url(self, answered: Any) -> str:
        if not (isinstance(answered, dict) and isinstance(answered.get("html_url"), str)):
            raise self._api.wrong()
        return str(answered["html_url"])


def github(environ: Mapping[str, str], request: int | None) -> GitHub:
    """Return the pull request that a job of GitHub Actions runs for, or that of this number.

    Raises:
        WrongUsage: a variable that it takes is not set, or the job runs for no pull request.
    """
    repository = _repository(environ)
    number = request or _by_ref(environ.get("GITHUB_REF", "")) or _by_event(environ.get("GITHUB_EVENT_PATH"))
    if not number:
        raise WrongUsage("this job runs for no pull request: run it 'on: pull_request', or name one with --request")
    return GitHub(environ, repository, number)


def merged_on_github(environ: Mapping[str, str]) -> int | None:
    """Return the number of the pull request that was merged as the commit of a job, None where it came by none.

    https://docs.github.com/en/rest/commits/commits#list-pull-requests-associated-with-a-commit

    Raises:
        WrongUsage: a variable that it takes is not set.
        TryAgain, CodeHostError: as ``HttpApi.ask``.
    """
    repository, commit = _repository(environ), environ.get("GITHUB_SHA", "")
    if not re.fullmatch(r"[0-9a-f]{40,64}", commit):
        raise WrongUsage("GITHUB_SHA is not set to a commit: set it outside of GitHub Actions")
    way_out = f"the token may not read {repository}, so give the job 'permissions: {{pull-requests: read}}'"
    api = _api(environ, {401: "give GITHUB_TOKEN a token that is valid", 403: way_out, 404: way_out})
    try:
        for one in api.pages(f"/repos/{repository}/commits/{commit}/pulls"):
            # Pull requests into other branches may have the commit, too.
            if one["merged_at"] and one["merge_commit_sha"] == commit:
                return int(one["number"])
    except (KeyError, TypeError, ValueError):
        raise api.wrong() from None
    finally:
        api.close()
    return None


def _api(environ: Mapping[str, str], ways_out: Mapping[int, str]) -> HttpApi:
    token = environ.get("GITHUB_TOKEN")
    if not token:
        raise WrongUsage("GITHUB_TOKEN is not set: give the step 'env: {GITHUB_TOKEN: ${{ github.token }}}'")
    headers = {
        "Authorization": f"Bearer {token}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    return HttpApi("GitHub", environ.get("GITHUB_API_URL") or "https://api.github.com", headers, ways_out)


def _repository(environ: Mapping[str, str]) -> str:
    repository = environ.get("GITHUB_REPOSITORY", "")
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        raise WrongUsage("GITHUB_REPOSITORY is not set to OWNER/NAME: set it outside of GitHub Actions")
    return repository


def _by_ref(ref: str) -> int | None:
    found = re.fullmatch(r"refs/pull/(\d+)/(?:merge|head)", ref)
    return int(found[1]) if found else None


def _by_event(file: str | None) -> int | None:
    """Return the number in the event that the job runs for, which pull_request_target has only there."""
    try:
        number = json.loads(read_file(file, _LARGEST_EVENT))["pull_request"]["number"] if file else None
    except (Unreadable, ValueError, RecursionError, KeyError, TypeError):
        return None
    return number if isinstance(number, int) else None
