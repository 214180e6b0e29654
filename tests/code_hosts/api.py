"""A small server that speaks the APIs of GitHub (issue comments) and GitLab (notes), as they are documented."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "a-token-that-is-never-shown"
BOT = {"id": 1, "login": "github-actions[bot]", "type": "Bot"}
OWN = {"id": 1, "username": "project_1_bot"}


@dataclass(frozen=True)
class Refusal:
    """What is answered instead, and whether the request is carried out all the same."""

    status: int
    message: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    done: bool = False


@dataclass
class Api:
    """Both APIs, with the comments on request 7 of shop/routes, which GitLab knows as project 42."""

    url: str
    comments: list[dict[str, Any]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    """What the next changes are answered, in this order; reading works."""
    merged: dict[str, int] = field(default_factory=dict)
    """The request that was merged as each commit; what was merged as none is open."""
    asked: list[str] = field(default_factory=list)
    """Methods and paths, without pages."""

    def add(self, body: str, **other: Any) -> dict[str, Any]:
        """Let a comment be there; by default it is of the token's own user."""
        number = len(self.comments) + 100
        url = f"https://example.org/pull/7#issuecomment-{number}"
        shown = {"id": number, "body": body, "html_url": url, "user": BOT, "author": OWN, "author_association": "NONE"}
        self.comments.append({**shown, **other})
        return self.comments[-1]

    def listed(self, path: str) -> list[dict[str, Any]]:
        """Return the whole list at a path."""
        return self.comments if LISTS.fullmatch(path) else [as_merged(*one) for one in self.merged.items()]

    @property
    def bodies(self) -> list[str]:
        return [one["body"] for one in self.comments]


LISTS = re.compile(r"/repos/shop/routes/issues/7/comments|/projects/42/merge_requests/7/notes")
ONES = re.compile(r"(?:/repos/shop/routes/issues/comments|/projects/42/merge_requests/7/notes)/(\d+)")
MERGED = re.compile(r"/repos/shop/routes/commits/\w+/pulls|/projects/42/repository/commits/\w+/merge_requests")


def as_merged(commit: str, number: int) -> dict[str, Any]:
    """Return a request as both APIs have it."""
    at, state = ("2026-03-02T14:05:00Z", "merged") if commit else (None, "opened")
    as_commits = {"merge_commit_sha": commit or None, "squash_commit_sha": None, "sha": "of its branch"}
    return {"number": number, "iid": number, "merged_at": at, "state": state, **as_commits}


@contextmanager
def serving() -> Iterator[Api]:
    """Yield an API that is served until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def answer(self) -> None:
            path, _, query = self.path.partition("?")
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            api.asked.append(f"{self.command} {path}")
            if TOKEN not in (self.headers.get("PRIVATE-TOKEN"), self.headers.get("Authorization", "")[7:]):
                return self.send(401, {"message": "Bad credentials"})
            refusal = api.refusals.pop(0) if api.refusals and self.command != "GET" else None
            if refusal is None or refusal.done:
                status, value, headers = self.carry_out(path, query, json.loads(body or "{}"))
            if refusal:
                status, value, headers = refusal.status, {"message": refusal.message}, refusal.headers
            return self.send(status, value, headers)

        do_GET = do_POST = do_PUT = do_PATCH = answer  # noqa: N815 - names of the base class

        def carry_out(self, path: str, query: str, body: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
            is_gitlab = path.startswith("/projects/")
            match self.command:
                case "GET" if path == "/user":
                    return 200, OWN, {}
                case "GET" if LISTS.fullmatch(path) or MERGED.fullmatch(path):
                    return self.page(path, query)
                case "POST" if LISTS.fullmatch(path):
                    return 201, api.add(body["body"]), {}
                case "PUT" | "PATCH" if (found := ONES.fullmatch(path)) and (self.command == "PUT") == is_gitlab:
                    there = next(one for one in api.comments if one["id"] == int(found[1]))
                    there["body"] = body["body"]
                    return 200, there, {}
            return 404, {"message": "Not Found"}, {}

        def page(self, path: str, query: str) -> tuple[int, Any, dict[str, str]]:
            given = dict(one.split("=") for one in query.split("&"))
            size, number = int(given["per_page"]), int(given["page"])
            rest = f'<{api.url}{path}?per_page={size}&page={number + 1}>; rel="next"'
            listed = api.listed(path)
            has_next = len(listed) > size * number
            return 200, listed[size * (number - 1) : size * number], {"Link": rest} if has_next else {}

        def send(self, status: int, value: Any, headers: dict[str, str] | None = None) -> None:
            content = json.dumps(value).encode()
            self.send_response(status)
            for name, one in {**(headers or {}), "Content-Length": str(len(content))}.items():
                self.send_header(name, one)
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api = Api(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
