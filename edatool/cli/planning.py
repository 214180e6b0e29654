"""What plan, apply, destroy and demo share."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import click

from edatool.broker.address import Address, vhost_of
from edatool.broker.live import read
from edatool.change.after import after
from edatool.change.apply import Done
from edatool.change.consequences import consequences
from edatool.change.diff import Change
from edatool.change.plan import Plan, describe, plan_apply, plan_destroy
from edatool.cli.options import address, load_spec
from edatool.cli.painting import paint
from edatool.contracts.contract import Contract
from edatool.errors import InvalidInput
from edatool.findings import Finding
from edatool.render import plan as render
from edatool.render.consequences_mermaid import mermaid
from edatool.render.plan_markdown import markdown
from edatool.routing.compile import compile_spec
from edatool.routing.version import numbers
from edatool.spec.spec import Spec


@dataclass(frozen=True, slots=True)
class Target:
    """A spec, and the vhost of a broker that it is for."""

    spec: Spec
    address: Address
    vhost: str
    contracts: Mapping[str, Contract]

    def __str__(self) -> str:
        return f"{self.spec.name} on {self.address}, vhost {self.vhost}"


def target(files: tuple[str, ...], broker: dict[str, str | None]) -> Target:
    """Return what a command line is about; see ``load_spec`` and ``address`` for what is refused."""
    checked = load_spec(files)
    there = address(broker)
    return Target(checked.spec, there, vhost_of(checked.spec.vhost, there), checked.contracts)


def plan_for(target: Target) -> Plan:
    """Plan a spec against a live broker.

    Raises:
        InvalidInput: a binding has a filter. Without it the binding would get messages that it must not,
            and RabbitMQ has no such thing.
    """
    sentence = "this version cannot apply a filter: remove it, or bind by key or headers"
    spec = target.spec
    filtered = [
        Finding("E251", sentence, spec.where(*one.path, "filter")) for one in spec.bindings if one.filter is not None
    ]
    if filtered:
        raise InvalidInput(filtered)
    live = read(target.address, target.vhost)
    planned = plan_apply(compile_spec(spec), live.topology, live.unseen)
    if live.topology is None or live.version is None:
        return planned
    changed = after(live.topology, planned.compared.changes)
    found = consequences(spec, target.contracts, live.topology, changed, numbers(live.version))
    return replace(planned, consequences=found)


def removal_of(target: Target) -> Plan:
    """Plan the removal of all that a spec declares from a live broker."""
    live = read(target.address, target.vhost)
    return plan_destroy(compile_spec(target.spec), live.topology, live.unseen)


def show(plan: Plan, title: str, output: str = "text") -> None:
    """Print a plan in one of its formats."""
    match output:
        case "json":
            click.echo(render.as_json(plan))
        case "markdown":
            click.echo(markdown(plan, title))
        case "mermaid":
            click.echo(mermaid(plan.consequences))
        case _:
            click.echo(render.text(plan, title, paint))


@contextmanager
def reported(plan: Plan, *, verbose: bool = False) -> Iterator[Done]:
    """Yield a callback for steps that are done; however it ends, say on stderr how far it came."""
    done: list[Change] = []

    def on_done(change: Change) -> None:
        done.append(change)
        if verbose:
            click.echo(f"  done: {describe(change.object)}", err=True)

    try:
        yield on_done
    except BaseException:
        click.echo(f"{len(done)} of {len(plan.steps)} steps were done; run it again to go on", err=True)
        raise
    click.echo(f"{len(done)} of {len(plan.steps)} steps done", err=True)
