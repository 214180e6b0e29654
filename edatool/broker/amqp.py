"""AMQP 0-9-1 connections: parameters, and what their errors mean."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import pika
from pika import exceptions

from edatool.broker.address import Address, Tls
from edatool.errors import BrokerError, BrokerRefused, BrokerUnreachable, WrongUsage

TIMEOUT = 10.0
"""Seconds to wait for a connection, and for a broker that does not answer."""


def parameters(address: Address, vhost: str) -> pika.ConnectionParameters:
    """Return what pika needs to connect to one vhost.

    Raises:
        WrongUsage: a certificate or key that cannot be read.
    """
    return pika.ConnectionParameters(
        host=address.host,
        port=address.port,
        virtual_host=vhost,
        credentials=pika.PlainCredentials(address.user, address.password),
        ssl_options=pika.SSLOptions(tls_context(address.tls), address.host) if address.tls else None,
        socket_timeout=TIMEOUT,
        stack_timeout=TIMEOUT,
        blocked_connection_timeout=TIMEOUT * 3,
        heartbeat=30,
        client_properties={"connection_name": "edatool"},
    )


def tls_context(tls: Tls) -> ssl.SSLContext:
    """Return a context that verifies the broker, with the user's authorities and certificate.

    Raises:
        WrongUsage: a file that cannot be read, or is not a certificate or key in PEM format.
    """
    try:
        context = ssl.create_default_context(cafile=tls.ca)
        if tls.certificate:
            context.load_cert_chain(tls.certificate, tls.key)
    except OSError as error:  # ssl.SSLError is one of them
        files = ", ".join(file for file in (tls.ca, tls.certificate, tls.key) if file)
        raise WrongUsage(f"the certificate files cannot be used ({files}): {error}") from None
    return context


@contextmanager
def translated(address: Address, vhost: str) -> Iterator[None]:
    """Turn what pika raises about a connection into our errors.

    Raises:
        BrokerUnreachable: nobody answers, or the connection was lost.
        BrokerRefused: the user, the password or the vhost is not accepted.
    """
    try:
        yield
    except exceptions.AMQPError as error:
        raise connection_error(error, address, vhost) from None
    except OSError as error:
        raise BrokerUnreachable(f"the broker {address} cannot be reached: {error.strerror or error}") from None


def connection_error(error: BaseException, address: Address, vhost: str) -> BrokerError:
    """Say what a failed or lost connection means for the user."""
    cause = _cause(error)
    text = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(cause)
    user = address.user
    if "NOT_ALLOWED" in text and "not found" in text:
        return BrokerRefused(f"the broker {address} has no vhost {vhost!r}: create it first")
    if "NOT_ALLOWED" in text or isinstance(cause, exceptions.ProbableAccessDeniedError):
        return BrokerRefused(f"the broker {address} does not let {user!r} into the vhost {vhost!r}: grant permissions")
    if "ACCESS_REFUSED" in text or isinstance(cause, _BAD_LOGIN):
        return BrokerRefused(f"the broker {address} refuses the user {user!r} or its password: check the broker URL")
    if isinstance(cause, exceptions.IncompatibleProtocolError):
        return BrokerUnreachable(f"{address} does not answer in AMQP 0-9-1: check the port and amqp:// or amqps://")
    return BrokerUnreachable(f"the broker {address} cannot be reached: {text or type(cause).__name__}")


_BAD_LOGIN = (exceptions.ProbableAuthenticationError, exceptions.AuthenticationError)


def _cause(error: BaseException) -> BaseException:
    """Dig out of pika's layers of connection errors the one that says what happened."""
    inner = getattr(error, "exceptions", None) or [getattr(error, "exception", None), *error.args[:1]]
    for one in reversed(inner):
        if isinstance(one, BaseException):
            return _cause(one)
    return error
