"""Connections to public addresses only, to those that were looked at, and for a limited time."""

import ipaddress
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpcore
import httpx

from edatool.spec.addresses import Address, Network, is_allowed

_MOST_CONNECTIONS = 1000
"""Of the requests of a delivery at once; the spec allows no more."""


class RefusedAddress(Exception):
    """The name of an endpoint leads to an address that its delivery does not allow."""


class PinnedTransport(httpx.BaseTransport):
    """Resolves a host once for each connection, and connects to just the addresses that it has looked at.

    Whoever answers for the name cannot give another address in between. No proxy of the environment is used. The
    certificate has to be that of the host. A request has ``timeout`` seconds in all, its answer included: one that
    comes byte by byte does not take longer.
    """

    def __init__(self, networks: Iterable[Network], timeout: float) -> None:
        """Take networks that are allowed, though they are not public."""
        self._timeout, self._clock = timeout, _Clock()
        self._pool = httpcore.ConnectionPool(
            httpx.create_ssl_context(),
            max_connections=_MOST_CONNECTIONS,
            network_backend=_Pinned(tuple(networks), self._clock),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to the first address that takes the connection.

        Raises:
            RefusedAddress: one of the addresses is not allowed.
            httpx.TransportError: the host is not known, or does not answer.
        """
        self._clock.end = time.monotonic() + self._timeout
        url = request.url
        sent = httpcore.Request(
            request.method,
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _translated():
            answer = self._pool.handle_request(sent)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions)

    def close(self) -> None:
        """End its connections."""
        self._pool.close()


class _Clock(threading.local):
    """When the request of a thread has to be over, by ``time.monotonic``."""

    end = 0.0

    def left(self, timeout: float | None) -> float:
        """Return the seconds that are left, of these at most."""
        left = self.end - time.monotonic()
        return left if timeout is None else min(left, timeout)


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with _translated():
            yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


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


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise httpx.TransportError(str(error) or type(error).__name__) from None
