"""A spec with everything that is made from it, each thing once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from edatool.contracts.contract import Contract
from edatool.contracts.violation import Violation
from edatool.errors import InvalidInput, WrongUsage, no_such_event
from edatool.filters.declared import Declared, declared
from edatool.findings import Finding, Ignored, Position
from edatool.frozen import frozen
from edatool.routing.compile import compile_spec, external_part, without
from edatool.routing.lowering.lowering import Filtering, filtering
from edatool.routing.message import Message
from edatool.routing.router import Router, router
from edatool.routing.simulate import route
from edatool.routing.topology import Topology
from edatool.routing.trace import Trace
from edatool.spec.spec import Spec

if TYPE_CHECKING:
    from edatool.routing.lowering.stamping import Stamping

_EXAMPLE: Any = object()


@frozen
class Routes:
    """A spec, the contracts of its events by schema file, and everything that is wrong with them.

    ``receivers`` are the contracts of those to whom deliveries post, by schema file, too.
    ``findings`` says all of it that counts, each with its code and its place; only without any that prevents it may the
    spec be acted on. ``ignored`` says what its authors have looked at. What is made of it is made when it is first
    asked for, and kept.
    """

    spec: Spec
    contracts: Mapping[str, Contract]
    findings: tuple[Finding, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    receivers: Mapping[str, Contract] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the spec may be acted on: there are no errors, but for warnings that were raised to some."""
        return not any(one.prevents_use for one in self.findings)

    def require_valid(self) -> None:
        """Refuse a spec that may not be acted on.

        Raises:
            InvalidInput: it has errors; all findings, warnings too, are in it.
        """
        if not self.ok:
            raise InvalidInput(self.findings)

    def with_findings(self, findings: Iterable[Finding], ignored: Iterable[Ignored] = ()) -> "Routes":
        """Return the same with other findings; what was made of it already is kept."""
        found = Routes(self.spec, self.contracts, tuple(findings), tuple(ignored), self.receivers)
        vars(found).update({name: made for name, made in vars(self).items() if name not in vars(found)})
        return found

    @cached_property
    def filters(self) -> Declared:
        """The filters, parsed."""
        return declared(self.spec)

    @cached_property
    def filtering(self) -> Filtering:
        """How each filter is made true on RabbitMQ."""
        return filtering(self.spec, self.filters)

    @cached_property
    def topology(self) -> Topology:
        """What RabbitMQ is to have: all exchanges, queues, bindings, policies and settings."""
        return compile_spec(self.spec, self.filtering)

    @cached_property
    def external(self) -> Topology:
        """The exchanges and queues of others that the spec relies on."""
        return external_part(self.spec)

    @cached_property
    def own(self) -> Topology:
        """The topology without what belongs to others."""
        return without(self.topology, self.external)

    @cached_property
    def stamps(self) -> "Stamping | None":
        """What tells publishers which filters a message matches, None where they need not evaluate any."""
        from edatool.routing.lowering.stamping import stamping

        return stamping(self.spec, self.filtering, self.topology) if self.filtering.stamped else None

    @cached_property
    def router(self) -> Router:
        """The topology laid out for routing messages, on the newest RabbitMQ."""
        return router(self.topology)

    def message(self, event: str, payload: object = _EXAMPLE) -> Message | list[Violation]:
        """Return the message of an event as it is published, or why its contract keeps it from that.

        Without a payload, that is the first example of the event's schema.

        Raises:
            InvalidInput: the spec has errors.
            WrongUsage: the spec declares no such event, or its schema has no example.
        """
        self.require_valid()
        declaration = self.spec.events.get(event)
        if declaration is None:
            raise no_such_event(event, self.spec.events)
        if payload is _EXAMPLE:
            payload = self.example(event)
        contract = self.contracts.get(declaration.schema or "")
        from edatool.routing.verify import published

        return published(declaration, contract, payload, self.stamps)

    def example(self, event: str) -> Any:
        """Return the first example of the schema of a declared event.

        Raises:
            WrongUsage: there is none.
        """
        contract = self.contracts.get(self.spec.events[event].schema or "")
        if contract is None or not contract.examples:
            raise WrongUsage(f"the schema of {event!r} has no example: give a payload")
        return contract.examples[0]

    def route(self, event: str, payload: object = _EXAMPLE) -> Trace:
        """Simulate where an event with a payload goes, and why, on a RabbitMQ that has what the spec declares.

        Without a payload, that is the first example of the event's schema.

        Raises:
            InvalidInput: the payload breaks its contract, so it would not be published; or the spec has errors.
            WrongUsage: the spec declares no such event, or its schema has no example.
        """
        return self.route_message(unrejected(event, self.message(event, payload)))

    def route_message(self, message: Message) -> Trace:
        """Simulate where a message goes that any client could publish; see ``route``.

        Raises:
            InvalidInput: the spec has errors.
        """
        self.require_valid()
        return route(self.router, message, explain=True)


def unrejected(
    event: str, message: Message | list[Violation], place: Callable[[Violation], Position] | None = None
) -> Message:
    """Return the message of an event; ``place`` tells where in a file what is wrong with its payload stands.

    Raises:
        InvalidInput: its payload breaks its contract.
    """
    if isinstance(message, Message):
        return message
    raise unpublished(
        (f"the payload of {event!r} is not published: {one}", place(one) if place else None) for one in message
    )


def unpublished(reasons: Iterable[tuple[str, Position | None]]) -> InvalidInput:
    """Return the error that a payload is not published, for reasons with their places."""
    return InvalidInput([Finding("E308", message, at) for message, at in reasons])
