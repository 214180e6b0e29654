"""What apply would do, as a value that can be looked at before."""

from collections.abc import Iterable, Mapping
from dataclasses import field

from edatool.change.allowed import NOTHING, Agreement, Allowed
from edatool.change.changes import Adopt, Change, Delete, IgnoredUpdate
from edatool.change.consequences.consequences import Consequences
from edatool.change.diff import Compared, compare
from edatool.change.fingerprint import fingerprint
from edatool.change.ownership import Ownership
from edatool.change.replacing.replacement import Replacement
from edatool.change.replacing.ways import ReplacementWay, as_if_done, ways
from edatool.change.tightening import Backlog, Tightening, tightenings
from edatool.change.unsafe import reasons
from edatool.change.waiting import WaitingMessages
from edatool.counted import few_sentences
from edatool.errors import BrokerRefused, Unsafe
from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.routing.acceptance.objection import Objection
from edatool.routing.lowering.lowering import Filtering
from edatool.routing.topology import (
    Exchange,
    Identity,
    Object,
    Policy,
    Queue,
    Topology,
    describe,
    identity_of,
)
from edatool.spec.rabbitmq.history import REFUSED

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
    nothing of the spec is to be left there. ``unasked`` says what is not known as no broker was asked, a clause each,
    with ``whether`` or the like. ``agreement`` is what ``raise_if_unsafe`` was last content with.
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
    unasked: tuple[str, ...] = ()
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
        return tuple(one for one in self.compared.changes if not isinstance(one, IgnoredUpdate))

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
            raise BrokerRefused(f"nothing was done: {few_sentences(refused)}")
        unsafe = list(reasons(self, allowed))
        if unsafe:
            raise Unsafe(f"nothing was done: {'; '.join(unsafe)}")
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
