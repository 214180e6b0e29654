"""The filters of bindings and deliveries, each with the events that can come to it and what is known of them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Generic, TypeVar

from edatool.checks.routed import Routed
from edatool.contracts.contract import Contract
from edatool.contracts.fields import field_of
from edatool.contracts.payload_field import PayloadField
from edatool.filters.analysis import Verdict, judge
from edatool.filters.content import Content
from edatool.filters.matches import matches
from edatool.filters.pattern import FieldPath, Filter
from edatool.frozen import frozen
from edatool.routing.addressing import address
from edatool.routing.bindings import bindings_of
from edatool.routing.lowering.lowering import Filtering
from edatool.routing.message import Message
from edatool.routing.reach.events_of_queues import events_of_queues
from edatool.spec.deliveries import SpecDelivery
from edatool.spec.spec import Event, SpecBinding

User = TypeVar("User", SpecBinding, SpecDelivery)

_OBJECT = PayloadField(True, False, True, frozenset(("object",)), None, None, None, None)  # noqa: FBT003 - a record of facts


@frozen
class Arriving:
    """An event that can come to a filter, with its contract."""

    event: Event
    contract: Contract

    def known(self, path: FieldPath) -> PayloadField | None:
        """Return what is certain of the field at a path of each message that obeys the contract."""
        match path:
            case ("data", *names):
                return field_of(self.contract, tuple(names))
            case ("headers",):
                return _OBJECT
            case ("headers", name) if name in self.event.headers:
                # Other clients may leave it out.
                return replace(field_of(self.contract, self.event.headers[name].names), required=False)
            case ("type",):
                return replace(_OBJECT, required=False, types=frozenset(("string",)), values=(self.event.name,))
            case ("key",) if not self.event.key.fields:
                return replace(_OBJECT, types=frozenset(("string",)), values=(str(self.event.key),))
            case _:
                return None

    def examples(self) -> Iterator[tuple[object, Content]]:
        """Yield the schema's examples as messages."""
        for payload in self.contract.examples:
            message = address(self.event, payload)
            if isinstance(message, Message) and self.contract.is_valid(payload):
                yield payload, Content(payload, message.key, dict(message.headers), self.event.name)


@frozen
class FilterUse(Generic[User]):
    """A filter where it is used, and all that can come to it; ``arriving`` is empty where that is not known."""

    user: User
    filter: Filter
    arriving: tuple[Arriving, ...]

    @cached_property
    def verdict(self) -> Verdict:
        """What holds for everything that arrives, unless an example shows otherwise."""
        verdicts = [judge(self.filter, one.known) for one in self.arriving]
        same = {verdict.holds for verdict in verdicts}
        if len(same) != 1 or "maybe" in same:
            return Verdict("maybe")
        shown = {matches(self.filter, content) for one in self.arriving for _, content in one.examples()}
        wrong = verdicts[0].holds == "never"
        return Verdict("maybe") if wrong in shown else verdicts[0]


AnyUse = FilterUse[SpecBinding] | FilterUse[SpecDelivery]


@frozen
class Filtered:
    """A routed spec, and how its filters are carried out; their uses are found out when they are first asked for."""

    routed: Routed

    @property
    def filtering(self) -> Filtering:
        """How each filter is carried out."""
        return self.routed.subject.routes.filtering

    @property
    def uses(self) -> tuple[AnyUse, ...]:
        """The use of each filter, with what can come to it."""
        return (*self.of_bindings, *self.of_deliveries)

    @cached_property
    def of_bindings(self) -> tuple[FilterUse[SpecBinding], ...]:
        """Those at bindings."""
        return tuple(
            FilterUse(one, each, self._arriving(one.events or _by_exchange(self.routed, one)))
            for one, each in self._filtering(self.routed.subject.spec.bindings)
        )

    @cached_property
    def of_deliveries(self) -> tuple[FilterUse[SpecDelivery], ...]:
        """Those of deliveries."""
        subject = self.routed.subject
        found = list(self._filtering(subject.spec.deliveries.values()))
        coming = events_of_queues(subject.spec, subject.contracts) if found else {}
        return tuple(FilterUse(one, each, self._arriving(coming[one.queue])) for one, each in found)

    def _filtering(self, users: Iterable[User]) -> Iterator[tuple[User, Filter]]:
        for one in users:
            each = self.routed.subject.routes.filters.of(one)
            if each:
                yield one, each

    def _arriving(self, names: Iterable[str]) -> tuple[Arriving, ...]:
        subject = self.routed.subject
        events = [subject.spec.events[name] for name in names]
        contracts = [subject.contracts.get(event.schema or "") for event in events]
        found = [Arriving(event, one) for event, one in zip(events, contracts, strict=True) if one]
        return tuple(found) if len(found) == len(events) else ()


def _by_exchange(routed: Routed, binding: SpecBinding) -> list[str]:
    """Return the events that may match a binding to an exchange, none where other messages may."""
    if binding.exchange not in routed.router.sources or binding.exchange not in routed.known:
        return []
    laid_out = routed.router.topology.bindings
    own = {id(laid_out[one.identity]) for one in bindings_of(routed.subject.spec, binding)}
    flows = {flow for one in own for flow in routed.spread.bindings.get(one, ())}
    events = [flow.event.name for flow in flows if flow.event]
    return sorted(events) if len(events) == len(flows) else []
