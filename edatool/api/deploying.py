"""A spec brought to a vhost, and removed from it."""

import os
from collections.abc import Callable, Iterable

from edatool.broker.session import Session
from edatool.change.allowed import NOTHING, Allowed
from edatool.change.changes import Change
from edatool.change.deploy import deploy as operation
from edatool.change.deploy.deployment import WAIT, Deployment
from edatool.change.deploy.planning import make_plan, read_own
from edatool.change.deploy.signature import signature
from edatool.change.deploy.wanted import nothing_wanted, wanted
from edatool.change.offline.definitions import plan_by_definitions
from edatool.change.plan import Plan
from edatool.change.planfile import PlanFile, reviewed
from edatool.change.progress import OnProgress
from edatool.routes import Routes
from edatool.routing.definitions.file import DefinitionsFile
from edatool.silent import silent


def plan(
    routes: Routes,
    vhost: Session | DefinitionsFile,
    *,
    on_note: Callable[[str], None] = silent,
    on_progress: OnProgress = silent,
) -> Plan:
    """Return what differs between a spec and a vhost, and which events change destination; nothing is changed.

    The vhost may be one that a definitions file tells of; ``unasked`` of the plan says what is not known then.

    The plan's ``consequences`` say what becomes of events, or why nobody knows. ``on_note`` is told what else is worth
    knowing, a sentence at a time, and ``on_progress`` how far planning came, often.

    Raises:
        InvalidInput: the spec has errors.
        NeedsPerson: what is kept on the broker of earlier applies is damaged, or of a later edatool.
        WrongUsage: AMQP and the management API are of two brokers; or a definitions file is damaged, or has no such
            vhost.
        BrokerError: nobody answers, or not as it should.
    """
    routes.require_valid()
    if isinstance(vhost, DefinitionsFile):
        return plan_by_definitions(routes, vhost, os.environ, on_note, on_progress)
    return make_plan(vhost, wanted(routes, vhost, os.environ, on_note), on_progress).plan


def apply(
    plan: Plan | PlanFile,
    vhost: Session,
    *,
    wait: float = WAIT,
    on_plan: Callable[[Plan], None] = silent,
    on_step: Callable[[Change], None] = silent,
    on_note: Callable[[str], None] = silent,
    on_progress: OnProgress = silent,
) -> Plan:
    """Carry out exactly this plan, or nothing if the broker has changed since; return it as it was made again.

    It may do what ``plan.raise_if_unsafe(allowed)`` was told to allow. Nobody else applies to the vhost meanwhile.
    Interrupted or failed, planning and applying again goes on.

    Args:
        plan: of ``plan``, ``plan_destroy``, or ``load_plan``.
        vhost: the vhost that it was made for.
        wait: how many seconds to wait for another apply.
        on_plan: is told the plan as it was made again, before anything is done.
        on_step: is told each step that the broker has confirmed.
        on_note: is told other news, a sentence at a time.
        on_progress: is told how far planning came, often.

    Raises:
        Unsafe: it could lose something, or touches what is not ours, and that is not allowed; nothing was done.
        Stale: the broker has changed since the plan was made; nothing was done.
        WrongUsage: it was made for another vhost.
        Locked: another apply took longer than ``wait``.
        BrokerError: nobody answers, or a step was refused; a note of the error says how far it came.
    """
    if isinstance(plan, Plan):
        plan.raise_if_unsafe(plan.agreement.allowed)
        plan = reviewed(plan, plan.agreement.allowed)
    return operation.deploy_exactly(Deployment(vhost, signature(), wait, on_plan, on_step, on_note, on_progress), plan)


def deploy(
    routes: Routes,
    vhost: Session,
    allowed: Allowed = NOTHING,
    *,
    wait: float = WAIT,
    on_plan: Callable[[Plan], None] = silent,
    on_step: Callable[[Change], None] = silent,
    on_note: Callable[[str], None] = silent,
    on_progress: OnProgress = silent,
) -> Plan:
    """Plan and apply as one operation that nobody else comes in between, and return the plan.

    ``allowed`` is what may be lost or taken over; all else is as of ``apply``.

    Raises:
        InvalidInput: the spec has errors.
        Unsafe, Locked, BrokerError: as of ``apply``.
    """
    routes.require_valid()
    work = Deployment(vhost, signature(), wait, on_plan, on_step, on_note, on_progress)
    return operation.deploy(work, wanted(routes, vhost, os.environ, on_note), allowed)


def plan_destroy(routes: Routes, vhost: Session, *, on_progress: OnProgress = silent) -> Plan:
    """Return the plan to remove what applies of a spec have made; ``apply`` carries it out.

    ``on_progress`` is told how far planning came, often.

    Raises:
        NeedsPerson: nobody knows what that is.
        InvalidInput, WrongUsage, BrokerError: as of ``plan``.
    """
    routes.require_valid()
    read_own(vhost, routes.spec.name)
    return make_plan(vhost, nothing_wanted(routes), on_progress).plan


def destroy(
    routes: Routes,
    vhost: Session,
    discard: Iterable[str] | None = (),
    *,
    wait: float = WAIT,
    on_plan: Callable[[Plan], None] = silent,
    on_step: Callable[[Change], None] = silent,
    on_note: Callable[[str], None] = silent,
    on_progress: OnProgress = silent,
) -> Plan:
    """Remove what applies of a spec have made, and return the plan of it; queues in use are refused.

    ``discard`` are the queues and delayed exchanges that are removed also with messages and consumers, None for all of
    them; all else is as of ``apply``.

    Raises:
        NeedsPerson: nobody knows what this spec has made.
        InvalidInput, Unsafe, Locked, BrokerError: as of ``deploy``.
    """
    routes.require_valid()
    ours = read_own(vhost, routes.spec.name)
    allowed = Allowed(
        discard=frozenset((*ours.objects.queues, *ours.objects.exchanges) if discard is None else discard)
    )
    work = Deployment(vhost, signature(), wait, on_plan, on_step, on_note, on_progress)
    return operation.deploy(work, nothing_wanted(routes), allowed)
