"""Requests to the HTTP API of a code host: in time, up to a size, and never anywhere else than to it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from edatool.errors import CodeHostError, WrongUsage
from edatool.frozen import frozen
from edatool.visible import visible

_IN_TIME = 30.0
"""Seconds for a connection, and for each piece of an answer."""
_LARGEST = 128 * 2**20
"""The most bytes of an answer: 100 notes of GitLab may have a million characters each, and never do."""
_MOST_PAGES = 100
_LONGEST_REASON = 300


class TryAgain(Exception):
    """What was asked may work later: ``after`` so many seconds where the code host says when."""

    def __init__(self, error: CodeHostError, after: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.after = after


@frozen
class Answer:
    """What came back: the JSON of an answer that says that it is done, and whether there is another page."""

    value: Any
    has_next: bool


class HttpApi:
    """A client of one code host; ``ways_out`` says for codes of refusals what to do about them."""

    def __init__(self, name: str, url: str, headers: Mapping[str, str], ways_out: Mapping[int, str]) -> None:
        self._name, self._url, self._ways_out = name, url.rstrip("/"), ways_out
        if not all(one.isascii() and one.isprintable() for one in headers.values()):
            # Said here, for httpx would show it.
            raise WrongUsage(
                f"the token for {name} has a line break or another character that no token has: set it anew"
            )
        # Redirections are not followed: the token is for nobody else. Proxies of the environment count, as all over CI.
        self._client = httpx.Client(headers=dict(headers), timeout=_IN_TIME, follow_redirects=False)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield what is in all pages of a list.

        Raises: as ``ask``.
        """
        for page in range(1, _MOST_PAGES + 1):
            answer = self.ask("GET", f"{path}?per_page=100&page={page}")
            if not isinstance(answer.value, list):
                raise self.wrong()
            yield from answer.value
            if not answer.has_next:
                return

    def ask(self, method: str, path: str, body: Mapping[str, str] | None = None) -> Answer:
        """Send a request, and return what is answered.

        Raises:
            TryAgain: nobody answered, or not now.
            CodeHostError: it is refused, or the answer is none of a code host.
        """
        try:
            with self._client.stream(method, f"{self._url}{path}", json=body) as response:
                content = self._content(response)
        except httpx.InvalidURL:
            raise CodeHostError(f"{visible(self._url)} is no URL of an API: correct the variable of CI") from None
        except httpx.HTTPError as error:
            why = visible(str(error)) or type(error).__name__
            text = f"{self._name} does not answer at {visible(self._url)}: {why}: run the job again"
            raise TryAgain(CodeHostError(text)) from None
        if not response.is_success:
            raise self._refusal(response, content)
        return Answer(self._parsed(content), "next" in response.links)

    def wrong(self) -> CodeHostError:
        """Return the error that an answer is of another shape than documented."""
        return CodeHostError(f"what answers at {visible(self._url)} is not {self._name}'s API: correct its URL")

    def _content(self, response: httpx.Response) -> bytes:
        content = bytearray()
        for piece in response.iter_bytes():
            content += piece
            if len(content) > _LARGEST:
                raise self.wrong()
        return bytes(content)

    def _parsed(self, content: bytes) -> Any:
        try:
            return json.loads(content)
        except (ValueError, RecursionError):
            raise self.wrong() from None

    def _refusal(self, response: httpx.Response, content: bytes) -> Exception:
        status = response.status_code
        said = f"{self._name} answers {status} ({self._reason(response, content)})"
        if response.is_server_error or _is_limited(response):
            after = response.headers.get("Retry-After", "")
            return TryAgain(
                CodeHostError(f"{said}: run the job again later"), float(after) if after.isdecimal() else None
            )
        if response.is_redirect:
            return CodeHostError(
                f"{said}: redirections are not followed, so correct the URL or the name of the repository"
            )
        return CodeHostError(f"{said}: {self._ways_out.get(status, 'correct what the message says')}")

    def _reason(self, response: httpx.Response, content: bytes) -> str:
        try:
            said = self._parsed(content)["message"]
        except (CodeHostError, KeyError, TypeError):
            said = ""
        reason = said if isinstance(said, str) and said else response.reason_phrase
        return visible(reason[:_LONGEST_REASON]) or "without a reason"


def _is_limited(response: httpx.Response) -> bool:
    """Tell whether there were too many requests, for which GitHub has 403, too."""
    limited = "Retry-After" in response.headers or response.headers.get("X-RateLimit-Remaining") == "0"
    return response.status_code == 429 or (response.status_code == 403 and limited)
