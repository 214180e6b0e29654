"""Events that are posted to a URL, and what its answers mean."""

import datetime
import email.utils
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext, suppress
from typing import Protocol
from urllib.parse import quote

import httpx

from edatool.broker.http.secrets import resolve
from edatool.errors import WrongUsage
from edatool.frozen import frozen
from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.consume.failures import Reject, Retry
from edatool.runtime.triggers.attributes import attributes, is_structured
from edatool.runtime.triggers.failed import ActionFailed
from edatool.spec.http_url import origin, without_secrets
from edatool.visible import visible

_TRY_AGAIN = (408, 409, 423, 425, 429)
"""Answers of 4xx that are about this moment, not about the event."""
_UNQUOTED = "".join(chr(one) for one in range(0x21, 0x7F) if chr(one) not in '"%')
_LONGEST_WAIT = 86_400.0


MOST_BYTES = 2**20
"""Of an answer that are read; what has more is one longer, and cut off."""
_SHOWN_BYTES = 200
"""Of an answer that refuses an event."""


@frozen
class Message:
    """What is posted for an event."""

    headers: Mapping[str, str]
    body: bytes


@frozen
class Answered:
    """What was answered, of a long body the beginning."""

    status: int
    body: bytes
    retry_after: str = ""

    @property
    def is_success(self) -> bool:
        """Whether it is 2xx."""
        return 200 <= self.status < 300


@frozen
class Refusal:
    """What an answer says against what was posted.

    Where it is final, to post it again is of no use; None where the status knows that.
    """

    said: str
    is_final: bool | None


class Gone(Reject):
    """The URL wants no events any more: it answered 410."""


class NotNow(Retry):
    """The URL asks to come again after so many seconds; ``said`` tells people what it answered."""

    def __init__(self, after: float, said: str) -> None:
        super().__init__(after)
        self.args = (said,)


class NoAnswer(Exception):
    """Nothing was answered, or not all of it; the text says why."""


class Sender(Protocol):
    """Posts messages to one URL; for any number of threads. Redirects are not followed."""

    def send(self, message: Message, *, whole: bool) -> Answered:
        """Post a message; of an answer of success the body has to be there only where it is to be ``whole``.

        Raises:
            NoAnswer: there is none in time.
        """

    def close(self) -> None:
        """End its connections."""


class ClientSender:
    """Posts by a client that knows the proxies of the environment."""

    def __init__(self, url: str, timeout: float, token: str | None = None) -> None:
        """Take a URL, the seconds until an answer has to be there, and a bearer token."""
        self._url = url
        self._client = httpx.Client(timeout=timeout, headers=standing_headers(token), follow_redirects=False)

    def send(self, message: Message, *, whole: bool) -> Answered:
        """Post a message.

        Raises:
            NoAnswer: there is none in time.
        """
        try:
            with self._client.stream("POST", self._url, content=message.body, headers=message.headers) as answer:
                body = b""
                with nullcontext() if whole or not answer.is_success else suppress(httpx.HTTPError):
                    body = beginning(answer.iter_raw())
                return Answered(answer.status_code, body, answer.headers.get("Retry-After", ""))
        except httpx.HTTPError as error:
            raise NoAnswer(str(error) or type(error).__name__) from None

    def close(self) -> None:
        """End its connections."""
        self._client.close()


