"""What plan, apply, destroy and demo share."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import click

from edatool.broker.address import Address, vhost_of
from edatool.broker.http import settings
from edatool.broker.http.about import read_server, read_version
from edatool.broker.http.management import Management
from edatool.broker.identity import require_one_broker
from edatool.broker.live import Live, read
from edatool.change import ledgers, planfile
from edatool.change.consequences.after import after
from edatool.change.consequences.consequences import consequences
from edatool.change.ledger import Ledger
from edatool.change.ledgers import Ledgers
from edatool.change.plan import Allowed, Plan, plan_apply
from edatool.change.planfile import PlanFile
from edatool.change.precautions import held_by
from edatool.change.replacing import replacement
from edatool.change.waiting import Waiting, delayed_and_doomed
from edatool.checks.load import Checked
from edatool.checks.stored import kept, to_json
from edatool.cli.earlier import applied_last
from edatool.cli.options import address
from edatool.cli.painting import paint
from edatool.cli.untyped import typed
from edatool.errors import BrokerUnreachable, WrongUsage
from edatool.render import plan as render
from edatool.render.consequences_mermaid import mermaid
from edatool.render.plan_markdown import markdown
from edatool.routing.acceptance.objection import Objection
from edatool.routing.acceptance.objections import objections
from edatool.routing.compile import external_part, own_part
from edatool.routing.lowering.lowering import filtering
from edatool.routing.settings import VHOST
from edatool.routing.topology import Policy, Topology, collect
from edatool.routing.version import numbers
from edatool.spec.files import private
from edatool.spec.spec import Spec


@dataclass(frozen=True, slots=True)
class Target:
    """The vhost of a broker, and the name of the spec that is for it."""

    spec: str
    address: Address
    vhost: str

    def __str__(self) -> str:
        return f"{self.spec} on {self.address}, vhost {self.vhost}"


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, with the ledgers that it was made by."""

    plan: Plan
    ledgers: Ledgers


def target(spec: Spec, broker: dict[str, str | None]) -> Target:
    """Return what a spec is for; see ``address`` and ``vhost_of`` for what is refused."""
    there = address(broker)
    return Target(spec.name, there, vhost_of(spec.vhost, there))


