"""What plan, apply, destroy and demo share."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from edatool.broker.address import Address
from edatool.broker.live import read
from edatool.change.apply import Done
from edatool.change.diff import Change
from edatool.change.plan import Plan, describe, plan_apply
from edatool.errors import InvalidInput
from edatool.findings import Finding
from edatool.routing.compile import compile_spec
from edatool.spec.spec import Spec


def plan_for(spec: Spec, address: Address, vhost: str) -> Plan:
    """Plan a spec against a live broker.

    Raises:
        InvalidInput: a binding has a filter. Without it the binding would get messages that it must not,
            and RabbitMQ has no such thing.
    """
    filtered = [
        Finding(
            "E251",
            "this version cannot apply a filter: remove it, or bind by key or headers",
            spec.where(*one.path, "filter"),
        )
        for one in spec.bindings
        if one.filter is not None
    ]
    if filtered:
        raise InvalidInput(filtered)
    live = read(address, vhost)
    return plan_apply(compile_spec(spec), live.topology, live.unseen)


@contextmanager
def reported(plan: Plan, verbose: bool) -> Iterator[Done]:
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
