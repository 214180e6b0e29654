"""The gateway as a server: bound to an address, run until it is stopped."""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from starlette.types import ASGIApp
from uvicorn import Config, Server

from edatool.errors import WrongUsage
from edatool.frozen import frozen
from edatool.gateway.connection import BoundedProtocol
from edatool.gateway.few_lines import few_lines
from edatool.gateway.listening import ListeningSocket
from edatool.runtime.publish.publisher import Publisher

GRACE = 30
"""Seconds that requests in hand have to end when it is stopped."""


@frozen
class ServedTls:
    """Files in PEM format: the gateway's certificate with its key, and the authorities of clients' certificates."""

    certificate: str
    key: str
    clients: str | None = None


class Gateway:
    """Serves an application until it is stopped.

    ``url`` is where, ``is_open`` whether anybody on this machine may send, and ``counts`` how many events had which
    outcome, and how many requests were refused.
    """

    def __init__(
        self,
        app: ASGIApp,
        publisher: Publisher,
        counts: Mapping[str, int],
        bound: socket.socket,
        tls: ServedTls | None = None,
        *,
        is_open: bool,
    ) -> None:
        self._publisher, self.counts, self._bound, self.is_open = publisher, counts, bound, is_open
        host, port = bound.getsockname()[:2]
        self.url = f"http{'s' if tls else ''}://{f'[{host}]' if ':' in host else host}:{port}"
        config = Config(
            app,
            http=BoundedProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE,
            ssl_certfile=tls.certificate if tls else None,
            ssl_keyfile=tls.key if tls else None,
            ssl_ca_certs=tls.clients if tls else None,
            ssl_cert_reqs=ssl.CERT_OPTIONAL if tls and tls.clients else ssl.CERT_NONE,
        )
        try:
            config.load()
        except OSError as error:
            raise WrongUsage(f"the files for TLS cannot be used: {error}") from None
        self._server = _Server(config)

    def run(self) -> None:
        """Serve until ``stop``; then no request is taken any more, and those in hand have their answers first."""
        with self._bound, self._publisher, few_lines():
            self._publisher.is_ready()  # so that there is a connection when the first event comes
            asyncio.run(self._server.serve([self._bound]))

    def is_ready(self) -> bool:
        """Return whether events are taken now."""
        return self._publisher.is_ready()

    def stop(self) -> None:
        """Have ``run`` end; called by any thread."""
        self._server.should_exit = True


class _Server(Server):
    """A server of uvicorn that leaves signals to who runs it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do nothing."""
        yield


def bound(where: str) -> socket.socket:
    """Return a socket at ``HOST:PORT``, or ``PORT`` of 127.0.0.1.

    Raises:
        WrongUsage: nothing can be served there.
    """
    host, _, port = where.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    try:
        family, *_, address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
        found = socket.create_server((str(address[0]), int(address[1])), family=family, backlog=2048)
        # Head and body of an answer are two writes: by default the second waits until the first is acknowledged.
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return ListeningSocket(found)
    except (OSError, ValueError, OverflowError) as error:
        raise WrongUsage(f"nothing can be served at {where}: {error}") from None


def is_of_this_machine(one: socket.socket) -> bool:
    """Return whether only this machine reaches a socket."""
    return ipaddress.ip_address(one.getsockname()[0]).is_loopback
