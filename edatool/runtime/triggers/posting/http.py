"""A request that is posted, its answer, and who posts."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from edatool.frozen import frozen

MOST_BYTES = 2**20
"""Of an answer that are read; what has more is one longer, and cut off."""


@frozen
class HttpRequest:
    """What is posted for an event."""

    headers: Mapping[str, str]
    body: bytes


@frozen
class HttpAnswer:
    """What was answered, of a long body the beginning."""

    status: int
    body: bytes
    retry_after: str = ""

    @property
    def is_success(self) -> bool:
        """Whether it is 2xx."""
        return 200 <= self.status < 300


class NoAnswer(Exception):
    """Nothing was answered, or not all of it; the text says why."""


class HttpSender(Protocol):
    """Posts requests to one URL; for any number of threads. Redirects are not followed."""

    def send(self, request: HttpRequest, *, whole: bool) -> HttpAnswer:
        """Post a request; of an answer of success the body has to be there only where it is to be ``whole``.

        Raises:
            NoAnswer: there is none in time.
        """

    def close(self) -> None:
        """End its connections."""


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


def is_plain(text: str) -> bool:
    """Whether a text can stand in a header as it is: spaces around it are no part of a header."""
    return text.isascii() and text.isprintable() and text == text.strip()
