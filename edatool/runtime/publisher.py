"""The publisher: events checked against their contracts, and sent until their outcome is known."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Literal, Protocol

from edatool.broker.address import Address, parse, vhost_of
from edatool.broker.publishing import Message, Publishing, Sent
from edatool.checks.load import Checked, require_valid
from edatool.contracts.payload import encode
from edatool.contracts.payload import parse as parse_payload
from edatool.contracts.violation import Violation
from edatool.errors import WrongUsage
from edatool.runtime.message import writers

Outcome = Literal["rejected", "unroutable", "nacked", "confirmed", "unknown"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one publish.

    ``outcome`` is one of: ``rejected``, the payload breaks its contract as ``violations`` say, and was not sent;
    ``unroutable``, no queue is bound for it; ``nacked``, the broker did not take it; ``confirmed``, the broker
    has it; ``unknown``, the connection was lost before the confirm, so it may have arrived: publishing it again
    under the same ``message_id`` lets consumers tell the two apart. ``reason`` has the broker's words.
    """

    event: str
    outcome: Outcome
    message_id: str | None = None
    exchange: str | None = None
    key: str | None = None
    violations: tuple[Violation, ...] = ()
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether the broker has the message."""
        return self.outcome == "confirmed"


class Connection(Protocol):
    """What messages are sent through: to RabbitMQ, or to ``edatool.testing.MemoryBroker``."""

    def send(self, message: Message) -> tuple[Sent, str]:
        """Send one message and return its outcome, with the broker's words."""

    def close(self) -> None:
        """End the connection."""


class Publisher:
    """Publishes events of a spec to a broker; a context manager, for use by one thread.

    Example::

        with Publisher("routes.yaml", "amqp://user:password@host") as publisher:
            receipt = publisher.publish("order.placed", {"region": "eu", "total": 120})
    """

    def __init__(
        self,
        spec: str | Sequence[str] | Checked,
        broker: str | Address | Connection,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Load the spec and its contracts; the connection is opened by the first publish.

        Args:
            spec: a file, several that override each other, or a spec that is loaded already.
            broker: ``amqp[s]://user:password@host:port/vhost``, an Address, or a connection.
            environment: the values of ``${NAME}`` in the spec, by default those of the process.

        Raises:
            InvalidInput: the spec has errors.
            WrongUsage: a malformed broker URL, or a vhost other than the spec's.
        """
        checked = require_valid(spec, os.environ if environment is None else environment)
        self._writers = writers(checked.spec, checked.contracts)
        self._connection = _connection(broker, checked.spec.vhost)

    def __enter__(self) -> "Publisher":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def publish(self, event: str, payload: object, message_id: str | None = None) -> Receipt:
        """Check a payload (JSON values as Python has them), publish it, and wait for the broker's confirm.

        Raises:
            WrongUsage: the spec declares no such event.
            BrokerUnreachable, BrokerRefused: there is no connection, and the message was not sent.
        """
        body = encode(payload)
        if isinstance(body, Violation):
            return Receipt(event, "rejected", violations=(body,))
        return self._publish(event, payload, body, message_id)

    def publish_json(self, event: str, text: bytes, message_id: str | None = None) -> Receipt:
        """Publish a payload that is JSON text (UTF-8), parsed strictly; it is sent as it is.

        Raises: as ``publish``.
        """
        payload = parse_payload(text)
        if isinstance(payload, Violation):
            return Receipt(event, "rejected", violations=(payload,))
        return self._publish(event, payload, text, message_id)

    def _publish(self, event: str, payload: object, body: bytes, message_id: str | None) -> Receipt:
        writer = self._writers.get(event)
        if writer is None:
            raise WrongUsage(f"the spec declares no event {event!r}: it has {', '.join(self._writers) or 'none'}")
        message = writer.write(payload, body)
        if isinstance(message, list):
            return Receipt(event, "rejected", violations=tuple(message))
        if message_id is not None:
            message = replace(message, message_id=message_id)
        outcome, reason = self._connection.send(message)
        return Receipt(event, outcome, message.message_id, message.exchange, message.key, reason=reason)

    def close(self) -> None:
        """Close the connection; every publish has its receipt already."""
        self._connection.close()


def _connection(broker: str | Address | Connection, vhost: str | None) -> Connection:
    if not isinstance(broker, (str, Address)):
        return broker
    address = parse(broker) if isinstance(broker, str) else broker
    return Publishing(address, vhost_of(vhost, address))
