"""Requests by a client of HTTP."""

from contextlib import nullcontext, suppress

import httpx

from edatool.runtime.triggers.posting.http import HttpAnswer, HttpRequest, NoAnswer, beginning, standing_headers


class ClientSender:
    """Posts by a client that knows the proxies of the environment."""

    def __init__(self, url: str, timeout: float, token: str | None = None) -> None:
        """Take a URL, the seconds until an answer has to be there, and a bearer token."""
        self._url = url
        self._client = httpx.Client(timeout=timeout, headers=standing_headers(token), follow_redirects=False)

    def send(self, request: HttpRequest, *, whole: bool) -> HttpAnswer:
        """Post a request.

        Raises:
            NoAnswer: there is none in time.
        """
        try:
            with self._client.stream("POST", self._url, content=request.body, headers=request.headers) as answer:
                body = b""
                with nullcontext() if whole or not answer.is_success else suppress(httpx.HTTPError):
                    body = beginning(answer.iter_raw())
                return HttpAnswer(answer.status_code, body, answer.headers.get("Retry-After", ""))
        except httpx.HTTPError as error:
            raise NoAnswer(str(error) or type(error).__name__) from None

    def close(self) -> None:
        """End its connections."""
        self._client.close()
