"""The request that a delivery posts for an event, as it would be: nothing is published, and nothing sent."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from edatool.broker.consume.delivery import Delivery
from edatool.broker.message import AmqpMessage
from edatool.contracts.payload import encode
from edatool.contracts.violation import Violation
from edatool.filters.why import why_not
from edatool.frozen import frozen
from edatool.routes import Routes, unpublished
from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.consume.failures import NotMatched
from edatool.runtime.consume.reading import reading
from edatool.runtime.deliveries.message import DeliveredMessage, soap_call
from edatool.runtime.deliveries.signing import key
from edatool.runtime.publish.message import Written, writer
from edatool.runtime.triggers.matching import seen_by_filters
from edatool.spec.deliveries import SpecDelivery


@frozen
class DeliveryRequest:
    """A request that a delivery posts, but for its bearer token, and the password or digest of a UsernameToken.

    ``url`` is without what may be secret in it, or says where it is read from.
    """

    delivery: str
    url: str
    headers: Mapping[str, str]
    body: bytes


def request_of(
    routes: Routes,
    delivery: SpecDelivery,
    event: str,
    payload: object,
    *,
    message_id: str,
    at: float = 0,
    secrets: Sequence[str] = (),
) -> DeliveryRequest:
    """Return what a delivery of a spec without errors posts at its first try.

    It is signed by ``secrets`` if it is to be signed at all, at a time in seconds since 1970.

    Raises:
        InvalidInput: the payload breaks its contract.
        NotMatched: the filter keeps the event back.
        Reject: the event cannot be delivered, and becomes a dead letter.
        WrongUsage: a secret is malformed, or a WSDL cannot be read.
    """
    keys = [key(delivery.name, one) for one in secrets] if delivery.secrets else []
    sent = _sent(routes, event, payload, message_id, at)
    came = Delivery(
        sent.exchange,
        sent.key,
        sent.headers,
        sent.body,
        sent.content_type,
        sent.type,
        sent.message_id,
        queue=delivery.queue,
    )
    consumed = reading(routes, [event]).read(came)
    _require_match(routes, delivery, consumed)
    call = soap_call(delivery, Path(routes.spec.root))
    receiver = routes.receivers[delivery.schema] if delivery.schema else None
    posted = (call or DeliveredMessage(delivery, keys, receiver, lambda: at))(consumed)
    return DeliveryRequest(delivery.name, delivery.shown_url, posted.headers, posted.body)


def _require_match(routes: Routes, delivery: SpecDelivery, event: ConsumedEvent) -> None:
    wanted = routes.filters.of(delivery)
    failures = why_not(wanted, seen_by_filters(event)) if wanted else []
    if failures:
        name = f" {delivery.filter}" if isinstance(delivery.filter, str) else ""
        raise NotMatched(f"it does not match the filter{name}: {'; '.join(map(str, failures))}")


def _sent(routes: Routes, event: str, payload: object, message_id: str, at: float) -> AmqpMessage:
    # Without stamps: RabbitMQ takes the header off that they are in.
    write = replace(writer(routes, routes.spec.events[event]), stamps=None, now=lambda: at).write
    body = encode(payload)
    written = [body] if isinstance(body, Violation) else write(payload, body, message_id)
    if not isinstance(written, Written):
        raise unpublished((f"the payload of {event!r} is not published: {one}", None) for one in written)
    return written.message
