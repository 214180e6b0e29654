"""AMQP 0-9-1 connections: their parameters, and how long an answer is waited for."""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pika
from pika import exceptions
from pika.adapters.utils.connection_workflow import AMQPConnectorException

from edatool.broker import pika_private
from edatool.broker.address import Address, Tls
from edatool.broker.diagnosis import Silence, connection_error
from edatool.errors import WrongUsage

TIMEOUT = 10.0
"""Seconds to wait for a connection to end."""
ANSWER = 40.0
"""Seconds in which a broker has to answer what it is asked; heartbeats are no answer, and its own limits are 30 s."""


def parameters(address: Address, vhost: str) -> pika.ConnectionParameters:
    """Return what pika needs to connect to one vhost.

    Raises:
        WrongUsage: a certificate or key that cannot be read.
    """
    tls, tuning = address.tls, address.tuning
    return pika.ConnectionParameters(
        host=address.host,
        port=address.port,
        virtual_host=vhost,
        credentials=pika.PlainCredentials(address.user, address.password),
        ssl_options=pika.SSLOptions(tls_context(tls), tls.server_name or address.host) if tls else None,
        socket_timeout=tuning.connection_timeout,
        stack_timeout=tuning.connection_timeout,
        blocked_connection_timeout=ANSWER,
        heartbeat=tuning.heartbeat,
        channel_max=tuning.channel_max or pika.ConnectionParameters.DEFAULT_CHANNEL_MAX,
        client_properties={"connection_name": "edatool"},
    )


def tls_context(tls: Tls) -> ssl.SSLContext:
    """Return a context that verifies the broker unless told not to, with the user's authorities and certificate.

    Raises:
        WrongUsage: a file that cannot be read, or is not a certificate or key in PEM format.
    """
    try:
        context = ssl.create_default_context(cafile=tls.ca)
        if tls.certificate:
            context.load_cert_chain(tls.certificate, tls.key)
    except OSError as error:  # ssl.SSLError is one of them
        files = ", ".join(file for file in (tls.ca, tls.certificate, tls.key) if file)
        raise WrongUsage(f"the certificate files cannot be used ({files}): {error.strerror or error}") from None
    if not tls.verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


Opened = Callable[[Any], None]
"""Is called with the open connection."""
Lost = Callable[[Any, BaseException], None]
"""Is called with the connection once it is closed or could not be made, by whomever, and why."""


def connect(
    address: Address, vhost: str, opened: Opened, lost: Lost, *, loop: Any = None, blocked: float | None = ANSWER
) -> Any:
    """Return a pika connection that is made once its loop runs, which then calls ``opened`` or ``lost``.

    It is lost, too, where the broker takes nothing for ``blocked`` seconds, for want of memory or disk.

    Raises:
        WrongUsage: as of ``parameters``.
    """
    settings = parameters(address, vhost)
    settings.blocked_connection_timeout = blocked
    return pika.SelectConnection(
        settings, on_open_callback=opened, on_open_error_callback=lost, on_close_callback=lost, custom_ioloop=loop
    )


def serve(loop: Any, is_ending: Callable[[], bool]) -> None:
    """Run the loop of a connection until it is stopped."""
    try:
        loop.start()
    except AssertionError:
        # pika (1.4) trips over itself where a connection is closed while it is being made; it is closed then.
        if not is_ending():
            raise


@contextmanager
def watched(connection: Any) -> Iterator[None]:
    """End a connection on which nothing but heartbeats comes while its loop runs in this block, waiting for answers."""
    watch = _Watch(connection)
    watch.look()
    try:
        yield
    finally:
        watch.end()


class _Watch:
    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.answers, self.since = -1, time.monotonic()
        self.timer: Any = None

    def look(self) -> None:
        answers = pika_private.answers(self.connection)
        if answers != self.answers:
            self.answers, self.since = answers, time.monotonic()
        elif time.monotonic() - self.since > ANSWER and not self.connection.is_closed:
            pika_private.terminate(self.connection, Silence("no answer"))
            self.timer = None
            return
        self.timer = self.connection.ioloop.call_later(ANSWER / 40, self.look)

    def end(self) -> None:
        if self.timer is not None:
            self.connection.ioloop.remove_timeout(self.timer)


@contextmanager
def translated(address: Address, vhost: str) -> Iterator[None]:
    """Turn what pika raises about a connection into our errors.

    Raises:
        BrokerUnreachable: nobody answers, or the connection was lost.
        BrokerRefused: the user, the password or the vhost is not accepted.
    """
    try:
        yield
    except (exceptions.AMQPError, AMQPConnectorException, OSError) as error:
        raise connection_error(error, address, vhost) from None
