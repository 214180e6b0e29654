"""A plan made and carried out as one safe operation: while nobody else changes the vhost, and only as agreed to."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from edatool.broker.http import stored_specs
from edatool.change import ledgers
from edatool.change.allowed import Allowed
from edatool.change.apply import Keeping, apply, resume
from edatool.change.changes import Change
from edatool.change.deploy.alone import alone
from edatool.change.deploy.deployment import Deployment
from edatool.change.deploy.planning import Planned, make_plan, read_ledgers, vhost_made_by
from edatool.change.deploy.wanted import Wanted
from edatool.change.ledger import Ledger, released
from edatool.change.plan import Plan, plan_apply
from edatool.change.planfile import PlanFile, kept_of, reviewed
from edatool.errors import NeedsPerson, WrongUsage
from edatool.routing.settings import VHOST
from edatool.routing.topology import Topology, collect, describe
from edatool.silent import silent


def deploy(work: Deployment, wanted: Wanted, allowed: Allowed) -> Plan:
    """Plan what is wanted, carry it out, and return the plan; nobody else changes the vhost in between.

    Raises:
        Locked, Unsafe, BrokerError: as of ``alone`` and ``apply``.
    """
    if vhost_made_by(work.vhost, wanted):  # in which nothing can be locked before
        plan = make_plan(work.vhost, wanted, work.on_progress).plan
        work.on_plan(plan)
        plan.raise_if_unsafe(allowed)
        return deploy_exactly(replace(work, on_plan=silent), reviewed(plan, allowed))
    with alone(work, wanted.spec, wanted.own):
        _finish_replacements(work, wanted.spec)
        planned = make_plan(work.vhost, wanted, work.on_progress)
        work.on_plan(planned.plan)
        _carry_out(work, planned, allowed, kept_of(planned.plan))
    return planned.plan


def deploy_exactly(work: Deployment, plan: PlanFile) -> Plan:
    """Carry out a plan that was reviewed, and return it as it was made again; nothing is done if it is another one now.

    Raises:
        WrongUsage: it was made for another vhost.
        Stale: the broker has changed since it was made.
        Locked, Unsafe, BrokerError: as of ``alone`` and ``apply``.
    """
    if plan.vhost != work.vhost.vhost:
        raise WrongUsage(f"this plan is for the vhost {plan.vhost!r}, and not for {work.vhost.vhost!r}: plan again")
    wanted = Wanted(plan.spec, plan.desired, plan.external)
    if vhost_made_by(work.vhost, wanted):
        _make_vhost(work, plan, wanted)
    with alone(work, plan.spec, plan.desired):
        _finish_replacements(work, plan.spec)
        planned = make_plan(work.vhost, wanted, work.on_progress)
        work.on_plan(planned.plan)
        plan.raise_if_other(planned.plan)
        _carry_out(work, planned, plan.allowed, plan.kept)
    return planned.plan


def let_go(work: Deployment, spec: str, names: Iterable[str]) -> None:
    """Take objects, named as plans name them, out of the ledger of a spec; they stay on the broker.

    Raises:
        WrongUsage: an object is not in the ledger.
        NeedsPerson: an object is being replaced.
        Locked, BrokerError: as of ``alone`` and ``ledgers.write``.
    """
    named = list(names)
    with alone(work, spec):
        ours = read_ledgers(work.vhost, spec).ours
        by_name = {describe(one): one for one in ours.objects.objects}
        unknown = [name for name in named if name not in by_name]
        if unknown:
            raise WrongUsage(f"the ledger has no {unknown[0]!r}: edatool ledger lists what it has")
        replacing = [name for name in named if name in ours.replacing]
        if replacing:
            raise NeedsPerson(f"{replacing[0]} is being replaced: run edatool apply to go on with that first")
        ledgers.write(work.vhost, released(ours, [by_name[name] for name in named]))


def _make_vhost(work: Deployment, plan: PlanFile, wanted: Wanted) -> None:
    """Make the vhost, and write down that it is ours: nothing can be locked in it before, and two may do this."""
    vhost, planned = work.vhost, make_plan(work.vhost, wanted, work.on_progress)
    plan.raise_if_other(planned.plan)
    planned.plan.raise_if_unsafe(plan.allowed)
    only = collect(one for one in plan.desired.settings.values() if one.kind == VHOST)
    keeping = None if planned.ledgers.refused else Keeping(planned.ledgers.ours, work.by)
    apply(plan_apply(only, Topology(), planned.ledgers.ownership), vhost, keeping=keeping)
    work.on_note(f"The vhost {vhost.vhost} is made")


def _finish_replacements(work: Deployment, spec: str) -> None:
    """Go on with the replacements that an earlier apply has begun, before anything else is planned."""
    ours = read_ledgers(work.vhost, spec).ours
    resume(_keeping(work, ours), work.vhost)


def _keeping(work: Deployment, ledger: Ledger) -> Keeping:
    return Keeping(ledger, work.by, lambda step: work.on_note(f"  {step}"))


def _carry_out(work: Deployment, planned: Planned, allowed: Allowed, kept: Mapping[str, Any] | None) -> None:
    """Make what was planned, and then let publishers find the spec ``kept``, where a ledger is kept at all."""
    plan, vhost = planned.plan, work.vhost
    plan.raise_if_unsafe(allowed)
    keeping = None if planned.ledgers.refused else _keeping(work, planned.ledgers.ours)
    _apply_counting(work, plan, allowed, keeping)
    if planned.ledgers.outlived and not plan.desired.size:
        ledgers.write(vhost, planned.ledgers.ours)  # nothing took the place of what was kept of the old vhost
    if keeping and stored_specs.write(vhost, plan.spec, kept) and not plan.steps:
        work.on_note("What publishers load from the broker is as the spec has it now")


def _apply_counting(work: Deployment, plan: Plan, allowed: Allowed, keeping: Keeping | None) -> None:
    """Apply a plan; whatever ends it before, an interruption too, gets a note of how far it came."""
    done = 0

    def on_done(change: Change) -> None:
        nonlocal done
        done += 1
        work.on_step(change)

    try:
        apply(plan, work.vhost, on_done, keeping=keeping, allowed=allowed)
    except BaseException as error:
        error.add_note(f"{done} of {len(plan.steps)} steps were done; run it again to go on")
        raise
