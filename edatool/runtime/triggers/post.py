"""An event that is posted to a URL, as CloudEvents over HTTP."""

import datetime
import email.utils
from urllib.parse import quote, urlsplit, urlunsplit

import httpx

from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.consume.failures import Reject, Retry
from edatool.runtime.triggers.attributes import attributes, is_structured
from edatool.runtime.triggers.failed import ActionFailed

_TRY_AGAIN = (408, 409, 423, 425, 429)
"""Answers of 4xx that are about this moment, not about the event."""
_UNQUOTED = "".join(chr(one) for one in range(0x21, 0x7F) if chr(one) not in '"%')
_LONGEST_WAIT = 86_400.0


class Post:
    """Posts events to a URL (CloudEvents 1.0, HTTP protocol binding): binary mode, or structured where one came so.

    An answer of 2xx is success. 408, 409, 423, 425, 429, 5xx and no answer are failures, after which ``Retry-After``
    is kept; any other refuses the event for good. Redirects are not followed.
    """

    def __init__(self, url: str, timeout: float, token: str | None = None) -> None:
        """Take a URL, the seconds until an answer has to be there, and a bearer token."""
        self._url, self._shown = url, _shown(url)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = httpx.Client(timeout=timeout, headers=headers, follow_redirects=False)

    def __call__(self, event: ConsumedEvent) -> None:
        """Post an event.

        Raises:
            Reject: it was refused.
            Retry, ActionFailed: it is to be tried again.
        """
        try:
            with self._client.stream("POST", self._url, content=event.body, headers=_headers(event)) as answer:
                self._judge(answer)
        except httpx.HTTPError as error:
            raise ActionFailed(f"{self._shown} did not answer: {str(error) or type(error).__name__}") from None

    def close(self) -> None:
        """End its connections."""
        self._client.close()

    def _judge(self, answer: httpx.Response) -> None:
        if answer.is_success:
            return
        said = f"{self._shown} answered {answer.status_code}"
        if not (answer.is_server_error or answer.status_code in _TRY_AGAIN):
            raise Reject(said)
        after = _seconds(answer.headers.get("Retry-After", ""))
        if after is not None:
            raise Retry(after)
        raise ActionFailed(said)


def _headers(event: ConsumedEvent) -> dict[str, str]:
    trace = {"traceparent": event.trace} if event.trace and _is_plain(event.trace) else {}
    kind = {"Content-Type": event.content_type or "application/json"}
    if not _is_plain(kind["Content-Type"]):
        raise Reject("its content type is none that HTTP can say")
    if is_structured(event):
        return {**kind, **trace}
    own = {f"ce-{name}": quote(value, safe=_UNQUOTED) for name, value in attributes(event).items()}
    return {**own, **kind, **trace}


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _seconds(after: str) -> float | None:
    """Return the seconds of a Retry-After (RFC 9110, section 10.2.3), None where there is none that can be read."""
    if after.isdecimal():
        return min(float(after), _LONGEST_WAIT)
    try:
        date = email.utils.parsedate_to_datetime(after)
    except ValueError:
        return None
    until = date if date.tzinfo else date.replace(tzinfo=datetime.UTC)
    return min(max((until - datetime.datetime.now(datetime.UTC)).total_seconds(), 0.0), _LONGEST_WAIT)


def _shown(url: str) -> str:
    """Return a URL without what may be secret in it."""
    split = urlsplit(url)
    host = split.hostname or ""
    return urlunsplit((split.scheme, f"{host}:{split.port}" if split.port else host, split.path, "", ""))
