"""One comment per environment on GitHub and GitLab: found again, updated, and never repeated."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import edatool
from edatool.code_hosts.github import github
from edatool.code_hosts.keep_comment import keep_comment
from edatool.render.comment.shown import marker, plan_line
from tests.broken_http import broken_api
from tests.code_hosts.api import TOKEN, Api, Refusal, serving

MARK = marker("production")
TEXT = f"{MARK}\nAll is well."
NOW = {"Retry-After": "0"}


@pytest.fixture
def api() -> Iterator[Api]:
    with serving() as there:
        yield there


def environ(host: str, url: str) -> dict[str, str]:
    """Return what CI sets for request 7, with the token."""
    if host == "github":
        of_ci = {"GITHUB_API_URL": url, "GITHUB_REPOSITORY": "shop/routes", "GITHUB_REF": "refs/pull/7/merge"}
        return {**of_ci, "GITHUB_TOKEN": TOKEN}
    of_ci = {"CI_API_V4_URL": url, "CI_PROJECT_ID": "42", "CI_MERGE_REQUEST_IID": "7"}
    return {**of_ci, "GITLAB_TOKEN": TOKEN}


def post(host: str, there: Api, body: str = TEXT, **others: str) -> str:
    return edatool.post_comment(host, "production", body, environ={**environ(host, there.url), **others})


def changes(there: Api) -> list[str]:
    return [one.partition(" ")[0] for one in there.asked if not one.startswith("GET")]


BROKEN = (
    "no http",
    "html called json",
    "error that is a list",
    "redirected",
    "empty",
    "a list of nulls",
    "deep",
    "no utf-8",
)
both = pytest.mark.parametrize("host", ["github", "gitlab"])


@both
def test_a_comment_is_added_once_and_updated_from_then_on(host: str, api: Api) -> None:
    first = post(host, api)
    assert post(host, api, f"{MARK}\nSomething is lost.") == first
    assert api.bodies == [f"{MARK}\nSomething is lost."]


@both
def test_each_environment_has_a_comment_of_its_own(host: str, api: Api) -> None:
    other = api.add(f"{marker('staging')}\nStaging.")
    post(host, api)
    assert api.bodies == [other["body"], TEXT]


@both
def test_it_is_found_on_a_later_page(host: str, api: Api) -> None:
    for number in range(250):
        api.add(f"Comment {number}")
    api.add(f"{MARK}\r\nAs of before.")
    post(host, api)
    assert (len(api.comments), api.bodies[-1]) == (251, TEXT)


def test_what_a_stranger_wrote_on_github_is_left_alone(api: Api) -> None:
    mine = f"{MARK}\nMine."
    api.add(mine, user={"id": 5, "type": "User"}, author_association="CONTRIBUTOR")
    post("github", api)
    assert api.bodies == [mine, TEXT]


def test_what_who_may_write_said_with_a_token_of_theirs_on_github_is_updated(api: Api) -> None:
    api.add(f"{MARK}\nBefore.", user={"id": 5, "type": "User"}, author_association="MEMBER")
    post("github", api)
    assert api.bodies == [TEXT]


def test_what_others_wrote_on_gitlab_is_left_alone(api: Api) -> None:
    mine = f"{MARK}\nMine."
    api.add(mine, author={"id": 5})
    post("gitlab", api)
    assert api.bodies == [mine, TEXT]


@both
def test_who_quotes_the_comment_is_not_overwritten(host: str, api: Api) -> None:
    api.add(f"I agree with this:\n{MARK}")
    post(host, api)
    assert len(api.comments) == 2


@both
def test_a_body_without_the_marker_gets_it(host: str, api: Api) -> None:
    post(host, api, "## Of a former step")
    assert api.bodies == [f"{MARK}\n## Of a former step"]


@both
@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_what_fails_for_now_is_tried_again(host: str, status: int, api: Api) -> None:
    api.refusals += [Refusal(status, headers=NOW)] * 2
    post(host, api)
    assert (api.bodies, changes(api)) == ([TEXT], ["POST"] * 3)


@both
def test_a_comment_whose_answer_was_lost_is_not_added_again(host: str, api: Api) -> None:
    api.refusals.append(Refusal(502, headers=NOW, done=True))
    post(host, api)
    assert api.bodies == [TEXT]
    assert changes(api)[1:] == ["PATCH" if host == "github" else "PUT"]


def test_too_many_requests_are_403_on_github_too(api: Api) -> None:
    api.refusals.append(Refusal(403, "You have exceeded a secondary rate limit", NOW))
    post("github", api)
    assert api.bodies == [TEXT]


def test_it_waits_as_long_as_it_is_told_and_else_twice_as_long_each_time(api: Api) -> None:
    waits: list[float] = []
    api.refusals += [Refusal(429, headers={"Retry-After": "17"}), Refusal(502), Refusal(502)]
    keep_comment(github(environ("github", api.url), None), MARK, TEXT, waits.append)
    assert waits == [17.0, 1.0, 2.0]


@both
def test_it_gives_up_after_five_tries(host: str, api: Api) -> None:
    api.refusals += [Refusal(502, headers=NOW)] * 9
    with pytest.raises(edatool.CodeHostError, match=r"answers 502 \(Bad Gateway\): run the job again later"):
        post(host, api)
    assert len(changes(api)) == 5


def test_it_does_not_wait_for_longer_than_a_minute(api: Api) -> None:
    api.refusals.append(Refusal(429, headers={"Retry-After": "3600"}))
    with pytest.raises(edatool.CodeHostError, match="429"):
        post("github", api)
    assert len(changes(api)) == 1


@both
def test_the_token_of_a_fork_is_refused_with_the_way_out(host: str, api: Api) -> None:
    api.refusals.append(Refusal(403, "Resource not accessible by integration"))
    with pytest.raises(edatool.CodeHostError, match=r"not accessible.*may not comment on .* 7 .*fork") as error:
        post(host, api)
    assert error.value.exit_code == 4
    assert len(changes(api)) == 1


@both
def test_a_request_that_is_not_there_is_said(host: str, api: Api) -> None:
    with pytest.raises(edatool.CodeHostError, match=r"there is no .* request 8 of .* correct --request"):
        edatool.post_comment(host, "production", TEXT, request=8, environ=environ(host, api.url))


@both
def test_a_token_that_is_not_valid_is_said_and_never_shown(host: str, api: Api) -> None:
    name = f"{host.upper()}_TOKEN"
    with pytest.raises(edatool.CodeHostError, match=f"Bad credentials.*{name}") as error:
        post(host, api, **{name: "old-secret"})
    assert "old-secret" not in str(error.value)


@both
@pytest.mark.parametrize("token", ["secret\n", "secr\u00e8t", "sec\x00ret"])
def test_a_token_that_no_header_takes_is_not_shown(host: str, token: str, api: Api) -> None:
    with pytest.raises(edatool.WrongUsage, match="the token for") as error:
        post(host, api, **{f"{host.upper()}_TOKEN": token})
    assert "sec" not in str(error.value)
    assert api.asked == []


@both
def test_the_token_does_not_follow_a_redirection(host: str, api: Api) -> None:
    with serving() as elsewhere:
        api.refusals.append(Refusal(307, headers={"Location": f"{elsewhere.url}/repos/shop/routes/issues/7/comments"}))
        with pytest.raises(edatool.CodeHostError, match="redirections are not followed"):
            post(host, api)
        assert elsewhere.asked == []


@both
@pytest.mark.parametrize("variable", ["TOKEN", "request"])
def test_what_ci_has_not_set_is_named(host: str, variable: str) -> None:
    given = environ(host, "http://127.0.0.1:1")
    missing = {"TOKEN": f"{host.upper()}_TOKEN", "request": {"github": "GITHUB_REF"}.get(host, "CI_MERGE_REQUEST_IID")}
    del given[missing[variable]]
    with pytest.raises(edatool.WrongUsage, match={"TOKEN": missing["TOKEN"], "request": "--request"}[variable]):
        edatool.post_comment(host, "production", TEXT, environ=given)


def test_pull_request_target_names_the_request_in_its_event(tmp_path: Path, api: Api) -> None:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7}}))
    post("github", api, GITHUB_REF="refs/heads/main", GITHUB_EVENT_PATH=str(event))
    assert api.bodies == [TEXT]


def test_the_merge_request_of_a_fork_is_in_the_project_that_it_is_for(api: Api) -> None:
    post("gitlab", api, CI_PROJECT_ID="99", CI_MERGE_REQUEST_PROJECT_ID="42")
    assert api.bodies == [TEXT]


@both
@pytest.mark.parametrize("repository", ["shop", "../../user", "shop/routes/../..", "shop/routes?x=1", ""])
def test_a_repository_cannot_lead_to_other_paths(host: str, repository: str, api: Api) -> None:
    others: Mapping[str, str] = {"GITHUB_REPOSITORY": repository, "CI_PROJECT_ID": repository}
    with pytest.raises(edatool.EdatoolError):
        post(host, api, **others)
    assert [one for one in api.asked if "/projects/" not in one and one != "GET /user"] == []


def test_a_comment_that_is_too_long_is_refused_before_anybody_is_asked(api: Api) -> None:
    with pytest.raises(edatool.WrongUsage, match="65536"):
        post("github", api, "x" * 65_530)
    assert api.asked == []


@both
@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_api_is_an_error_of_one_line(host: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edatool.code_hosts.patience._TRIES", 1)
    with broken_api(kind) as url, pytest.raises(edatool.CodeHostError) as error:
        edatool.post_comment(host, "production", TEXT, environ=environ(host, url))
    assert str(error.value).isprintable()
    assert "::error" not in str(error.value)


COMMIT = "0123456789abcdef" * 2 + "01234567"
PLAN = "ab" * 32


def reviewed(host: str, there: Api, commit: str = COMMIT) -> str | None:
    of_job = {
        "GITHUB_SHA": commit,
        "CI_COMMIT_SHA": commit,
        "GITHUB_REF": "refs/heads/main",
        "CI_MERGE_REQUEST_IID": "",
    }
    return edatool.reviewed_plan(host, "production", environ={**environ(host, there.url), **of_job})


@both
def test_the_plan_is_known_that_was_reviewed_before_a_commit_was_merged(host: str, api: Api) -> None:
    api.merged.update({"": 5, "f" * 40: 6, COMMIT: 7})
    post(host, api, f"{MARK}\n{plan_line(PLAN)}\n## edatool: production")
    assert reviewed(host, api) == PLAN


@both
def test_no_plan_was_reviewed_of_what_was_pushed_or_merged_without_one(host: str, api: Api) -> None:
    assert reviewed(host, api) is None
    api.merged.update({"": 7, "f" * 40: 7})
    post(host, api, f"{MARK}\n{plan_line(PLAN)}")
    assert reviewed(host, api) is None
    api.merged[COMMIT] = 7
    post(host, api, f"{MARK}\nWhat changes: {plan_line(PLAN)}")
    assert reviewed(host, api) is None


@both
def test_what_strangers_write_is_no_reviewed_plan(host: str, api: Api) -> None:
    api.merged[COMMIT] = 7
    api.add(f"{MARK}\n{plan_line(PLAN)}", user={"id": 9, "type": "User"}, author={"id": 9})
    assert reviewed(host, api) is None


@both
def test_without_a_commit_or_an_answer_nobody_guesses(host: str, api: Api) -> None:
    with pytest.raises(edatool.WrongUsage, match="_SHA is not set"):
        reviewed(host, api, "")
    other = {"GITHUB_REPOSITORY": "shop/other", "CI_PROJECT_ID": "43"}
    of_job = {"GITHUB_SHA": COMMIT, "CI_COMMIT_SHA": COMMIT}
    with pytest.raises(edatool.CodeHostError, match="may not read"):
        edatool.reviewed_plan(host, "production", environ={**environ(host, api.url), **other, **of_job})
