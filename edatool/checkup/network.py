"""The way to the broker: its name, its port, and TLS."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from typing import Any

from edatool.broker.address import Address, Tls
from edatool.broker.amqp import tls_context
from edatool.checkup.check import Checks, error, ok, warning
from edatool.errors import WrongUsage

SOON = timedelta(days=30)
"""A certificate that ends within this time is to be renewed now."""


def network(address: Address, now: datetime) -> Checks:
    """Look the host up, connect to the port, and shake hands."""
    seconds = address.tuning.connection_timeout
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except OSError as unknown:
        yield error("host", f"{address.host} has no address ({unknown.strerror}): correct the host in the broker URL")
        return
    addresses = ", ".join(dict.fromkeys(str(one[4][0]) for one in found))
    yield ok("host", f"{address.host} is at {addresses}")
    try:
        plain = socket.create_connection((address.host, address.port), seconds)
    except OSError as closed:
        why = closed.strerror or "nobody answers in time"
        way_out = "start the broker, correct the port, or let it through what is between"
        yield error("port", f"nothing can be reached at port {address.port} ({why}): {way_out}")
        return
    with plain:
        yield ok("port", f"{address.port} takes connections")
        if address.tls:
            yield from _tls(plain, address, address.tls, now)
        elif not address.is_local:
            yield warning("tls", "none: the password can be read by whoever sees the network: write amqps://")


def _tls(plain: socket.socket, address: Address, tls: Tls, now: datetime) -> Checks:
    try:
        wrapped = tls_context(tls).wrap_socket(plain, server_hostname=tls.server_name or address.host)
    except WrongUsage as unreadable:
        yield error("tls", unreadable)
    except ssl.SSLCertVerificationError as refused:
        way_out = "name its authority with --ca, and the host as the certificate does"
        yield error("tls", f"the certificate is not accepted ({refused.verify_message}): {way_out}")
    except OSError:
        yield error("tls", f"port {address.port} does not speak it: write amqp://, or name the port that does")
    else:
        with wrapped:
            yield from _certificate(wrapped, now) if tls.verify else _unverified()


def _unverified() -> Checks:
    yield warning("tls", "anybody could answer in the broker's place: leave verify=verify_none out of the broker URL")


def _certificate(wrapped: ssl.SSLSocket, now: datetime) -> Checks:
    shown: dict[str, Any] = wrapped.getpeercert() or {}
    names = ", ".join(name for _, name in shown.get("subjectAltName", ()))
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(shown["notAfter"]), UTC)
    says = f"{wrapped.version()}, the certificate is for {names}, until {ends:%Y-%m-%d}"
    yield warning("tls", f"{says}: renew it") if ends - now < SOON else ok("tls", says)
