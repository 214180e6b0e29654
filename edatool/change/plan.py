"""What apply would do, as a value that can be looked at before."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from edatool.change.allowed import NOTHING, Agreement, Allowed
from edatool.change.changes import Adopt, Change, Create, Delete, Ignored, Replace
from edatool.change.consequences.consequences import Consequences
from edatool.change.diff import Compared, compare
from edatool.change.fingerprint import fingerprint
from edatool.change.ownership import Ownership
from edatool.change.replacing.replacement import Replacement
from edatool.change.replacing.ways import ReplacementWay, as_if_done, ways
from edatool.change.tightening import Backlog, Tightening, tightenings
from edatool.change.waiting import WaitingMessages
from edatool.errors import BrokerRefused, Unsafe
from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.routing.acceptance.objection import Objection
from edatool.routing.lowering.lowering import Filtering
from edatool.routing.topology import (
    Binding,
    Exchange,
    Identity,
    Object,
    Policy,
    Queue,
    Topology,
    describe,
    identity_of,
    kind_of,
)
from edatool.spec.history import REFUSED

_BEFORE = ("vhost", "vhost limit", "user", "permission", "operator policy", "federation upstream", "policy")
_AFTER = ("topic permission", "shovel")
# The order in which changes are safe: what routes is there before what is routed to it, and all goes in reverse.
_FIRST_TO_LAST = (
    *((Create, kind) for kind in _BEFORE),
    (Create, "exchange"),
    (Create, "queue"),
    (Replace, "exchange"),
    (Replace, "queue"),
    (Create, "binding"),
    *((Create, kind) for kind in _AFTER),
    *((Delete, kind) for kind in reversed(_AFTER)),
    (Delete, "binding"),
    (Delete, "queue"),
    (Delete, "exchange"),
    *((Delete, kind) for kind in reversed(_BEFORE)),
)


_UNKNOWN = Consequences(unknown="only topologies were compared, without any spec")


@frozen
class Plan:
    """The changes between a spec and a broker, and what is left alone.

    By its ``fingerprint`` it is known again. ``external`` are objects of others that the spec relies on, and
    ``absent`` those of them that are not there, or not of that type.
    ``unseen`` says why the broker's topology could not be read; then every declared object counts as to be created.
    ``filtering`` says how the filters of the spec are carried out, None where there is no spec.
    ``consequences`` is what changes for events, or why that is not known.
    ``ways`` are how objects can be replaced that RabbitMQ cannot change in place; ``under_way`` are replacements that
    an earlier apply has begun: the plan is for after them.
    ``unowned`` says why nobody knows which objects are from this spec; then nothing is deleted. ``outlived`` tells that
    the ledger is about an earlier vhost of this name; then nothing that is there is from this spec.
    ``objections`` are what this RabbitMQ refuses or ignores of all that is desired.
    ``waiting`` are the delayed exchanges that are to go, with what waits in them.
    ``tightenings`` are the limits that get tighter for queues which are there.
    ``staying`` is how many objects of the ledger are still declared.
    It is made for the spec of the name ``spec``, as it is ``declared``, and for ``vhost``; ``leaving`` tells that
    nothing of the spec is to be left there. ``agreement`` is what ``raise_if_unsafe`` was last content with.
    """

    desired: Topology
    compared: Compared
    fingerprint: str
    external: Topology = field(default_factory=Topology)
    absent: tuple[Object, ...] = ()
    unseen: str | None = None
    unowned: str | None = None
    filtering: Filtering | None = None
    consequences: Consequences = _UNKNOWN
    ways: tuple[ReplacementWay, ...] = ()
    under_way: tuple[Replacement, ...] = ()
    objections: tuple[Objection, ...] = ()
    outlived: bool = False
    tightenings: tuple[Tightening, ...] = ()
    waiting: tuple[WaitingMessages, ...] = ()
    staying: int = 0
    spec: str = ""
    vhost: str = ""
    declared: Routes | None = field(default=None, repr=False, compare=False)
    leaving: bool = False
    agreement: Agreement = field(default_factory=Agreement, repr=False, compare=False)

    @property
    def removed(self) -> int:
        """How many objects are to be removed."""
        return sum(isinstance(one, Delete) for one in self.compared.changes)

    @property
    def removed_holders(self) -> tuple[str, ...]:
        """The names of the queues and exchanges that are to be removed: what may hold messages."""
        removed = (one.object for one in self.compared.changes if isinstance(one, Delete))
        return tuple(one.name for one in removed if isinstance(one, (Queue, Exchange)))

    @property
    def removes_nearly_all(self) -> bool:
        """Whether less than a tenth of what applies of the spec have made would stay, as if it were another spec."""
        return self.removed > 0 and not self.leaving and self.staying * 10 < self.staying + self.removed

    @property
    def steps(self) -> tuple[Change, ...]:
        """The changes that apply makes."""
        return tuple(one for one in self.compared.changes if not isinstance(one, Ignored))

    @property
    def objections_to_steps(self) -> tuple[Objection, ...]:
        """What this RabbitMQ refuses or ignores of what apply makes or changes."""
        made = self._made
        return tuple(one for one in self.objections if identity_of(one.object) in made)

    @property
    def objections_to_the_rest(self) -> tuple[Objection, ...]:
        """What this RabbitMQ does not heed of what is there already."""
        made = self._made
        return tuple(one for one in self.objections if identity_of(one.object) not in made)

    @property
    def _made(self) -> set[Identity]:
        return {identity_of(one.object) for one in self.steps if not isinstance(one, (Adopt, Delete))}

    def raise_if_unsafe(self, allowed: Allowed = NOTHING) -> None:
        """Refuse a plan that RabbitMQ would refuse half-way, that could lose something, or touches what is not ours.

        What is allowed is remembered with the plan where that makes it safe: ``edatool.apply`` allows as much.

        Raises:
            BrokerRefused: naming what RabbitMQ refuses.
            Unsafe: with every reason.
        """
        refused = [f"{describe(one.object)}: {one.why}" for one in self.objections_to_steps if one.verdict is REFUSED]
        if refused:
            raise BrokerRefused(f"nothing was done: {_few(refused, '; ')}")
        reasons = list(_reasons(self, allowed))
        if reasons:
            raise Unsafe(f"nothing was done: {'; '.join(reasons)}")
        self.agreement.allowed = allowed


def plan_apply(
    desired: Topology,
    live: Topology | None,
    ownership: Ownership | None = None,
    *,
    external: Topology | None = None,
    unseen: str | None = None,
    unowned: str | None = None,
    under_way: Iterable[Replacement] = (),
    held: Mapping[str, Backlog] | None = None,
    operators: Mapping[str, Policy] | None = None,
) -> Plan:
    """Plan what makes the broker have all that is desired; ``live`` is None where it cannot be read.

    ``external`` is what others have to have made; ``held`` says what queues hold of which a
    limit gets tighter, and ``operators`` are the operator policies that are there.
    """
    external = external or Topology()
    begun = tuple(under_way)
    there = as_if_done(live, begun) if live else Topology()
    compared = compare(desired, there, ownership, external)
    absent = () if live is None else tuple(one for one in external.objects if not _is_there(one, live))
    mark = fingerprint(compared.changes, desired, there)
    found = ways(compared.changes, there)
    tight = tightenings(compared.changes, there, operators or {}, held or {})
    return Plan(
        desired,
        compared,
        mark,
        external,
        absent,
        unseen,
        unowned,
        ways=found,
        under_way=begun,
        tightenings=tight,
        staying=_staying(ownership.ours, desired, external) if ownership else 0,
    )


def _staying(ours: Topology, *declared: Topology) -> int:
    named = {identity_of(one) for each in declared for one in each.objects}
    return sum(identity_of(one) in named for one in ours.objects)


def _is_there(one: Object, live: Topology) -> bool:
    if isinstance(one, Queue):
        return one.name in live.queues and live.queues[one.name].type == one.type
    assert isinstance(one, Exchange)
    return one.name in live.exchanges and live.exchanges[one.name].type == one.type


def _reasons(plan: Plan, allowed: Allowed) -> Iterator[str]:
    adopted = [one for one in plan.compared.changes if isinstance(one, Adopt)]
    taken = [f"{describe(one.object)} (of {one.owner!r})" for one in adopted if one.owner]
    if taken:
        yield (
            f"other specs own {_few(taken)}: declare them as external here, or let go of them there with "
            "edatool ledger --release"
        )
    if not allowed.adopt:
        yield from _unadopted([one.object for one in adopted if not one.owner], plan)
    if plan.removes_nearly_all and not allowed.removals:
        yield removals(plan)
    if plan.absent:
        yield f"declared as external, and not there as declared: {_few([describe(one) for one in plan.absent])}"
    yield from _unreplaced(plan, allowed)
    yield from _tightened(plan, allowed)
    yield from _waiting(plan, allowed)
    for one in plan.compared.changes:
        if isinstance(one, Delete) and one.needed_by:
            needing = _few([describe(each) for each in one.needed_by])
            yield f"{describe(one.object)} would go, and is needed by {needing}"
    lost = [name for name in plan.consequences.unsafe if name not in allowed.unroutable]
    if lost and not plan.leaving:  # that its own events reach no queue any more is what leaving is for
        options = " ".join(f"--allow-unroutable {name}" for name in lost)
        yield f"no queue would get messages of {_few(lost)} any more: bind one, or accept it with {options}"


def removals(plan: Plan) -> str:
    """Say why it takes a word to let nearly all go that applies of a spec have made."""
    return (
        f"{plan.removed} of the {plan.removed + plan.staying} objects that applies of this spec have made would go, "
        "as where two specs have one name: give each its own, or agree with --allow-removals"
    )


def _unadopted(found: list[Object], plan: Plan) -> Iterator[str]:
    differing = {identity_of(way.replacement.new) for way in plan.ways}
    alike = [describe(one) for one in found if identity_of(one) not in differing]
    if alike:
        yield f"not made from this spec, and there already: {_few(alike)}: take them over with --adopt"
    other = [describe(one) for one in found if identity_of(one) in differing]
    if other:
        way_out = "declare them as they are there or as external, or take them over with --adopt"
        yield f"not made from this spec, and there otherwise than declared: {_few(other)}: {way_out}"


def _unreplaced(plan: Plan, allowed: Allowed) -> Iterator[str]:
    not_ours = allowed.not_ours(plan.compared.changes)
    ways = [way for way in plan.ways if identity_of(way.replacement.new) not in not_ours]
    refused = [way.replacement for way in ways if way.replacement.name not in allowed.replace]
    if refused:
        options = " ".join(f"--replace {one.name}" for one in refused)
        named = _few([describe(one.new) for one in refused])
        yield f"RabbitMQ cannot change in place: {named}: undo the change in the spec, or replace with {options}"
    agreed = [way for way in ways if way.replacement.name in allowed.replace]
    yield from (obstacle for way in agreed for obstacle in way.obstacles)
    if agreed and plan.unowned:
        yield f"a replacement needs the ledger: {plan.unowned}"


def _tightened(plan: Plan, allowed: Allowed) -> Iterator[str]:
    for one in plan.tightenings:
        if one.may_lose and one.queue.name not in allowed.discard:
            yield f"{one}: let it be consumed first, or accept that messages go with --discard {one.queue.name}"


def _waiting(plan: Plan, allowed: Allowed) -> Iterator[str]:
    for one in plan.waiting:
        if one.may_lose and one.exchange not in allowed.discard:
            yield f"{one}: wait for that, or accept that messages go with --discard {one.exchange}"


def phases(plan: Plan) -> list[list[Change]]:
    """Return the steps on the broker in groups that follow each other; within a group the order does not matter."""
    groups: list[list[Change]] = []
    for step, kind in _FIRST_TO_LAST:
        members = [one for one in plan.steps if _step(one) is step and kind_of(one.object) == kind]
        if kind != "binding":
            groups.append(members)
            continue
        # A way opens at its end first and closes at its beginning, so that nothing comes where it cannot go on.
        heights = _heights([one.object for one in members if isinstance(one.object, Binding)])
        levels = sorted(set(heights.values()), reverse=step is Delete)
        groups += [[one for one in members if heights[identity_of(one.object)] == level] for level in levels]
    return [group for group in groups if group]


def _heights(bindings: list[Binding]) -> dict[Identity, int]:
    """Return for each of some bindings how many of them a message can go through from there on, at most."""
    onward: dict[str, set[str]] = {one.source: set() for one in bindings}
    for one in bindings:
        if one.to_exchange:
            onward[one.source].add(one.destination)
    above = dict.fromkeys(onward, 1)
    for _ in onward:  # in a circle there is no highest
        above = {name: 1 + max((above.get(one, 1) for one in ends), default=0) for name, ends in onward.items()}
    return {identity_of(one): 1 + above.get(one.destination, 1) if one.to_exchange else 1 for one in bindings}


def _step(change: Change) -> type | None:
    """Return the kind of step that a change takes; an adoption takes none on the broker."""
    match change:
        case Adopt() | Ignored():
            return None
        case Replace() | Delete():
            return type(change)
        case _:
            return Create


def _few(names: list[str], between: str = ", ") -> str:
    return between.join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