class Post:
    """Posts events to a URL.

    An answer of 2xx is success. 408, 409, 423, 425, 429, 5xx and no answer are failures, after which ``Retry-After``
    is kept; any other refuses the event for good.
    """

    def __init__(self, shown: str, sender: Sender, refusal: Callable[[Answered], Refusal | None] | None = None) -> None:
        """Take the URL for people, what posts there, and what knows more of answers than their status says."""
        self._shown, self._sender, self._refusal = shown, sender, refusal

    def __call__(self, event: ConsumedEvent) -> None:
        """Post an event as a CloudEvent.

        Raises: as ``send``.
        """
        self.send(cloud_event(event))

    def send(self, message: Message, *, whole: bool = False) -> bytes:
        """Post a message, and return the answer's body: ``whole``, else as much of it as came.

        Raises:
            Reject: it was refused; ``Gone`` where all others would be, too.
            Retry, ActionFailed: it is to be tried again.
        """
        try:
            answer = self._sender.send(message, whole=whole or self._refusal is not None)
        except NoAnswer as error:
            raise ActionFailed(f"{self._shown} did not answer: {error}") from None
        self._judge(answer)
        return answer.body

    def close(self) -> None:
        """End its connections."""
        self._sender.close()

    def _judge(self, answer: Answered) -> None:
        refusal = self._refusal(answer) if self._refusal else None
        if answer.is_success and refusal is None:
            return
        said = f"{self._shown} answered {answer.status}"
        if answer.status == httpx.codes.GONE:
            raise Gone(said)
        is_final = not (answer.status >= 500 or answer.status in _TRY_AGAIN)
        if refusal:
            said, is_final = f"{said}: {refusal.said}", is_final if refusal.is_final is None else refusal.is_final
        elif is_final and answer.body:
            said = f"{said}: {visible(answer.body[:_SHOWN_BYTES].decode(errors='replace'))}"
        if is_final:
            raise Reject(said)
        after = _seconds(answer.retry_after)
        if after is not None:
            raise NotNow(after, said)
        raise ActionFailed(said)


def posted_to(to: str | Mapping[str, str]) -> tuple[str, str]:
    """Return a URL, and as much of it as people may read: of one that is read as a secret the host alone.

    Raises:
        WrongUsage: it is not where it is to be read from.
    """
    if isinstance(to, str):
        return to, without_secrets(to)
    url = resolve(to)
    return url, origin(url)


def bearer_token(reference: Mapping[str, str] | None) -> str | None:
    """Return the token that a reference stands for, None without one.

    Raises:
        WrongUsage: it is not there, or cannot stand in a header.
    """
    token = resolve(reference) if reference else None
    if reference and token and not is_plain(token):
        (where,) = reference.values()
        raise WrongUsage(f"the token in {where} cannot stand in a header: it has a line break, spaces or no ASCII")
    return token


def standing_headers(token: str | None) -> dict[str, str]:
    """Return the headers that all requests have, with a bearer token where there is one."""
    # Of what is compressed, nobody knows how long it is.
    return {"Accept-Encoding": "identity", **({"Authorization": f"Bearer {token}"} if token else {})}


def beginning(parts: Iterable[bytes]) -> bytes:
    """Return the body of an answer, of a long one the beginning; read to its end, so that the connection is kept."""
    read = bytearray()
    for part in parts:
        read += part
        if len(read) > MOST_BYTES:
            break
    return bytes(read[: MOST_BYTES + 1])


def cloud_event(event: ConsumedEvent) -> Message:
    """Return an event as CloudEvents over HTTP: in binary mode, or as it came in structured mode."""
    kind = {"Content-Type": content_type(event), **trace(event)}
    return Message(kind if is_structured(event) else {**cloud_headers(event), **kind}, event.body)


def cloud_headers(event: ConsumedEvent) -> dict[str, str]:
    """Return the attributes of an event as headers (CloudEvents 1.0, HTTP protocol binding, section 3.1.3)."""
    return {f"ce-{name}": quote(value, safe=_UNQUOTED) for name, value in attributes(event).items()}


def content_type(event: ConsumedEvent) -> str:
    """Return the content type of a body.

    Raises:
        Reject: it cannot stand in a header.
    """
    kind = event.content_type or "application/json"
    if not is_plain(kind):
        raise Reject("its content type is none that HTTP can say")
    return kind


def trace(event: ConsumedEvent) -> dict[str, str]:
    """Return the header with an event's trace, where it has one."""
    return {"traceparent": event.trace} if event.trace and is_plain(event.trace) else {}


def is_plain(text: str) -> bool:
    """Whether a text can stand in a header as it is: spaces around it are no part of a header."""
    return text.isascii() and text.isprintable() and text == text.strip()


def _seconds(after: str) -> float | None:
    """Return the seconds of a Retry-After (RFC 9110, section 10.2.3), None where there is none that can be read."""
    if after.isdecimal():
        return min(float(after), _LONGEST_WAIT)
    try:
        date = email.utils.parsedate_to_datetime(after)
    except (ValueError, OverflowError):
        return None
    until = date if date.tzinfo else date.replace(tzinfo=datetime.UTC)
    return min(max((until - datetime.datetime.now(datetime.UTC)).total_seconds(), 0.0), _LONGEST_WAIT)
