"""Plans carried out for the command line: shown, agreed to, and made while nobody else changes the vhost."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import click

from edatool.broker import lock
from edatool.broker.address import vhost_of
from edatool.broker.diagnosis import NoRoom
from edatool.broker.http import settings
from edatool.broker.http import stored_specs as kept_specs
from edatool.broker.http.management import Management
from edatool.broker.identity import require_one_broker
from edatool.broker.lock import Held
from edatool.change import ledgers, planfile
from edatool.change.apply import Done, Keeping, apply, resume
from edatool.change.changes import Change
from edatool.change.ledger import Ledger, released
from edatool.change.plan import Allowed, Plan, plan_apply
from edatool.change.planfile import PlanFile
from edatool.cli.asking import require_yes
from edatool.cli.options import address
from edatool.cli.planning import Planned, Target, Wanted, kept_of, known, plan_for, reviewed, show, vhost_made_by
from edatool.cli.signature import signature
from edatool.errors import NeedsPerson, WrongUsage
from edatool.routing.settings import VHOST, is_room
from edatool.routing.topology import Setting, Topology, collect, describe, identity_of
from edatool.spec.files import Unreadable, read_given
from edatool.visible import visible

LARGEST_PLAN = 256 * 2**20
"""The most bytes of a plan that are read."""


def apply_wanted(
    about: Target, wanted: Wanted, allowed: Allowed, wait: float, *, output: str, ask: str | None, verbose: bool
) -> None:
    """Plan, show, ask the question ``ask`` if there is one, and carry out what was shown.

    Raises:
        NeedsPerson: the answer was no, or there is nobody to ask.
        Stale: the broker changed while the question was being answered.
        Locked, Unsafe, BrokerError: as of ``lock.held`` and ``apply``.
    """
    title = f"Plan for {about}"
    if ask is None and not vhost_made_by(about, wanted):
        with _alone(about, wait, wanted.own) as held:
            _finish_replacements(about, held)
            planned = plan_for(about, wanted)
            show(planned.plan, title, output, allowed)
            _carry_out(planned, about, allowed, held, kept_of(about, wanted), verbose=verbose)
        return
    shown = plan_for(about, wanted)
    show(shown.plan, title, output, allowed)
    shown.plan.raise_if_unsafe(allowed)
    if shown.plan.steps and ask:
        require_yes(ask)
    _apply_exactly(reviewed(about, shown.plan, allowed, wanted), about, wait, verbose=verbose)


def apply_file(file: str, broker: dict[str, str | None], wait: float, *, output: str, verbose: bool) -> None:
    """Carry out the plan in a file.

    Raises:
        WrongUsage: it is no plan, or for another vhost than the broker URL's.
        Stale: the broker has changed since it was made.
        Locked, Unsafe, BrokerError: as of ``lock.held`` and ``apply``.
    """
    there = address(broker)
    try:
        content = json.loads(read_given(file, LARGEST_PLAN))
    except Unreadable as error:
        raise WrongUsage(f"{file} {error}") from None
    except (ValueError, RecursionError) as error:
        raise WrongUsage(f"{file} cannot be read as a plan ({error}): plan again with --out {file}") from None
    plan = planfile.from_json(content, file)
    about = Target(plan.spec, there, vhost_of(plan.vhost, there))
    _apply_exactly(plan, about, wait, verbose=verbose, output=output)


def let_go(about: Target, names: tuple[str, ...], wait: float) -> None:
    """Take objects, named as plans name them, out of the ledger; they stay on the broker.

    Raises:
        WrongUsage: an object is not in the ledger.
        NeedsPerson: an object is being replaced.
        Locked, BrokerError: as of ``lock.held`` and ``ledgers.write``.
    """
    with _alone(about, wait):
        ours = known(about).ours
        by_name = {describe(one): one for one in ours.objects.objects}
        unknown = [name for name in names if name not in by_name]
        if unknown:
            raise WrongUsage(f"the ledger has no {unknown[0]!r}: edatool ledger lists what it has")
        replacing = [name for name in names if name in ours.replacing]
        if replacing:
            raise NeedsPerson(f"{replacing[0]} is being replaced: run edatool apply to go on with that first")
        ledgers.write(about.address, released(ours, [by_name[name] for name in names]))


def _apply_exactly(plan: PlanFile, about: Target, wait: float, *, verbose: bool, output: str | None = None) -> None:
    if vhost_made_by(about, Wanted(plan.desired, plan.external)):
        _make_vhost(plan, about)
    with _alone(about, wait, plan.desired) as held:
        _finish_replacements(about, held)
        planned = plan_for(about, Wanted(plan.desired, plan.external))
        if output:
            show(planned.plan, f"Plan for {about}", output, plan.allowed)
        plan.raise_if_other(planned.plan)
        _carry_out(planned, about, plan.allowed, held, plan.kept, verbose=verbose)


def _make_vhost(plan: PlanFile, about: Target) -> None:
    """Make the vhost, and write down that it is ours: nothing can be locked in it before, and two may do this."""
    planned = plan_for(about, Wanted(plan.desired, plan.external))
    plan.raise_if_other(planned.plan)
    planned.plan.raise_if_unsafe(plan.allowed)
    alone = collect(one for one in plan.desired.settings.values() if one.kind == VHOST)
    keeping = None if planned.ledgers.refused else Keeping(planned.ledgers.ours, signature())
    apply(plan_apply(alone, Topology(), planned.ledgers.ownership), about.address, about.vhost, keeping=keeping)
    click.echo(visible(f"The vhost {about.vhost} is made"), err=True)


@contextmanager
def _alone(about: Target, wait: float, desired: Topology | None = None) -> Iterator[Held | None]:
    """Keep other applies from the vhost, and yield the lock; where there is no room for it, make some as ``desired``.

    Where no ledger can be kept nothing is locked: then an apply only adds, which several may do at once.
    """
    if ledgers.read(about.address, about.vhost, about.spec).refused:
        yield None
        return
    require_one_broker(about.address, about.vhost)  # the lock is kept over AMQP, and all else by the management API
    now = signature()

    def on_wait(who: str) -> None:
        click.echo(visible(f"Waiting up to {wait:g} s for another apply on this vhost{who}"), err=True)

    locked = partial(lock.held, about.address, about.vhost, f"{now.by} since {now.at}", wait, on_wait)
    with ExitStack() as stack:
        try:
            held = _with_room(stack.enter_context(locked()), about)
        except NoRoom:
            stack.close()
            if desired is None or not _made_room(about, desired):
                raise
            held = _with_room(stack.enter_context(locked()), about)
        yield held


def _with_room(held: Held, about: Target) -> Held:
    """Make sure that there is room for a connection beside that of the lock.

    Raises:
        NoRoom: there is none.
    """
    unmet = require_one_broker(about.address, about.vhost)
    if isinstance(unmet, NoRoom):
        raise unmet
    return held


def _made_room(about: Target, desired: Topology) -> bool:
    """Raise our own limits of queues and connections as is desired, as nothing can be locked before.

    Those that are not desired any more are removed. Two may do this at once. False where that is no way out.
    """
    ours = {key: one for key, one in known(about).ours.objects.settings.items() if is_room(one)}
    there = [one for one in settings.read(about.address, about.vhost, ours.values()) if identity_of(one) in ours]
    raised = [one for one in there if _is_raised(one, desired.settings.get(identity_of(one)))]
    with Management(about.address, about.vhost) as management:
        for one in raised:
            wanted = desired.settings.get(identity_of(one))
            if wanted:
                settings.write(management, wanted)
            else:
                settings.delete(management, one)
            click.echo(f"The limit {one.name} is raised before anything else, as the lock needs room", err=True)
    return bool(raised)


def _is_raised(there: Setting, wanted: Setting | None) -> bool:
    return wanted is None or not 0 <= wanted.value["value"] <= there.value["value"]


def _finish_replacements(about: Target, held: Held | None) -> None:
    """Go on with the replacements that an earlier apply has begun, before anything else is planned."""
    resume(_keeping(known(about).ours, held), about.address, about.vhost)


def _keeping(ledger: Ledger, held: Held | None) -> Keeping:
    return Keeping(ledger, signature(), held, _tell_step)


def _tell_step(step: str) -> None:
    click.echo(visible(f"  {step}"), err=True)


def _carry_out(
    planned: Planned,
    about: Target,
    allowed: Allowed,
    held: Held | None,
    kept: Mapping[str, Any] | None,
    *,
    verbose: bool,
) -> None:
    """Make what was planned, and then let publishers find the spec ``kept``, where a ledger is kept at all."""
    planned.plan.raise_if_unsafe(allowed)
    keeping = None if planned.ledgers.refused else _keeping(planned.ledgers.ours, held)
    with _reported(planned.plan, verbose=verbose) as on_done:
        apply(planned.plan, about.address, about.vhost, on_done, keeping=keeping, allowed=allowed)
    if planned.ledgers.outlived and not planned.plan.desired.size:
        ledgers.write(about.address, planned.ledgers.ours)  # nothing took the place of what was kept of the old vhost
    if keeping and kept_specs.write(about.address, about.vhost, about.spec, kept) and not planned.plan.steps:
        click.echo("What publishers load from the broker is as the spec has it now", err=True)


@contextmanager
def _reported(plan: Plan, *, verbose: bool) -> Iterator[Done]:
    """Yield a callback for steps that are done; however it ends, say on stderr how far it came."""
    done: list[Change] = []

    def on_done(change: Change) -> None:
        done.append(change)
        if verbose:
            click.echo(visible(f"  done: {describe(change.object)}"), err=True)

    try:
        yield on_done
    except BaseException:
        click.echo(f"{len(done)} of {len(plan.steps)} steps were done; run it again to go on", err=True)
        raise
    if plan.steps:
        click.echo(f"{len(done)} of {len(plan.steps)} steps done", err=True)
