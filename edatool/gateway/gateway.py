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
    """Serves an application until it is stopped; ``url`` is where, and ``counts`` how many events had which outcome."""

    def __init__(
        self,
        app: ASGIApp,
        publisher: Publisher,
        counts: Mapping[str, int],
        bound: socket.socket,
        tls: ServedTls | None = None,
    ) -> None:
        self._publisher, self.counts, self._bound = publisher, counts, bound
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
        with self._bound, self._publisher:
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


def bound(where: str, why_alone: str | None) -> socket.socket:
    """Return a socket at ``HOST:PORT``, or ``PORT`` of 127.0.0.1; ``why_alone``: it has to be of this machine alone.

    Raises:
        WrongUsage: it is another one, or nothing can be served there.
    """
    host, _, port = where.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    try:
        family, *_, address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
        if why_alone and not ipaddress.ip_address(address[0]).is_loopback:
            raise WrongUsage(f"{where} can be reached from elsewhere, and {why_alone}")
        found = socket.create_server((str(address[0]), int(address[1])), family=family, backlog=2048)
        # Head and body of an answer are two writes: by default the second waits until the first is acknowledged.
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return found
    except (OSError, ValueError, OverflowError) as error:
        raise WrongUsage(f"nothing can be served at {where}: {error}") from None
