"""What a delivery posts for an event."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from edatool.contracts.contract import Contract
from edatool.contracts.payload import encode
from edatool.errors import WrongUsage
from edatool.runtime.cloudevents import STRUCTURED
from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.consume.failures import Reject
from edatool.runtime.deliveries.payload import DeliveredPayload
from edatool.runtime.deliveries.signing import signatures
from edatool.runtime.triggers.attributes import attributes, is_structured, payload_text
from edatool.runtime.triggers.posting.cloud_event import cloud_headers, content_type, trace
from edatool.runtime.triggers.posting.http import HttpRequest, is_plain
from edatool.spec.deliveries import SpecDelivery

if TYPE_CHECKING:
    from edatool.runtime.deliveries.soap import SoapCall

_JSON = "application/json"
_OF_THE_OTHER_PAYLOAD = ("dataschema", "datacontenttype")


class DeliveredMessage:
    """Makes what a delivery posts for an event: in its format, mapped, and signed anew each time."""

    def __init__(
        self,
        delivery: SpecDelivery,
        keys: Sequence[bytes],
        receiver: Contract | None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Sign by each key, at ``now`` in seconds since 1970; ``receiver`` is the contract of who gets it."""
        self._format, self._keys, self._now = delivery.format, keys, now
        self._payload = DeliveredPayload(delivery, receiver)

    def __call__(self, event: ConsumedEvent) -> HttpRequest:
        """Return what is posted.

        Raises:
            Reject: the event cannot be said by HTTP, is to be signed and has no message id, or its receiver's contract
                refuses it.
        """
        unsigned = self._unsigned(event)
        if not self._keys:
            return unsigned
        if not event.id or not is_plain(event.id):
            raise Reject("it has no message id that a signature can hold, by which the receiver knows it again")
        added = signatures(event.id, unsigned.body, self._keys, self._now())
        return HttpRequest({**unsigned.headers, **added}, unsigned.body)

    def _unsigned(self, event: ConsumedEvent) -> HttpRequest:
        payload = self._payload(event)
        if self._format == "structured":
            return HttpRequest({"Content-Type": STRUCTURED, **trace(event)}, self._envelope(event, payload))
        is_json = self._payload.is_mapped or is_structured(event)
        kind = {"Content-Type": _JSON if is_json else content_type(event), **trace(event)}
        body = _text(payload) if self._payload.is_mapped else payload_text(event)
        return HttpRequest(kind if self._format == "payload" else {**self._headers(event), **kind}, body)

    def _headers(self, event: ConsumedEvent) -> dict[str, str]:
        gone = {f"ce-{name}" for name in self._untrue}
        return {name: value for name, value in cloud_headers(event).items() if name not in gone}

    def _envelope(self, event: ConsumedEvent, payload: object) -> bytes:
        about = {name: value for name, value in attributes(event).items() if name not in self._untrue}
        return _text({**about, "datacontenttype": _JSON, "data": payload})

    @property
    def _untrue(self) -> tuple[str, ...]:
        """The attributes that do not hold of a payload that was mapped."""
        return _OF_THE_OTHER_PAYLOAD if self._payload.is_mapped else ()


def _text(value: object) -> bytes:
    text = encode(value)
    if not isinstance(text, bytes):
        raise Reject(f"what is to be delivered is no JSON: {text}")
    return text


def soap_call(delivery: SpecDelivery, folder: Path, password: str | None = None) -> "SoapCall | None":
    """Return what makes the calls of a delivery that calls an operation of SOAP; its WSDL is in the folder of the spec.

    ``password`` is that of its UsernameToken; without, calls show none.

    Raises:
        WrongUsage: as of ``SoapCall``; the packages of the extra are not installed.
    """
    if delivery.soap is None:
        return None
    try:
        from edatool.runtime.deliveries.soap import SoapCall  # noqa: PLC0415 - an extra

        return SoapCall(delivery, delivery.soap, folder, password)
    except ImportError:
        raise WrongUsage("calls of SOAP take zeep and lxml: install edatool-rabbitmq[soap]") from None
