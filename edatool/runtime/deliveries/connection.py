"""One connection to an endpoint, over which requests go one after the other by HTTP/1.1."""

import select
import socket
import time
from collections.abc import Iterator
from contextlib import nullcontext, suppress

import h11

from edatool.runtime.triggers.posting.http import HttpAnswer, beginning

FAILURES = (OSError, h11.ProtocolError)
"""What comes of a network, and of what is no HTTP."""
_MOST_OF_HEAD = 100 * 1024
"""Bytes of the head of an answer."""
_READ_BYTES = 64 * 1024


class Connection:
    """Posts over a socket that is connected, and is closed with it; for one thread at a time."""

    def __init__(self, there: socket.socket) -> None:
        self._socket = there
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MOST_OF_HEAD)

    def post(self, head: h11.Request, body: bytes, end: float, *, whole: bool) -> HttpAnswer:
        """Post a request, and return what is answered until ``end``, by ``time.monotonic``.

        Of an answer of success the body has to be there only where it is to be ``whole``.

        Raises: one of ``FAILURES``.
        """
        if self.is_free:
            self._http.start_next_cycle()
        send = self._http.send
        request = send(head) + send(h11.Data(body)) + send(h11.EndOfMessage())
        with suppress(ConnectionError):  # it may have answered before it had all of it
            self._socket.settimeout(left(end))
            self._socket.sendall(request)
        answer = next(one for one in self._events(end) if isinstance(one, h11.Response))
        is_success = 200 <= answer.status_code < 300
        read = b""
        with suppress(*FAILURES) if is_success and not whole else nullcontext():
            read = beginning(bytes(one.data) for one in self._events(end) if isinstance(one, h11.Data))
        return HttpAnswer(answer.status_code, read, _retry_after(answer))

    @property
    def is_free(self) -> bool:
        """Whether another request may follow, as the last one was answered to its end, and by nothing more."""
        return self._http.our_state is self._http.their_state is h11.DONE and not self._http.trailing_data[0]

    @property
    def is_closed_there(self) -> bool:
        """Whether the other end has closed it, while nothing was asked."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return bool(poll.poll(0))

    def close(self) -> None:
        """End it."""
        self._socket.close()

    def _events(self, end: float) -> Iterator[object]:
        """Yield what comes, to the end of the answer."""
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                self._http.receive_data(self._received(end))
            elif isinstance(event, h11.EndOfMessage):
                return
            else:
                yield event

    def _received(self, end: float) -> bytes:
        self._socket.settimeout(left(end))
        data = self._socket.recv(_READ_BYTES)
        if not data and self._http.their_state is h11.SEND_RESPONSE:
            raise ConnectionResetError("it closed the connection before it answered")
        return data


def left(end: float) -> float:
    """Return the seconds that are left until a time of ``time.monotonic``.

    Raises:
        TimeoutError: there are none.
    """
    seconds = end - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("its time is over")
    return seconds


def _retry_after(answer: h11.Response) -> str:
    found = (value for name, value in answer.headers if name == b"retry-after")
    return next(found, b"").decode("latin-1")
