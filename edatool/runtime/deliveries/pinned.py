"""Connections to public addresses only, and to those that were looked at."""

import ipaddress
import socket
from collections.abc import Iterable

import httpx

from edatool.spec.addresses import Address, Network, is_allowed


class RefusedAddress(Exception):
    """The name of an endpoint leads to an address that its delivery does not allow."""


class PinnedTransport(httpx.BaseTransport):
    """Resolves a host once for each request, and connects to just the addresses that it has looked at.

    Whoever answers for the name cannot give another address in between. No proxy of the environment is used. The
    certificate has to be that of the host. It is for one host: connections that are kept are told apart by address.
    """

    def __init__(self, networks: Iterable[Network]) -> None:
        """Take networks that are allowed, though they are not public."""
        self._networks = tuple(networks)
        self._connected = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to the first address that takes the connection.

        Raises:
            RefusedAddress: one of the addresses is not allowed.
            httpx.HTTPError: the host is not known, or does not answer.
        """
        host = request.url.raw_host.decode()  # as it is in DNS
        *others, last = self._addresses(host, request.url.port)
        request.extensions = {**request.extensions, "sni_hostname": host}
        for address in others:
            try:
                return self._sent(request, address)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return self._sent(request, last)

    def close(self) -> None:
        """End its connections."""
        self._connected.close()

    def _sent(self, request: httpx.Request, address: Address) -> httpx.Response:
        # The header Host stays as the name has made it.
        request.url = request.url.copy_with(host=str(address))
        return self._connected.handle_request(request)

    def _addresses(self, host: str, port: int | None) -> list[Address]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(f"{host} has no address: {error}") from None
        addresses = [ipaddress.ip_address(one[4][0]) for one in found]
        for address in addresses:
            if not is_allowed(address, self._networks):
                raise RefusedAddress(f"{host} leads to {address}, which is no public address: add its network to allow")
        return addresses
