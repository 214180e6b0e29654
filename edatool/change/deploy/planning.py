"""A plan for a vhost as it is: with all that it takes to call the plan safe."""

from dataclasses import replace
from functools import partial

from edatool.broker.http import settings
from edatool.broker.http.about import read_server, read_version
from edatool.broker.identity import require_one_broker
from edatool.broker.live import Live, read
from edatool.broker.session import Session
from edatool.change import ledgers
from edatool.change.consequences.after import after
from edatool.change.consequences.consequences import Consequences, consequences
from edatool.change.deploy.earlier import read_earlier
from edatool.change.deploy.wanted import Wanted
from edatool.change.ledger import Ledger
from edatool.change.ledgers import Ledgers
from edatool.change.plan import Plan
from edatool.change.plan_by_ledgers import plan_by_ledgers
from edatool.change.precautions import held_by
from edatool.change.progress import OnProgress, Progress
from edatool.change.waiting import WaitingMessages, delayed_and_doomed
from edatool.errors import BrokerUnreachable, NeedsPerson
from edatool.frozen import frozen
from edatool.routing.acceptance.objection import Objection
from edatool.routing.acceptance.objections import objections
from edatool.routing.settings import VHOST
from edatool.routing.topology import Policy, Topology, collect
from edatool.routing.version import numbers
from edatool.silent import silent


@frozen
class Planned:
    """A plan, with the ledgers that it was made by."""

    plan: Plan
    ledgers: Ledgers


def make_plan(vhost: Session, wanted: Wanted, on_progress: OnProgress = silent) -> Planned:
    """Plan what is wanted on a vhost; where that is nothing, all that the spec put there is removed.

    Raises:
        NeedsPerson: a ledger there is damaged, or of a later format.
        WrongUsage: AMQP and the management API are of two brokers.
        BrokerError: nobody answers, or not as it should.
    """
    on_progress(Progress("Reading what is on the broker"))
    missing = vhost_made_by(vhost, wanted)
    live = Live(Topology(), None) if missing else read(vhost)
    live.require_met()
    if live.topology is None:
        kept = Ledgers(Ledger(wanted.spec, vhost.vhost), refused="what is there cannot be seen")
    else:
        kept = read_ledgers(vhost, wanted.spec)
    there = live.topology if missing else _with_settings(vhost, live.topology, wanted.own, kept)
    make = partial(plan_by_ledgers, wanted.own, there, kept, external=wanted.external, unseen=live.unseen)
    operators = _read_operators(vhost) if live.topology is not None and not missing else {}
    plan = make(operators=operators)
    if plan.tightenings:
        plan = make(operators=operators, held=held_by(vhost, plan.tightenings))
    plan = replace(
        plan,
        spec=wanted.spec,
        vhost=vhost.vhost,
        objections=_ask_for_objections(vhost, plan, live.topology),
        waiting=_ask_what_waits(vhost, plan),
        consequences=_consequences(vhost, wanted, plan, (there, live.version), on_progress),
        leaving=wanted.leaving,
    )
    if wanted.declared and not wanted.leaving:
        plan = replace(plan, declared=wanted.declared, filtering=wanted.declared.filtering)
    return Planned(plan, kept)


def _consequences(
    vhost: Session, wanted: Wanted, plan: Plan, seen: tuple[Topology | None, str | None], on_progress: OnProgress
) -> Consequences:
    """Return what a plan means for events, or why nobody knows; ``seen`` are the topology there and the version."""
    there, version = seen
    if wanted.declared is None:
        return Consequences(unknown="the plan was reviewed before, without its spec at hand now")
    if there is None:
        return Consequences(unknown=plan.unseen or "what is on the broker could not be seen")
    if version is None:
        return Consequences(unknown="the vhost is not there yet, and nobody asked which RabbitMQ makes it")
    changed = after(there, plan.compared.changes)
    earlier = read_earlier(vhost, wanted.spec)
    return consequences(wanted.declared, there, changed, numbers(version), earlier=earlier, on_progress=on_progress)


def _ask_for_objections(vhost: Session, plan: Plan, there: Topology | None) -> tuple[Objection, ...]:
    """Return what the broker refuses or ignores of what is desired."""
    desired = list(plan.desired.objects)
    if not desired:
        return ()
    if there is None:
        server = read_version(vhost)
        return objections(desired, server, plan.external.objects) if server else ()
    return objections(desired, read_server(vhost.http, desired), there.objects)


def _ask_what_waits(vhost: Session, plan: Plan) -> tuple[WaitingMessages, ...]:
    """Return what waits in the delayed exchanges that are to go; only RabbitMQ's plugin knows."""
    doomed = delayed_and_doomed(plan.compared.changes)
    if not doomed:
        return ()
    return tuple(WaitingMessages(name, vhost.http.read_messages_delayed(name)) for name in doomed)


def _read_operators(vhost: Session) -> dict[str, Policy]:
    """Return the operator policies of a vhost, none where the user may not see them."""
    return {one.name: one for one in vhost.http.read_operator_policies()}


def vhost_made_by(vhost: Session, wanted: Wanted) -> bool:
    """Tell whether the vhost is declared and not there yet, so that apply makes it.

    Raises:
        WrongUsage: AMQP and the management API are of two brokers.
        BrokerError: nobody answers.
    """
    declared = any(one.kind == VHOST for one in wanted.own.settings.values())
    if not (declared and settings.ask_whether_vhost_is_missing(vhost)):
        return False
    unmet = require_one_broker(vhost)
    if isinstance(unmet, BrokerUnreachable):
        raise unmet
    return True


def _with_settings(vhost: Session, live: Topology | None, desired: Topology, ledgers: Ledgers) -> Topology | None:
    return None if live is None else read_settings(vhost, live, desired, ledgers)


def read_settings(vhost: Session, live: Topology, desired: Topology, ledgers: Ledgers) -> Topology:
    """Return what is there with the settings of the kinds that are desired, or that the last apply has made."""
    ours = ledgers.ours.objects.settings.values()
    found = settings.read(vhost, desired.settings.values(), ours)
    return replace(live, settings=collect(found).settings)


def read_own(vhost: Session, spec: str) -> Ledger:
    """Return the ledger of a spec.

    Raises:
        NeedsPerson: it cannot be read, so that nobody knows what is this spec's.
    """
    found = read_ledgers(vhost, spec)
    if found.refused:
        raise NeedsPerson(f"nobody knows what this spec has put there: {found.refused}")
    return found.ours


def read_ledgers(vhost: Session, spec: str) -> Ledgers:
    """Return the ledgers of a spec's vhost; see ``ledgers.read``."""
    return ledgers.read(vhost, spec)
