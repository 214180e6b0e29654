"""A plan for a vhost of which it is known without a broker what it has."""

from collections.abc import Iterator
from dataclasses import replace

from edatool.change.changes import Delete
from edatool.change.consequences.after import after
from edatool.change.consequences.consequences import Consequences, consequences
from edatool.change.ledgers import Ledgers
from edatool.change.plan import Plan
from edatool.change.plan_by_ledgers import plan_by_ledgers
from edatool.change.progress import OnProgress
from edatool.change.waiting import WaitingMessages, delayed_and_doomed
from edatool.counted import few
from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.routing.acceptance.objection import Objection, Server
from edatool.routing.acceptance.objections import objections
from edatool.routing.settings import operator_policies
from edatool.routing.topology import Queue, Topology
from edatool.routing.version import NEWEST, Version
from edatool.silent import silent


@frozen
class There:
    """What a vhost has, None where ``unseen`` says why that is not known; with the ledgers that tell whose it is.

    ``server`` is what is known of the RabbitMQ, which routes as ``version`` does. ``earlier`` is the spec that was
    applied last.
    """

    vhost: str
    topology: Topology | None
    ledgers: Ledgers
    server: Server | None = None
    version: Version = NEWEST
    earlier: Routes | None = None
    unseen: str | None = None


def plan_offline(routes: Routes, there: There, on_progress: OnProgress = silent) -> Plan:
    """Plan what a spec without errors wants on a vhost, and say what only a broker could tell."""
    plan = plan_by_ledgers(
        routes.own,
        there.topology,
        there.ledgers,
        external=routes.external,
        unseen=there.unseen,
        operators=operator_policies(there.topology or Topology()),
    )
    return replace(
        plan,
        spec=routes.spec.name,
        vhost=there.vhost,
        objections=_objections(plan, there),
        waiting=tuple(WaitingMessages(name, None) for name in delayed_and_doomed(plan.compared.changes)),
        consequences=_consequences(routes, there, plan, on_progress),
        declared=routes,
        filtering=routes.filtering,
        unasked=tuple(_unasked(plan)),
    )


def _consequences(routes: Routes, there: There, plan: Plan, on_progress: OnProgress) -> Consequences:
    if there.topology is None:
        return Consequences(unknown=there.unseen)
    changed = after(there.topology, plan.compared.changes)
    return consequences(routes, there.topology, changed, there.version, earlier=there.earlier, on_progress=on_progress)


def _objections(plan: Plan, there: There) -> tuple[Objection, ...]:
    others = (there.topology or plan.external).objects
    return objections(plan.desired.objects, there.server, others) if there.server else ()


def _unasked(plan: Plan) -> Iterator[str]:
    removed = [one.object for one in plan.compared.changes if isinstance(one, Delete)]
    doomed = [one.name for one in removed if isinstance(one, Queue)]
    if doomed:
        yield f"whether these queues are empty and unused, else apply refuses to remove them: {few(doomed)}"
    if plan.ways:
        replaced = few([one.replacement.name for one in plan.ways])
        yield f"how many messages a replacement has to move, and what else stands in its way: {replaced}"
    yield from (f"whether messages would be lost: {one}" for one in plan.tightenings)
