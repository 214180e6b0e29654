"""Messages in the shape in which AWS Lambda hands those of RabbitMQ over, there and back.

The shape is what «Using Lambda with Amazon MQ» shows: queues under ``NAME::VHOST``, bodies in base64, texts of headers
as lists of bytes, the time as a text without a zone, and null for what a message does not have.
"""

import base64
import binascii
import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from edatool.broker.consume.delivery import Delivery
from edatool.errors import WrongUsage
from edatool.runtime.consume.event import ConsumedEvent

_SOURCE = "aws:rmq"
_ARN = "arn:aws:mq:local:000000000000:broker:edatool"
_TIME = "%b %d, %Y, %I:%M:%S %p"
_BY_QUEUE = "rmqMessagesByQueue"


def lambda_event(event: ConsumedEvent, vhost: str) -> dict[str, Any]:
    """Return an event as Lambda would hand it over, alone in its batch."""
    properties = {
        "contentType": event.content_type,
        "contentEncoding": None,
        "headers": {name: _header(value) for name, value in event.headers.items()},
        "deliveryMode": 2,
        "priority": None,
        "correlationId": None,
        "replyTo": None,
        "expiration": None,
        "messageId": event.id,
        "timestamp": None,
        "type": event.name or None,
        "userId": None,
        "appId": None,
        "clusterId": None,
        "bodySize": len(event.body),
    }
    message = {
        "basicProperties": properties,
        "redelivered": event.redelivered,
        "data": base64.b64encode(event.body).decode(),
    }
    return {
        "eventSource": _SOURCE,
        "eventSourceArn": _ARN,
        _BY_QUEUE: {f"{event.queue}::{vhost}": [message]},
    }


def deliveries(event: object) -> Iterator[Delivery]:
    """Yield the messages that Lambda hands over.

    Lambda does not tell exchange and key: they are empty, unless headers of edatool have them.

    Raises:
        WrongUsage: it is no such event.
    """
    queues = event.get(_BY_QUEUE) if isinstance(event, Mapping) else None
    if not isinstance(queues, Mapping):
        raise WrongUsage(f"this is no event of RabbitMQ for Lambda: it has no {_BY_QUEUE}")
    for name, messages in queues.items():
        for one in messages:
            yield _delivery(name.rpartition("::")[0], one)


def _delivery(queue: str, message: Mapping[str, Any]) -> Delivery:
    own = message.get("basicProperties") or {}
    try:
        body = base64.b64decode(message["data"], validate=True)
    except (KeyError, TypeError, binascii.Error):
        raise WrongUsage(f"a message of queue {queue!r} has no data in base64") from None
    return Delivery(
        exchange="",
        key="",
        headers={name: _value(value) for name, value in (own.get("headers") or {}).items()},
        body=body,
        content_type=own.get("contentType"),
        type=own.get("type"),
        message_id=own.get("messageId"),
        queue=queue,
        redelivered=bool(message.get("redelivered")),
        timestamp=_seconds(own.get("timestamp")),
        expiration=own.get("expiration"),
    )


def _header(value: object) -> object:
    if isinstance(value, str):
        value = value.encode()
    return {"bytes": list(value)} if isinstance(value, bytes) else value


def _value(value: object) -> object:
    """Return a header as AMQP has it; bytes that are no text stay bytes."""
    if isinstance(value, Mapping) and set(value) == {"bytes"}:
        found = bytes(value["bytes"])
        try:
            return found.decode()
        except UnicodeDecodeError:
            return found
    return value


def _seconds(text: str | None) -> int | None:
    """Return a time in seconds since the epoch, read as UTC; None where there is none that can be read."""
    try:
        # Newer Java writes a narrow no-break space before AM and PM.
        moment = datetime.datetime.strptime((text or "").replace("\u202f", " "), _TIME)
    except ValueError:
        return None
    return int(moment.replace(tzinfo=datetime.UTC).timestamp())
