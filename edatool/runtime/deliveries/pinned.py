"""Connections to public addresses only, to those that were looked at, and for a limited time."""

import ipaddress
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Iterable, Mapping
from contextlib import nullcontext, suppress
from typing import Any
from urllib.parse import unquote_to_bytes

import httpcore
import httpx

from edatool.runtime.triggers.post import Answered, Message, NoAnswer, beginning, standing_headers
from edatool.spec.addresses import Address, Network, is_allowed

_MOST_CONNECTIONS = 1000
"""Of the requests of a delivery at once; the spec allows no more."""


_FAILURES = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)


class RefusedAddress(Exception):
    """The name of an endpoint leads to an address that its delivery does not allow."""


class PinnedSender:
    """Posts to a URL whose host is resolved once for each connection, to just the addresses that were looked at.

    Whoever answers for the name cannot give another address in between. No proxy of the environment is used. The
    certificate has to be that of the host. A request has ``timeout`` seconds in all, its answer included: one that
    comes byte by byte does not take longer.
    """

    def __init__(self, url: str, timeout: float, token: str | None, networks: Iterable[Network]) -> None:
        """Take the URL, a bearer token, and networks that are allowed, though they are not public."""
        # Requests by httpx's own client would take twice the time.
        there = httpx.URL(url)
        self._url = httpcore.URL(scheme=there.raw_scheme, host=there.raw_host, port=there.port, target=there.raw_path)
        standing = {"Host": there.netloc.decode(), **standing_headers(token)}
        if there.userinfo:
            standing["Authorization"] = f"Basic {b64encode(unquote_to_bytes(there.userinfo)).decode()}"
        self._standing = _encoded(standing)
        self._timeout, self._clock = timeout, _Clock()
        self._pool = httpcore.ConnectionPool(
            httpx.create_ssl_context(),
            max_connections=_MOST_CONNECTIONS,
            network_backend=_Pinned(tuple(networks), self._clock),
        )

    def send(self, message: Message, *, whole: bool) -> Answered:
        """Post a message to the first address that takes the connection.

        Raises:
            RefusedAddress: one of the addresses is not allowed.
            NoAnswer: the host is not known, or does not answer in time.
        """
        self._clock.end = time.monotonic() + self._timeout
        length = (b"Content-Length", str(len(message.body)).encode())
        headers = [*self._standing, length, *_encoded(message.headers)]
        try:
            with self._pool.stream("POST", self._url, headers=headers, content=message.body) as answer:
                body = b""
                with nullcontext() if whole or not 200 <= answer.status < 300 else suppress(*_FAILURES):
                    body = beginning(answer.iter_stream())
                return Answered(answer.status, body, _retry_after(answer))
        except _FAILURES as error:
            raise NoAnswer(str(error) or type(error).__name__) from None

    def close(self) -> None:
        """End its connections."""
        self._pool.close()


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]


def _retry_after(answer: httpcore.Response) -> str:
    found = (value for name, value in answer.headers if name.lower() == b"retry-after")
    return next(found, b"").decode("latin-1")


class _Clock(threading.local):
    """When the request of a thread has to be over, by ``time.monotonic``."""

    end = 0.0

    def left(self, timeout: float | None) -> float:
        """Return the seconds that are left, of these at most."""
        left = self.end - time.monotonic()
        return left if timeout is None else min(left, timeout)


class _Pinned(httpcore.NetworkBackend):
    def __init__(self, networks: tuple[Network, ...], clock: _Clock) -> None:
        self._networks, self._clock = networks, clock
        self._connected = httpcore.SyncBackend()

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, *rest: Any, **named: Any) -> "_Timed":
        *others, last = self._addresses(host, port)
        for address in others:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return self._to(address, port, timeout, *rest, **named)
        return self._to(last, port, timeout, *rest, **named)

    def _to(self, address: Address, port: int, timeout: float | None, *rest: Any, **named: Any) -> "_Timed":
        within = _within(self._clock, timeout, httpcore.ConnectTimeout)
        return _Timed(self._connected.connect_tcp(str(address), port, within, *rest, **named), self._clock)

    def _addresses(self, host: str, port: int) -> list[Address]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} has no address: {error}") from None
        addresses = [ipaddress.ip_address(one[4][0]) for one in found]
        for address in addresses:
            if not is_allowed(address, self._networks):
                raise RefusedAddress(f"{host} leads to {address}, which is no public address: add its network to allow")
        return addresses


class _Timed(httpcore.NetworkStream):
    """A connection that nobody waits for longer than the request of the thread may take."""

    def __init__(self, stream: httpcore.NetworkStream, clock: _Clock) -> None:
        self._stream, self._clock = stream, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _within(self._clock, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _within(self._clock, timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> "_Timed":
        within = _within(self._clock, timeout, httpcore.ConnectTimeout)
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, within), self._clock)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _within(clock: _Clock, timeout: float | None, over: type[Exception]) -> float:
    left = clock.left(timeout)
    if left <= 0:
        raise over("its time is over")
    return left
