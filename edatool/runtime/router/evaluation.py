"""Where a message of the intake belongs, by the filters of a spec."""

from collections.abc import Mapping

from edatool.broker.consume.delivery import PASSED_BY, Delivery, Onward
from edatool.contracts.violation import Violation
from edatool.filters.content import Content
from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.routing.lowering.generated import Names, names
from edatool.routing.lowering.stamping import Destination, Stamping, described
from edatool.routing.lowering.stamps import OWN
from edatool.routing.message import Message
from edatool.runtime import cloudevents
from edatool.runtime.dead_letters.headers import COPIES, EXCHANGE, KEY, REASON
from edatool.spec.spec import DeadLetter

FOR = "x-edatool-for"
"""The destination for which a message waits."""

_LONGEST_REASON = 1000
_OWN = (REASON, EXCHANGE, KEY, COPIES, FOR, PASSED_BY)


@frozen
class Evaluated:
    """Where a message goes on to: nowhere where it is where it belongs, aside where ``refused`` says why."""

    ways: tuple[Onward, ...]
    refused: str | None = None


@frozen
class Evaluation:
    """The filters of a spec, laid out for messages that came to its intake."""

    names: Names
    _stamps: Stamping
    _aside: DeadLetter

    def of(self, delivery: Delivery) -> Evaluated:
        """Say where a message belongs where the broker has not brought it yet."""
        message = self._as_published(delivery)
        waits_for = delivery.headers.get(FOR) if delivery.waited else None
        if waits_for == "":
            return Evaluated(())
        if isinstance(waits_for, str):
            # The others have it: it goes to the one that did not take it, whatever the filters say by now.
            found = self._stamps.named(waits_for)
            if found is None:
                return self.aside(delivery, f"it waited for the {waits_for}, to which no filter leads any more")
            return Evaluated((self._to(message, found),))
        coming = self._stamps.coming(message)
        if coming.doubts:
            return self.aside(delivery, f"it is not certain where it goes: {coming.doubts[0]}")
        if not coming.filters:
            return self.aside(delivery, "the spec has no filter that it comes to by its exchange and key")
        data = cloudevents.payload(delivery.content_type, delivery.body)
        if isinstance(data, Violation):
            return self.aside(delivery, f"its payload is not JSON: {data}")
        content = Content(data, message.key, message.headers, delivery.type)
        missing = [one for one in self._stamps.matched(coming, content) if one not in coming.without]
        if missing and not self._stamps.words(message.key, missing):
            return self.aside(delivery, "its key has too many words to be routed by a filter")
        return Evaluated(tuple(self._to(message, one) for one in missing))

    def aside(self, delivery: Delivery, reason: str) -> Evaluated:
        """Say where a message goes that cannot be evaluated."""
        message = self._as_published(delivery)
        reason = reason[:_LONGEST_REASON].encode(errors="replace").decode()
        key = message.key if self._aside.key is None else self._aside.key
        headers: dict[str, object] = {REASON: reason, EXCHANGE: message.exchange, KEY: message.key}
        if "CC" in message.headers:
            headers[COPIES] = _copies(message.headers)
        name = f"exchange {self._aside.exchange}" if self._aside.exchange else f"queue {key}"
        waiting = self._onward(message, {**_routed_by(message), "BCC": self._stamps.waiting(message.key)})
        aside = Onward(self._aside.exchange, key, headers, ("CC", "BCC", FOR), name, waiting, may_return=True)
        return Evaluated((aside,), reason)

    def _to(self, message: Message, destination: Destination) -> Onward:
        """Return the way to one destination: each has a copy of its own, so that a full one holds up no other."""
        name = described(destination)
        headers = _routed_by(message)
        there, aside = self._stamps.only_to(message.key, destination), self._stamps.waiting(message.key)
        waiting = self._onward(message, {**headers, "BCC": aside, FOR: name})
        if self._stamps.leads_to_a_queue(destination, message):
            return self._onward(message, {**headers, "BCC": there}, name, waiting)
        # It shall come to that exchange and may end there; where it waits for nothing shows that the filters are these.
        return self._onward(message, {**headers, "BCC": [*there, *aside], FOR: ""}, name, waiting)

    def _onward(
        self, message: Message, headers: Mapping[str, object], name: str = "", put_off: Onward | None = None
    ) -> Onward:
        return Onward(self.names.filters, message.key, headers, (REASON, KEY, COPIES, FOR), name, put_off)

    def _as_published(self, delivery: Delivery) -> Message:
        """Return a message as its publisher sent it, also where a router has had it before."""
        headers = {name: value for name, value in delivery.headers.items() if name not in _OWN}
        exchange = delivery.headers.get(EXCHANGE)
        if delivery.exchange not in ("", self.names.filters) or not isinstance(exchange, str):
            return Message(delivery.exchange, delivery.key, headers)
        if COPIES in delivery.headers:
            headers["CC"] = delivery.headers[COPIES]
        key = delivery.headers.get(KEY)
        return Message(exchange, key if isinstance(key, str) else delivery.key, headers)


def evaluation(routes: Routes) -> Evaluation | None:
    """Lay out the filters of a spec without errors; None where it has none that need a router."""
    spec, stamps = routes.spec, routes.stamps
    own = names(spec.name)
    aside = spec.router.dead_letter or DeadLetter("", own.refused, None)
    return None if stamps is None else Evaluation(own, stamps, aside)


def _routed_by(message: Message) -> dict[str, object]:
    """Return the headers by which a message goes on as its publisher sent it, but for words that are ours."""
    headers: dict[str, object] = {EXCHANGE: message.exchange}
    if "CC" in message.headers:
        headers["CC"] = [one for one in _copies(message.headers) if not one.startswith(OWN)]
    return headers


def _copies(headers: Mapping[str, object]) -> list[str]:
    """Return the keys in CC; RabbitMQ takes no messages in which that is anything but a list of strings."""
    found = headers["CC"]
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
