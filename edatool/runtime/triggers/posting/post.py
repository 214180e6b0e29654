"""Events that are posted to a URL, and what its answers mean."""

import datetime
import email.utils
from collections.abc import Callable

from edatool.frozen import frozen
from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.consume.failures import Reject, Retry
from edatool.runtime.triggers.failed import ActionFailed
from edatool.runtime.triggers.posting.cloud_event import cloud_event
from edatool.runtime.triggers.posting.http import HttpAnswer, HttpRequest, HttpSender, NoAnswer
from edatool.visible import visible

_GONE = 410
_TRY_AGAIN = (408, 409, 423, 425, 429)
"""Answers of 4xx that are about this moment, not about the event."""
_LONGEST_WAIT = 86_400.0
_SHOWN_BYTES = 200
"""Of an answer that refuses an event."""


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


class Post:
    """Posts events to a URL.

    An answer of 2xx is success. 408, 409, 423, 425, 429, 5xx and no answer are failures, after which ``Retry-After``
    is kept; any other refuses the event for good.
    """

    def __init__(
        self, shown: str, sender: HttpSender, refusal: Callable[[HttpAnswer], Refusal | None] | None = None
    ) -> None:
        """Take the URL for people, what posts there, and what knows more of answers than their status says."""
        self._shown, self._sender, self._refusal = shown, sender, refusal

    def __call__(self, event: ConsumedEvent) -> None:
        """Post an event as a CloudEvent.

        Raises: as ``send``.
        """
        self.send(cloud_event(event))

    def send(self, request: HttpRequest, *, whole: bool = False) -> bytes:
        """Post a request, and return the answer's body: ``whole``, else as much of it as came.

        Raises:
            Reject: it was refused; ``Gone`` where all others would be, too.
            Retry, ActionFailed: it is to be tried again.
        """
        try:
            answer = self._sender.send(request, whole=whole or self._refusal is not None)
        except NoAnswer as error:
            raise ActionFailed(f"{self._shown} did not answer: {error}") from None
        self._judge(answer)
        return answer.body

    def close(self) -> None:
        """End its connections."""
        self._sender.close()

    def _judge(self, answer: HttpAnswer) -> None:
        refusal = self._refusal(answer) if self._refusal else None
        if answer.is_success and refusal is None:
            return
        said = f"{self._shown} answered {answer.status}"
        if answer.status == _GONE:
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
