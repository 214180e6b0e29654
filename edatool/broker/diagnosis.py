"""What a connection that failed or was lost means for the user."""

import re
import socket
import ssl
from contextlib import suppress

from pika import exceptions
from pika.adapters.utils.connection_workflow import AMQPConnectorStackTimeout

from edatool.broker.address import Address
from edatool.broker.said import said
from edatool.errors import BrokerError, BrokerRefused, BrokerUnreachable

_MANAGEMENT_PORTS, _TLS_PORT = (15672, 15671), 5671
_CONNECTION_FORCED, _INTERNAL_ERROR = 320, 541
_AMQP_PORTS = "that of AMQP is mostly 5672, or 5671 with TLS"
_PATIENCE = 1.0
"""Seconds for an answer that only makes a message better."""
_ENDED = ("EOF", "ConnectionReset", "BrokenPipe", "ConnectionAborted", "Timeout")
"""What pika's words have where the other end is gone; any other is what it says of an answer that it cannot read."""


class Silence(exceptions.AMQPConnectionError):  # type: ignore[misc]  # pika has no types
    """The broker did not answer in time what it was asked."""


class NoRoom(BrokerRefused):
    """The vhost has as many queues or connections as its limits allow."""


def connection_error(error: BaseException, address: Address, vhost: str) -> BrokerError:
    """Say what a failed or lost connection means for the user."""
    cause = _cause(error)
    code, words = _closed(cause)
    if code:
        return _closed_by_broker(code, words, address, vhost)
    match cause:
        case exceptions.AuthenticationError():
            way_out = "allow it in its auth_mechanisms"
            return BrokerRefused(f"the broker {address} takes no login by password (the mechanism PLAIN): {way_out}")
        case exceptions.ProbableAuthenticationError():
            way_out = "some do so for a wrong user or password, and its log says why"
            return BrokerRefused(
                f"the broker {address} ended the connection at the login of {address.user!r}: {way_out}"
            )
        case exceptions.ProbableAccessDeniedError():
            way_out = "its log says why, and something between may have done it"
            return BrokerUnreachable(f"the broker {address} ended the connection while it was negotiated: {way_out}")
        case ssl.SSLError() | exceptions.IncompatibleProtocolError() | exceptions.ProtocolSyntaxError():
            return _of_another_protocol(cause, address)
        case _:
            return BrokerUnreachable(_unreachable(cause, address))


def _closed_by_broker(code: int, words: str, address: Address, vhost: str) -> BrokerError:
    """Say what it means that the broker closed the connection with these words."""
    if "NOT_ALLOWED" in words and "not found" in words:
        way_out = "create it (rabbitmqctl add_vhost), or correct the broker URL"
        return BrokerRefused(f"the broker {address} has no vhost {vhost!r}: {way_out}")
    if "NOT_ALLOWED" in words and words.endswith(f"refused for user '{address.user}'"):
        way_out = "grant permissions"
        return BrokerRefused(f"the broker {address} does not let {address.user!r} into the vhost {vhost!r}: {way_out}")
    if re.search(r"NOT_ALLOWED - access to vhost .* connection limit \(\d+\) is reached$", words, re.DOTALL):
        way_out = "close some of its connections, or raise max_connections"
        return NoRoom(f"the broker {address} refuses one more connection to the vhost {vhost!r}: {way_out} ({words})")
    if "ACCESS_REFUSED" in words:
        way_out = "check the broker URL"
        return BrokerRefused(f"the broker {address} refuses the user {address.user!r} or its password: {way_out}")
    if code == _INTERNAL_ERROR and words.endswith("nodedown"):
        why = "has no leader just now, since its node went down: try again in a moment"
        return BrokerUnreachable(f"a queue of the broker {address} {why} ({words})")
    kind = BrokerUnreachable if code in (_CONNECTION_FORCED, _INTERNAL_ERROR) else BrokerRefused
    return kind(f"the broker {address} closed the connection: {words}")


def _of_another_protocol(cause: BaseException, address: Address) -> BrokerUnreachable:
    if isinstance(cause, ssl.SSLCertVerificationError):
        words = f"the certificate of the broker {address} is not accepted ({cause.verify_message})"
        return BrokerUnreachable(f"{words}: name its authority with --ca, and the host as the certificate does")
    if _asked_answers_http(address):
        way_out = f"{address.port} seems to be the port of the management API, for it answers in HTTP; {_AMQP_PORTS}"
    elif address.port in _MANAGEMENT_PORTS:
        way_out = f"{address.port} is mostly the port of the management API; {_AMQP_PORTS}"
    elif isinstance(cause, ssl.SSLError):
        way_out = (
            "there is no TLS: write amqp://, or name the port that has it, mostly 5671; or it refuses our certificate"
        )
    elif address.tls is None and address.port == _TLS_PORT:
        way_out = "5671 is mostly the port of TLS: write amqps://"
    else:
        way_out = "check the port, and amqp:// or amqps://"
    return BrokerUnreachable(f"{address} does not answer in AMQP 0-9-1: {way_out}")


def _asked_answers_http(address: Address) -> bool:
    """Ask whether HTTP is what is spoken there: pika does not keep what it could not read."""
    with suppress(OSError), socket.create_connection((address.host, address.port), timeout=_PATIENCE) as http:
        http.settimeout(_PATIENCE)
        http.sendall(b"GET / HTTP/1.0\r\n\r\n")
        return http.recv(5, socket.MSG_WAITALL) == b"HTTP/"
    return False


def _unreachable(cause: BaseException, address: Address) -> str:
    broker = f"the broker {address}"
    match cause:
        case AMQPConnectorStackTimeout() | exceptions.ConnectionOpenAborted() | exceptions.ConnectionClosedByClient():
            return f"{broker} does not answer in time: check host and port, and what is between"
        case Silence():
            return f"{broker} does not answer what it is asked: try again later, or start it anew"
        case exceptions.ConnectionBlockedTimeout():
            return f"{broker} is short of memory or disk, and takes nothing: try again later"
        case exceptions.MethodNotImplemented():
            return f"{broker} does not confirm messages: check that it is a RabbitMQ"
        case exceptions.AMQPHeartbeatTimeout():
            return f"the connection to {broker} was lost: no heartbeat came"
        case ConnectionRefusedError() if address.is_local:
            return f"{broker} cannot be reached: {cause.strerror} (none yet? edatool broker start starts one)"
        case OSError():
            why = cause.strerror or "the connection was lost"
            return f"{broker} cannot be reached: {why}: check host and port in the broker URL"
        case exceptions.StreamLostError() if not any(sign in str(cause) for sign in _ENDED):
            return f"{broker} sends what is no AMQP 0-9-1: check that it is a RabbitMQ, and what is between"
        case _:
            return f"the connection to {broker} was lost"


def _closed(cause: BaseException) -> tuple[int, str]:
    """Return the code and the words with which the broker closed the connection; zero where it did not."""
    if isinstance(cause, exceptions.ConnectionClosedByBroker):
        return cause.reply_code, said(cause.reply_text)
    # pika keeps them as text where the connection was not open yet.
    found = re.search(r"""ConnectionClosedByBroker: \((\d+)\) ['"](.*)['"]""", str(cause), re.DOTALL)
    return (int(found[1]), said(found[2])) if found else (0, "")


def _cause(error: BaseException) -> BaseException:
    """Dig out of pika's layers of connection errors the one that says what happened."""
    inner = getattr(error, "exceptions", None) or [getattr(error, "exception", None), *error.args[:1]]
    for one in reversed(inner):
        if isinstance(one, BaseException):
            return _cause(one)
    return error
