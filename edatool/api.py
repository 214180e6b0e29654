"""Everything that the command line does, for programs: without a terminal, and as safe.

What a user wrote is never an exception here but findings of ``load``; where acting on it needs it to be right, acting
raises InvalidInput. What is wrong with the world is raised as an error of ``edatool.errors``.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edatool.broker.address import Address
    from edatool.broker.vhost import Vhost
    from edatool.change.allowed import Allowed
    from edatool.change.changes import Change
    from edatool.change.deploy.deployment import Deployment
    from edatool.change.drift import Drifted
    from edatool.change.ledgers import Ledgers
    from edatool.change.plan import Plan
    from edatool.change.planfile import PlanFile
    from edatool.routes import Routes

WAIT = 60.0
"""Seconds to wait for another apply on the same vhost."""


def _silent(_: object) -> None:
    pass


def load(*files: str, environment: Mapping[str, str] | None = None, rabbitmq: str | None = None) -> "Routes":
    """Read a spec and its contracts, and find everything that is wrong with them: ``findings`` of what is returned.

    Args:
        files: the spec, ``routes.yaml`` unless one is named; later ones override earlier ones, ``-`` is standard input.
        environment: the values of ``${NAME}`` in the spec, by default those of the process.
        rabbitmq: a version such as ``4.3``, to find what that RabbitMQ refuses or ignores, too.

    Raises:
        WrongUsage: there is no such version.
    """
    from edatool.checks.load import load as load_files
    from edatool.routing.acceptance.objection import named

    values = os.environ if environment is None else environment
    return load_files(files or ("routes.yaml",), values, named(rabbitmq) if rabbitmq else None)


@contextmanager
def connect(
    broker: "str | Address",
    routes: "Routes | None" = None,
    *,
    vhost: str | None = None,
    management: str | None = None,
    ca: str | None = None,
    certificate: str | None = None,
    key: str | None = None,
) -> "Iterator[Vhost]":
    """Yield the vhost to work on: that of the spec, else of the broker's URL, else ``/``.

    The broker is not asked anything before the vhost is used.

    Args:
        broker: ``amqp[s]://user:password@host:port/vhost``.
        routes: the spec, which may name the vhost.
        vhost: the vhost, where there is no spec.
        management: the URL of the management API; derived from the broker's if not given, ``none`` to do without.
        ca: a file of authorities to trust, PEM.
        certificate: a file with the client certificate, PEM.
        key: a file with its key, PEM.

    Raises:
        WrongUsage: a malformed URL, or two vhosts.
    """
    from edatool.broker.address import Tls, parse, vhost_of
    from edatool.broker.vhost import Vhost

    address = parse(broker, management, Tls(ca, certificate, key)) if isinstance(broker, str) else broker
    yield Vhost(address, vhost_of(routes.spec.vhost if routes else vhost, address))


def plan(routes: "Routes", vhost: "Vhost", *, on_note: Callable[[str], None] = _silent) -> "Plan":
    """Return what differs between a spec and a vhost, and which events change destination; nothing is changed.

    The plan's ``consequences`` say what becomes of events, or why nobody knows. ``on_note`` is told what else is worth
    knowing, a sentence at a time.

    Raises:
        InvalidInput: the spec has errors.
        NeedsPerson: what is kept on the broker of earlier applies is damaged, or of a later edatool.
        WrongUsage: AMQP and the management API are of two brokers.
        BrokerError: nobody answers, or not as it should.
    """
    from edatool.change.deploy.planning import make_plan
    from edatool.change.deploy.wanted import wanted

    routes.require_valid()
    return make_plan(vhost, wanted(routes, vhost, os.environ, on_note)).plan


def save_plan(plan: "Plan", file: str) -> None:
    """Write a plan to a file, for ``load_plan``; only its owner may read it, for it tells the whole topology.

    Raises:
        Unsafe, BrokerRefused: the plan is not safe with what its ``raise_if_unsafe`` was told to allow.
        WrongUsage: the file cannot be written.
    """
    from edatool.change import planfile

    plan.raise_if_unsafe(plan.agreement.allowed)
    planfile.write(planfile.reviewed(plan, plan.agreement.allowed), file)


def dump_plan(plan: "Plan") -> str:
    """Return what ``save_plan`` writes.

    Raises:
        Unsafe, BrokerRefused: as of ``save_plan``.
    """
    from edatool.change import planfile

    plan.raise_if_unsafe(plan.agreement.allowed)
    return planfile.dumped(planfile.reviewed(plan, plan.agreement.allowed))


def load_plan(file: str) -> "PlanFile":
    """Read a plan that ``save_plan``, or ``edatool plan --out``, has written; ``-`` is standard input.

    Raises:
        WrongUsage: there is no such file, or it is no plan of this version of edatool.
    """
    from edatool.change import planfile

    return planfile.read(file)


def apply(
    plan: "Plan | PlanFile",
    vhost: "Vhost",
    *,
    wait: float = WAIT,
    on_plan: "Callable[[Plan], None]" = _silent,
    on_step: "Callable[[Change], None]" = _silent,
    on_note: Callable[[str], None] = _silent,
) -> "Plan":
    """Carry out exactly this plan, or nothing if the broker has changed since; return it as it was made again.

    It may do what ``plan.raise_if_unsafe(allowed)`` was told to allow. Nobody else applies to the vhost meanwhile.
    Interrupted or failed, planning and applying again goes on.

    Args:
        plan: of ``plan``, ``plan_destroy``, or ``load_plan``.
        vhost: where it was made for.
        wait: how many seconds to wait for another apply.
        on_plan: is told the plan as it was made again, before anything is done.
        on_step: is told each step that the broker has confirmed.
        on_note: is told other news, a sentence at a time.

    Raises:
        Unsafe: it could lose something, or touches what is not ours, and that is not allowed; nothing was done.
        Stale: the broker has changed since the plan was made; nothing was done.
        Locked: another apply took longer than ``wait``.
        BrokerError: nobody answers, or a step was refused; a note of the error says how far it came.
    """
    from edatool.change.deploy.deploy import deploy_exactly
    from edatool.change.plan import Plan
    from edatool.change.planfile import reviewed

    if isinstance(plan, Plan):
        plan.raise_if_unsafe(plan.agreement.allowed)
        plan = reviewed(plan, plan.agreement.allowed)
    return deploy_exactly(_deployment(vhost, wait, on_plan, on_step, on_note), plan)


def deploy(
    routes: "Routes",
    vhost: "Vhost",
    allowed: "Allowed | None" = None,
    *,
    wait: float = WAIT,
    on_plan: "Callable[[Plan], None]" = _silent,
    on_step: "Callable[[Change], None]" = _silent,
    on_note: Callable[[str], None] = _silent,
) -> "Plan":
    """Plan and apply as one operation that nobody else comes in between, and return the plan.

    ``allowed`` is what may be lost or taken over, nothing unless it is given; all else is as of ``apply``.

    Raises:
        InvalidInput: the spec has errors.
        Unsafe, Locked, BrokerError: as of ``apply``.
    """
    from edatool.change.allowed import NOTHING
    from edatool.change.deploy.deploy import deploy as deploy_wanted
    from edatool.change.deploy.wanted import wanted

    routes.require_valid()
    work = _deployment(vhost, wait, on_plan, on_step, on_note)
    return deploy_wanted(work, wanted(routes, vhost, os.environ, on_note), allowed or NOTHING)


def plan_destroy(routes: "Routes", vhost: "Vhost") -> "Plan":
    """Return the plan to remove what applies of a spec have made; ``apply`` carries it out.

    Raises:
        NeedsPerson: nobody knows what that is.
        InvalidInput, WrongUsage, BrokerError: as of ``plan``.
    """
    from edatool.change.deploy.planning import make_plan
    from edatool.change.deploy.wanted import nothing_wanted

    routes.require_valid()
    _require_ledger(routes, vhost)
    return make_plan(vhost, nothing_wanted(routes)).plan


def destroy(
    routes: "Routes",
    vhost: "Vhost",
    discard: "Iterable[str] | None" = (),
    *,
    wait: float = WAIT,
    on_plan: "Callable[[Plan], None]" = _silent,
    on_step: "Callable[[Change], None]" = _silent,
    on_note: Callable[[str], None] = _silent,
) -> "Plan":
    """Remove what applies of a spec have made, and return the plan of it; queues in use are refused.

    ``discard`` are the queues that are removed also with messages and consumers, None for all of them; all else is as
    of ``apply``.

    Raises:
        NeedsPerson: nobody knows what this spec has made.
        InvalidInput, Unsafe, Locked, BrokerError: as of ``deploy``.
    """
    from edatool.change.allowed import Allowed
    from edatool.change.deploy.deploy import deploy as deploy_wanted
    from edatool.change.deploy.wanted import nothing_wanted

    routes.require_valid()
    ours = _require_ledger(routes, vhost).ours
    losing = (*ours.objects.queues, *ours.objects.exchanges) if discard is None else discard
    work = _deployment(vhost, wait, on_plan, on_step, on_note)
    return deploy_wanted(work, nothing_wanted(routes), Allowed(discard=frozenset(losing)))


def drift(routes: "Routes", vhost: "Vhost", *, on_note: Callable[[str], None] = _silent) -> "Drifted":
    """Return what on a vhost is no longer as the last apply left it, and what the spec says otherwise.

    Raises:
        NeedsPerson: it cannot be seen, as without the management API.
        InvalidInput, WrongUsage, BrokerError: as of ``plan``.
    """
    from edatool.change.deploy.drifting import read_drift
    from edatool.change.deploy.wanted import wanted

    routes.require_valid()
    return read_drift(vhost, wanted(routes, vhost, os.environ, on_note))


def ledger(routes: "Routes", vhost: "Vhost") -> "Ledgers":
    """Return the ledger of a spec, which tells what applies of it have made, and those of the other specs on the vhost.

    Raises:
        NeedsPerson: it cannot be read by this user, is damaged, or of a later edatool.
        WrongUsage: AMQP and the management API are of two brokers.
        BrokerError: nobody answers, or not as it should.
    """
    from edatool.broker.identity import require_one_broker
    from edatool.change.deploy.planning import read_ledgers
    from edatool.errors import NeedsPerson

    unmet = require_one_broker(vhost.address, vhost.name)
    if unmet:
        raise unmet
    found = read_ledgers(vhost, routes.spec.name)
    if found.refused:
        raise NeedsPerson(f"the ledger cannot be read: {found.refused}")
    return found


def release(
    routes: "Routes",
    vhost: "Vhost",
    objects: Iterable[str],
    *,
    wait: float = WAIT,
    on_note: Callable[[str], None] = _silent,
) -> None:
    """Take objects, such as ``queue orders``, out of the ledger of a spec: they stay, and another spec may adopt them.

    Raises:
        WrongUsage: an object is not in the ledger.
        NeedsPerson: an object is being replaced, or the ledger cannot be read.
        Locked, BrokerError: as of ``apply``.
    """
    from edatool.change.deploy.deploy import let_go

    ledger(routes, vhost)
    let_go(_deployment(vhost, wait, _silent, _silent, on_note), routes.spec.name, objects)


def _deployment(
    vhost: "Vhost",
    wait: float,
    on_plan: "Callable[[Plan], None]",
    on_step: "Callable[[Change], None]",
    on_note: Callable[[str], None],
) -> "Deployment":
    from edatool.change.deploy.deployment import Deployment
    from edatool.change.deploy.signature import signature

    return Deployment(vhost, signature(), wait, on_plan, on_step, on_note)


def _require_ledger(routes: "Routes", vhost: "Vhost") -> "Ledgers":
    from edatool.change.deploy.planning import read_ledgers
    from edatool.errors import NeedsPerson

    found = read_ledgers(vhost, routes.spec.name)
    if found.refused:
        raise NeedsPerson(f"nobody knows what this spec has put there: {found.refused}")
    return found
