"""What apply would do, as a value that can be looked at before."""

from collections.abc import Collection
from dataclasses import dataclass

from edatool.change.consequences import Consequences
from edatool.change.diff import Change, Compared, Create, Delete, Ignored, Object, Replace, compare
from edatool.errors import Unsafe
from edatool.routing.topology import Binding, Exchange, Policy, Queue, Topology

# The order in which changes are safe: what routes is there before what is routed to it, and goes after it.
_FIRST_TO_LAST = (
    (Create, Policy),
    (Create, Exchange),
    (Create, Queue),
    (Create, Binding),
    (Delete, Binding),
    (Delete, Queue),
    (Delete, Exchange),
    (Delete, Policy),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes between a spec and a broker, and what is left alone.

    ``unseen`` says why the broker's topology could not be read; then every declared object counts as to be created.
    ``consequences`` is what changes for events, None where that is not known. ``allowed`` names the events that may
    become unroutable.
    """

    compared: Compared
    unseen: str | None = None
    consequences: Consequences | None = None
    allowed: Collection[str] = ()

    @property
    def steps(self) -> tuple[Change, ...]:
        """The changes that apply makes."""
        return tuple(one for one in self.compared.changes if not isinstance(one, Ignored))

    def raise_if_unsafe(self) -> None:
        """Refuse a plan with a change that RabbitMQ cannot make in place, or after which an event is lost.

        Raises:
            Unsafe: naming every such object, or event.
        """
        names = [describe(one.object) for one in self.compared.changes if isinstance(one, Replace)]
        if names:
            raise Unsafe(
                f"RabbitMQ cannot change in place: {', '.join(names)}; nothing was done. "
                "Undo these changes in the spec, or give the changed object a new name"
            )
        lost = [name for name in (self.consequences or Consequences()).unsafe if name not in self.allowed]
        if lost:
            options = " ".join(f"--allow-unroutable {name}" for name in lost)
            raise Unsafe(
                f"after this no queue would get messages of {', '.join(lost)}; nothing was done. "
                f"Bind a queue for them, or accept it with {options}"
            )


def plan_apply(desired: Topology, live: Topology | None, unseen: str | None = None) -> Plan:
    """Plan what makes the broker have all that is desired; ``live`` is None where it cannot be read."""
    return Plan(compare(desired, live or Topology()), unseen)


def plan_destroy(desired: Topology, live: Topology | None, unseen: str | None = None) -> Plan:
    """Plan the removal of all that is declared; a binding goes with its ends where both are declared."""
    there = live or desired
    doomed: list[Object] = [one for name, one in there.exchanges.items() if name in desired.exchanges]
    doomed += [one for name, one in there.queues.items() if name in desired.queues]
    doomed += [one for identity, one in there.bindings.items() if identity in desired.bindings]
    doomed += [one for name, one in there.policies.items() if name in desired.policies]
    return Plan(Compared(tuple(Delete(one) for one in doomed), 0), unseen)


def phases(plan: Plan) -> list[list[Change]]:
    """Return the steps in groups that follow each other; within a group the order does not matter."""
    groups = []
    for step, kind in _FIRST_TO_LAST:
        members = [
            one for one in plan.steps if isinstance(one, Delete) == (step is Delete) and isinstance(one.object, kind)
        ]
        # A queue is bound before an exchange that leads to it, so that nothing arrives where it cannot go on.
        to_exchange = [one for one in members if isinstance(one.object, Binding) and one.object.to_exchange]
        to_queue = [one for one in members if one not in to_exchange] if to_exchange else members
        groups += [to_queue, to_exchange] if step is Create else [to_exchange, to_queue]
    return [group for group in groups if group]


def describe(one: Object) -> str:
    """Name an object with its kind."""
    kind = type(one).__name__.lower()
    return f"{kind} {one}" if isinstance(one, Binding) else f"{kind} {one.name}"
