"""Where a message of the intake belongs, by the filters of a spec."""

from dataclasses import dataclass

from edatool.broker.delivery import PASSED_BY, Delivery, Onward
from edatool.contracts.payload import parse
from edatool.contracts.violation import Violation
from edatool.routing.filtering.generated import Names, names
from edatool.routing.filtering.stamping import Stamping, stamping
from edatool.routing.filters.content import Content
from edatool.routing.message import Message
from edatool.runtime import cloudevents
from edatool.spec.spec import DeadLetter, Spec

REASON, EXCHANGE, KEY = "x-edatool-reason", "x-edatool-exchange", "x-edatool-key"
"""Headers that say where a message was published, and of those that could not be evaluated, why."""

_OWN = (REASON, EXCHANGE, KEY, PASSED_BY)


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Where a message goes on to: nowhere where it is where it belongs, aside where ``refused`` says why."""

    onward: Onward | None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The filters of a spec, laid out for messages that came to its intake."""

    names: Names
    _stamps: Stamping
    _aside: DeadLetter

    def of(self, delivery: Delivery) -> Evaluated:
        """Say where a message belongs where the broker has not brought it yet."""
        message = self._as_published(delivery)
        coming = self._stamps.coming(message)
        if coming.doubts:
            return self._refused(message, f"it is not certain where it goes: {coming.doubts[0]}")
        if not coming.filters:
            return self._refused(message, "the spec has no filter that it comes to by its exchange and key")
        data = _payload(delivery)
        if isinstance(data, Violation):
            return self._refused(message, f"its payload is not JSON: {data}")
        content = Content(data, message.key, message.headers, delivery.type)
        missing = [one for one in self._stamps.matched(coming, content) if one not in coming.without]
        if not missing:
            return Evaluated(None)
        words = self._stamps.words(message.key, missing)
        if not words:
            return self._refused(message, "its key has too many words to be routed by a filter")
        headers = {"BCC": list(words), EXCHANGE: message.exchange}
        return Evaluated(Onward(self.names.filters, message.key, headers))

    def _as_published(self, delivery: Delivery) -> Message:
        """Return a message as its publisher sent it, also where a router has had it before."""
        headers = {name: value for name, value in delivery.headers.items() if name not in _OWN}
        exchange = delivery.headers.get(EXCHANGE)
        if delivery.exchange not in ("", self.names.filters) or not isinstance(exchange, str):
            return Message(delivery.exchange, delivery.key, headers)
        return Message(exchange, str(delivery.headers.get(KEY, delivery.key)), headers)

    def _refused(self, message: Message, reason: str) -> Evaluated:
        key = message.key if self._aside.key is None else self._aside.key
        headers = {REASON: reason, EXCHANGE: message.exchange, KEY: message.key}
        return Evaluated(Onward(self._aside.exchange, key, headers), reason)


def evaluation(spec: Spec) -> Evaluation | None:
    """Lay out the filters of a spec without errors; None where it has none that need a router."""
    stamps, own = stamping(spec), names(spec.name)
    aside = spec.router.dead_letter or DeadLetter("", own.refused, None)
    return None if stamps is None else Evaluation(own, stamps, aside)


def _payload(delivery: Delivery) -> object:
    """Return the payload of the event, which CloudEvents in structured mode have inside."""
    value = parse(delivery.body)
    if not isinstance(value, Violation) and (delivery.content_type or "").startswith(cloudevents.STRUCTURED):
        found = cloudevents.unwrapped(value)
        return found[1] if isinstance(found, tuple) else found or value
    return value
