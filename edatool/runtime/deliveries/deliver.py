"""A delivery at work."""

import ipaddress
from pathlib import Path

from edatool.broker.http.secrets import resolve
from edatool.errors import NeedsPerson, WrongUsage
from edatool.routes import Routes
from edatool.runtime.consume.consumer import Consumer
from edatool.runtime.consume.event import ConsumedEvent
from edatool.runtime.consume.failures import NotProcessed, Reject, Retry
from edatool.runtime.deliveries.answers import Answers
from edatool.runtime.deliveries.circuit import Circuit
from edatool.runtime.deliveries.message import DeliveredMessage, soap_call
from edatool.runtime.deliveries.pace import Pace
from edatool.runtime.deliveries.pinned import PinnedSender, RefusedAddress
from edatool.runtime.deliveries.signing import keys_of
from edatool.runtime.triggers.actions import Act
from edatool.runtime.triggers.failed import ActionFailed
from edatool.runtime.triggers.posting.endpoint import bearer_token, posted_to
from edatool.runtime.triggers.posting.http import HttpRequest
from edatool.runtime.triggers.posting.post import Gone, Post
from edatool.spec.deliveries import SpecDelivery
from edatool.spec.http_url import is_http


class Deliver:
    """Posts events to the endpoint of a delivery, until that wants no more.

    Then it is switched off: the consumer is stopped, and the events stay in their queue.
    """

    def __init__(
        self,
        delivery: SpecDelivery,
        routes: Routes,
        consumer: Consumer,
        circuit: Circuit,
        answers: Answers | None,
    ) -> None:
        """Read the secrets of a delivery of a spec, and its WSDL, which is in the folder of that.

        Raises:
            WrongUsage: there is none, it is malformed, or the URL is.
        """
        self._name, self._consumer, self._circuit, self._answers = delivery.name, consumer, circuit, answers
        self._off_because: str | None = None
        url, shown = posted_to(delivery.to)
        if not is_http(url):
            raise WrongUsage(f"the delivery {delivery.name!r} has no URL of HTTP: write https://host/path")
        caller, folder = delivery.soap.username_token if delivery.soap else None, Path(routes.spec.root)
        self._call = call = soap_call(delivery, folder, resolve(caller.password) if caller else None)
        receiver = routes.receivers[delivery.schema] if delivery.schema else None
        self._message = call or DeliveredMessage(delivery, keys_of(delivery), receiver)
        timeout = delivery.timeout / 1000
        token = bearer_token(delivery.token)
        sender = PinnedSender(url, timeout, token, map(ipaddress.ip_network, delivery.allow))
        self._post = Post(shown, sender, call.refusal if call else None)
        self._pace = Pace(delivery.rate) if delivery.rate else None

    def in_time(self, act: Act) -> Act:
        """Return an action that waits before until a request may be made, and is not taken up where it is to end."""

        def wait_and_act(event: ConsumedEvent) -> None:
            if self._pace:
                self._pace.wait(self._is_over)
            # What was taken before the circuit opened goes back at once, with all else that is in hand.
            self._circuit.wait(lambda: not self._consumer.is_taking_singly)
            act(event)

        return wait_and_act

    def __call__(self, event: ConsumedEvent) -> None:
        """Post an event, and publish the answer where it becomes one.

        Raises:
            NotProcessed: the delivery is switched off.
            Reject, Retry, ActionFailed: as of ``Post`` and ``Answers``.
        """
        if self._off_because is not None:
            raise NotProcessed
        answer = self._sent(self._message(event))
        if self._answers:
            self._answers.publish(event, self._call.answer(answer) if self._call else answer)

    def __repr__(self) -> str:
        return f"the delivery {self._name!r}"

    def close(self) -> None:
        """End its connections."""
        self._post.close()
        if self._answers:
            self._answers.close()

    def require_on(self) -> None:
        """Say why it was switched off, if it was.

        Raises:
            NeedsPerson: it was.
        """
        if self._off_because is not None:
            way_out = "its events wait in their queue; see to that, then start it again"
            raise NeedsPerson(f"{self!r} is switched off: {self._off_because}: {way_out}")

    def _sent(self, message: HttpRequest) -> bytes:
        try:
            answer = self._post.send(message, whole=self._answers is not None)
        except (Gone, RefusedAddress) as error:
            self._off_because = str(error)
            self._consumer.stop()
            raise NotProcessed from None
        except (Retry, ActionFailed) as error:
            self._circuit.failed(str(error), getattr(error, "after", None))
            raise
        except Reject:
            self._circuit.answered()
            raise
        self._circuit.answered()
        return answer

    def _is_over(self) -> bool:
        return self._consumer.is_stopped
