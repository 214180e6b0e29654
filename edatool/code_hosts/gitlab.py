"""Notes on a merge request of GitLab: https://docs.gitlab.com/api/notes/#merge-requests."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from edatool.code_hosts.host import Comment
from edatool.code_hosts.http_api import HttpApi
from edatool.errors import WrongUsage


class GitLab:
    """A merge request."""

    most = 1_000_000

    def __init__(self, environ: Mapping[str, str], project: str, request: int) -> None:
        self._what = f"merge request {request} of project {project}"
        self._notes = f"/projects/{quote(project, safe='')}/merge_requests/{request}/notes"
        ways_out = {
            401: "give GITLAB_TOKEN an access token that is valid",
            403: f"the token may not comment on {self._what}, so give GITLAB_TOKEN one of a reporter or more with the "
            "scope api; pipelines of forks do not get it",
            404: f"there is no {self._what} that the token may see, so correct --request or the token's role",
        }
        self._api = _api(environ, ways_out)

    def close(self) -> None:
        """Close the connections."""
        self._api.close()

    def read_comments(self) -> Iterator[Comment]:
        """Yield the notes; trusted are those of the token's own user."""
        try:
            own = self._api.ask("GET", "/user").value["id"]
            for one in self._api.pages(self._notes):
                yield Comment(int(one["id"]), str(one["body"]), one["author"]["id"] == own)
        except (KeyError, TypeError, ValueError):
            raise self._api.wrong() from None

    def create_comment(self, body: str) -> str:
        """Add a note, and return what it is on: GitLab tells no URL."""
        return self._told(self._api.ask("POST", self._notes, {"body": body}).value)

    def update_comment(self, comment: Comment, body: str) -> str:
        """Replace the text of a note; what is returned is as of ``create_comment``."""
        return self._told(self._api.ask("PUT", f"{self._notes}/{comment.number}", {"body": body}).value)

    def _told(self, answered: Any) -> str:
        if not (isinstance(answered, dict) and isinstance(answered.get("id"), int)):
            raise self._api.wrong()
        return f"note {answered['id']} on {self._what}"


def gitlab(environ: Mapping[str, str], request: int | None) -> GitLab:
    """Return the merge request that a job of GitLab CI runs for, or that of this number.

    Raises:
        WrongUsage: a variable that it takes is not set, or the job runs for no merge request.
    """
    # A pipeline of a fork runs in the fork, and its merge request is in the project that it is for.
    project = environ.get("CI_MERGE_REQUEST_PROJECT_ID") or _project(environ)
    given = environ.get("CI_MERGE_REQUEST_IID", "")
    number = request or (int(given) if given.isdecimal() else None)
    if not number:
        way_out = "run it for 'merge_request_event', or name one with --request"
        raise WrongUsage(f"this job runs for no merge request: {way_out}")
    return GitLab(environ, project, number)


def merged_on_gitlab(environ: Mapping[str, str]) -> int | None:
    """Return the number of the merge request that was merged as the commit of a job, None where it came by none.

    https://docs.gitlab.com/api/commits/#list-all-merge-requests-associated-with-a-commit

    Raises:
        WrongUsage: a variable that it takes is not set.
        TryAgain, CodeHostError: as ``HttpApi.ask``.
    """
    project, commit = _project(environ), environ.get("CI_COMMIT_SHA", "")
    if not commit.isalnum():
        raise WrongUsage("CI_COMMIT_SHA is not set to a commit: set it outside of GitLab CI")
    way_out = f"the token may not read project {project}, so give GITLAB_TOKEN one of a reporter with the scope api"
    api = _api(environ, {401: "give GITLAB_TOKEN an access token that is valid", 403: way_out, 404: way_out})
    try:
        for one in api.pages(f"/projects/{quote(project, safe='')}/repository/commits/{commit}/merge_requests"):
            # By a commit that merges, by one that has all of it, or fast forward.
            as_commits = (one["merge_commit_sha"], one["squash_commit_sha"], one["sha"])
            if one["state"] == "merged" and commit in as_commits:
                return int(one["iid"])
    except (KeyError, TypeError, ValueError):
        raise api.wrong() from None
    finally:
        api.close()
    return None


def _api(environ: Mapping[str, str], ways_out: Mapping[int, str]) -> HttpApi:
    token, url = environ.get("GITLAB_TOKEN"), environ.get("CI_API_V4_URL")
    if not token:
        way_out = "set it to a project access token with the scope api, for CI_JOB_TOKEN may not comment"
        raise WrongUsage(f"GITLAB_TOKEN is not set: {way_out}")
    if not url:
        raise WrongUsage("CI_API_V4_URL is not set: set it outside of GitLab CI")
    return HttpApi("GitLab", url, {"PRIVATE-TOKEN": token}, ways_out)


def _project(environ: Mapping[str, str]) -> str:
    project = environ.get("CI_PROJECT_ID")
    if not project:
        raise WrongUsage("CI_PROJECT_ID is not set: set it outside of GitLab CI")
    return project
