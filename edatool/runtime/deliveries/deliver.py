"""A delivery at work."""

import ipaddress
from collections.abc import Callable
from pathlib import Path

from edatool.broker.http.secrets import resolve
from edatool.errors import NeedsPerson, WrongUsage
from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.consume.failures import NotProcessed
from edatool.runtime.deliveries.message import DeliveredMessage, soap_call
from edatool.runtime.deliveries.pinned import PinnedTransport, RefusedAddress
from edatool.runtime.deliveries.signing import keys_of
from edatool.runtime.triggers.post import Gone, Post
from edatool.spec.deliveries import SpecDelivery
from edatool.spec.http_url import is_http


class Deliver:
    """Posts events to the endpoint of a delivery, until that wants no more.

    Then it is switched off: ``stop`` is called, and the events stay in their queue.
    """

    def __init__(self, delivery: SpecDelivery, folder: Path, stop: Callable[[], None]) -> None:
        """Read the secrets of a delivery, and its WSDL, which is in the folder of the spec.

        Raises:
            WrongUsage: there is none, it is malformed, or the URL is.
        """
        self._name, self._stop = delivery.name, stop
        self._off_because: str | None = None
        url = delivery.to if isinstance(delivery.to, str) else resolve(delivery.to)
        if not is_http(url):
            raise WrongUsage(f"the delivery {delivery.name!r} has no URL of HTTP: write https://host/path")
        call = soap_call(delivery, folder)
        self._post = Post(
            url,
            delivery.timeout / 1000,
            resolve(delivery.token) if delivery.token else None,
            message=call or DeliveredMessage(delivery, keys_of(delivery)),
            refusal=call.refusal if call else None,
            transport=PinnedTransport(map(ipaddress.ip_network, delivery.allow)),
        )

    def __call__(self, event: ConsumedEvent) -> None:
        """Post an event.

        Raises:
            NotProcessed: the delivery is switched off.
            Reject, Retry, ActionFailed: as of ``Post``.
        """
        if self._off_because is not None:
            raise NotProcessed
        try:
            self._post(event)
        except (Gone, RefusedAddress) as error:
            self._off_because = str(error)
            self._stop()
            raise NotProcessed from None

    def __repr__(self) -> str:
        return f"the delivery {self._name!r}"

    def close(self) -> None:
        """End its connections."""
        self._post.close()

    def require_on(self) -> None:
        """Say why it was switched off, if it was.

        Raises:
            NeedsPerson: it was.
        """
        if self._off_because is not None:
            way_out = "its events wait in their queue; see to that, then start it again"
            raise NeedsPerson(f"{self!r} is switched off: {self._off_because}: {way_out}")
