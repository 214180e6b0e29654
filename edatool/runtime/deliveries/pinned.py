"""Connections to public addresses only, to those that were looked at, and for a limited time."""

import ipaddress
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import unquote_to_bytes

import h11
import httpx

from edatool.runtime.deliveries.connection import FAILURES, Connection, left
from edatool.runtime.triggers.posting.http import HttpAnswer, HttpRequest, NoAnswer, standing_headers
from edatool.spec.addresses import Address, Network, is_allowed


class RefusedAddress(Exception):
    """The name of an endpoint leads to an address that its delivery does not allow."""


class PinnedSender:
    """Posts to a URL whose host is resolved once for each connection, to just the addresses that were looked at.

    Whoever answers for the name cannot give another address in between. No proxy of the environment is used. The
    certificate has to be that of the host. A request has ``timeout`` seconds in all, its answer included: one that
    comes byte by byte does not take longer. Connections are kept, as many as there were requests at once.
    """

    def __init__(self, url: str, timeout: float, token: str | None, networks: Iterable[Network]) -> None:
        """Take the URL, a bearer token, and networks that are allowed, though they are not public."""
        there = httpx.URL(url)
        self._host, self._target, is_secure = there.raw_host.decode(), there.raw_path, there.scheme == "https"
        self._port = there.port or (443 if is_secure else 80)
        self._tls = _tls() if is_secure else None
        self._standing = {"Host": there.netloc.decode(), **standing_headers(token)}
        if there.userinfo:
            self._standing["Authorization"] = f"Basic {b64encode(unquote_to_bytes(there.userinfo)).decode()}"
        self._timeout, self._networks = timeout, tuple(networks)
        self._free: list[Connection] = []
        self._is_closed = False

    def send(self, request: HttpRequest, *, whole: bool) -> HttpAnswer:
        """Post a request to the first address that takes the connection.

        Raises:
            RefusedAddress: one of the addresses is not allowed.
            NoAnswer: the host is not known, or does not answer in time.
        """
        end = time.monotonic() + self._timeout
        headers = {**self._standing, "Content-Length": str(len(request.body)), **request.headers}
        try:
            head = h11.Request(method="POST", target=self._target, headers=list(headers.items()))
            connection = self._kept() or Connection(self._connected(end))
            try:
                return connection.post(head, request.body, end, whole=whole)
            finally:
                self._keep(connection)
        except FAILURES as error:
            raise NoAnswer(str(error) or type(error).__name__) from None

    def close(self) -> None:
        """End its connections; what is under way ends its own."""
        self._is_closed = True
        while self._free:
            self._free.pop().close()

    def _kept(self) -> Connection | None:
        """Return a connection that can be used once more, the one that was used last."""
        with suppress(IndexError):
            while (one := self._free.pop()).is_closed_there:
                one.close()
            return one
        return None

    def _keep(self, connection: Connection) -> None:
        if connection.is_free and not self._is_closed:
            self._free.append(connection)
        else:
            connection.close()

    def _connected(self, end: float) -> socket.socket:
        *others, last = self._addresses()
        for address in others:
            with suppress(OSError):
                return self._connected_to(address, end)
        return self._connected_to(last, end)

    def _connected_to(self, address: Address, end: float) -> socket.socket:
        there = socket.create_connection((str(address), self._port), left(end))
        there.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls is None:
            return there
        with there:  # which is empty once it has gone over into the other, and is closed where it has not
            there.settimeout(left(end))
            return self._tls.wrap_socket(there, server_hostname=self._host)

    def _addresses(self) -> list[Address]:
        try:
            found = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NoAnswer(f"{self._host} has no address: {error}") from None
        addresses = [ipaddress.ip_address(one[4][0]) for one in found]
        for address in addresses:
            if not is_allowed(address, self._networks):
                refused = f"{self._host} leads to {address}, which is no public address"
                raise RefusedAddress(f"{refused}: add its network to allow")
        return addresses


def _tls() -> ssl.SSLContext:
    context = httpx.create_ssl_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