def known_events(allowed: Allowed, checked: Checked) -> None:
    """Refuse to allow something of events that the spec does not declare.

    Raises:
        WrongUsage: naming them.
    """
    unknown = sorted(allowed.unroutable - checked.spec.events.keys())
    if unknown:
        raise WrongUsage(f"--allow-unroutable names events, and the spec declares no {', '.join(unknown)}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be on a broker: our own part, and what others have to have made; ``declared`` in a spec, or not.

    ``leaving``: nothing is to be left there of the spec, whose events are asked what that means for them.
    """

    own: Topology = field(default_factory=Topology)
    external: Topology = field(default_factory=Topology)
    declared: Checked | None = None
    leaving: bool = False


def wanted(checked: Checked, target: Target) -> Wanted:
    """Return what a spec wants on its vhost, whose default queue type is that of queues which name none.

    Raises:
        InvalidInput: what the spec says of such a queue is not for that type.
    """
    there = typed(checked, target.address, target.vhost)
    return Wanted(own_part(there.spec), external_part(there.spec), there)


def plan_for(target: Target, wanted: Wanted) -> Planned:
    """Plan what is wanted on a spec's vhost; where that is nothing, all that the spec put there is removed."""
    missing = vhost_made_by(target, wanted)
    live = Live(Topology(), None) if missing else read(target.address, target.vhost)
    live.require_met()
    if live.topology is None:
        kept = Ledgers(Ledger(target.spec, target.vhost), refused="what is there cannot be seen")
    else:
        kept = known(target)
    there = live.topology if missing else seen(target, live.topology, wanted.own, kept)
    make = partial(
        plan_apply,
        wanted.own,
        there,
        kept.ownership,
        external=wanted.external,
        unseen=live.unseen,
        unowned=kept.refused,
        under_way=[replacement.from_json(record) for record in kept.ours.replacing.values()],
    )
    operators = _operators(target) if live.topology is not None and not missing else {}
    planned = make(operators=operators)
    if planned.tightenings:
        planned = make(operators=operators, held=held_by(target.address, target.vhost, planned.tightenings))
    planned = replace(
        planned, objections=_objections(target, planned, live.topology), waiting=_waiting(target, planned)
    )
    if wanted.declared and not wanted.leaving:
        planned = replace(planned, filtering=filtering(wanted.declared.spec))
    if wanted.declared and there is not None and live.version is not None:
        changed = after(there, planned.compared.changes)
        spec, contracts = wanted.declared.spec, wanted.declared.contracts
        earlier = applied_last(target.address, target.vhost, target.spec, there)
        found = consequences(spec, contracts, there, changed, numbers(live.version), earlier=earlier)
        planned = replace(planned, consequences=found)
    return Planned(replace(planned, outlived=kept.outlived), kept)


def _objections(target: Target, plan: Plan, there: Topology | None) -> tuple[Objection, ...]:
    """Return what the broker refuses or ignores of what is desired."""
    desired = list(plan.desired.objects)
    if not desired:
        return ()
    if there is None:
        server = read_version(target.address, target.vhost)
        return objections(desired, server, plan.external.objects) if server else ()
    with Management(target.address, target.vhost) as management:
        return objections(desired, read_server(management, desired), there.objects)


def _waiting(target: Target, plan: Plan) -> tuple[Waiting, ...]:
    """Return what waits in the delayed exchanges that are to go; only RabbitMQ's plugin knows."""
    doomed = delayed_and_doomed(plan.compared.changes)
    if not doomed:
        return ()
    with Management(target.address, target.vhost) as management:
        return tuple(Waiting(name, management.messages_delayed(name)) for name in doomed)


def _operators(target: Target) -> dict[str, Policy]:
    """Return the operator policies of a vhost, none where the user may not see them."""
    with Management(target.address, target.vhost) as management:
        return {one.name: one for one in management.operator_policies()}


def vhost_made_by(target: Target, wanted: Wanted) -> bool:
    """Tell whether the vhost is declared and not there yet, so that apply makes it."""
    declared = any(one.kind == VHOST for one in wanted.own.settings.values())
    if not (declared and settings.vhost_is_missing(target.address, target.vhost)):
        return False
    unmet = require_one_broker(target.address, target.vhost)
    if isinstance(unmet, BrokerUnreachable):
        raise unmet
    return True


def seen(target: Target, live: Topology | None, desired: Topology, ledgers: Ledgers) -> Topology | None:
    """Return what is there with the settings of the kinds that are desired, or that the last apply has made."""
    if live is None:
        return None
    ours = ledgers.ours.objects.settings.values()
    found = settings.read(target.address, target.vhost, desired.settings.values(), ours)
    return replace(live, settings=collect(found).settings)


def known(target: Target) -> Ledgers:
    """Return the ledgers of a spec's vhost."""
    return ledgers.read(target.address, target.vhost, target.spec)


def show(plan: Plan, title: str, output: str, allowed: Allowed, *, err: bool = False) -> None:
    """Print a plan in one of its formats, with what becomes of it where that much is allowed; ``err``: on stderr."""
    match output:
        case "json":
            click.echo(render.as_json(plan, allowed), err=err)
        case "markdown":
            click.echo(markdown(plan, title, allowed), err=err)
        case "mermaid":
            click.echo(mermaid(plan.consequences), err=err)
        case _:
            click.echo(render.text(plan, title, paint, allowed), err=err)


def reviewed(target: Target, plan: Plan, allowed: Allowed, wanted: Wanted) -> PlanFile:
    """Return what it takes to carry out exactly this plan later."""
    kept = kept_of(target, wanted)
    return PlanFile(target.spec, target.vhost, plan.desired, plan.external, allowed, plan.fingerprint, kept)


def kept_of(target: Target, wanted: Wanted) -> Mapping[str, Any] | None:
    """Return what apply leaves of a spec on the broker for publishers, None where nothing is declared."""
    declared = None if wanted.leaving else wanted.declared
    return to_json(kept(declared), target.spec, target.vhost) if declared else None


def save(file: str, plan: PlanFile) -> None:
    """Write a plan to a file that only its owner may read, for it tells the whole topology; to standard output for -.

    Raises:
        WrongUsage: the file cannot be written.
    """
    text = json.dumps(planfile.to_json(plan), indent=2) + "\n"
    if file == "-":
        click.echo(text, nl=False)
        return
    try:
        with open(file, "w", encoding="utf-8", opener=private) as out:
            out.write(text)
    except OSError as error:
        raise WrongUsage(f"{file} cannot be written: {error.strerror}") from None
