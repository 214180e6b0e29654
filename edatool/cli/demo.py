"""edatool demo: the whole story of a spec, on a private broker that is gone afterwards."""

import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edatool.cli.options import load_spec, spec_option

if TYPE_CHECKING:
    from edatool.broker.address import Address
    from edatool.checks.load import Checked
    from edatool.contracts.contract import Contract
    from edatool.routing.topology import Topology
    from edatool.runtime.publisher import Publisher
    from edatool.spec.spec import Event

SHOWN = 1000
"""The most messages of a queue that are looked at."""


@click.command()
@spec_option
def demo(files: tuple[str, ...]) -> int:
    """Try a spec for real: on a private RabbitMQ, validate, plan, apply, publish, and look into the queues.

    Each event is published with the examples of its schema, and once with a field missing, which its contract
    refuses. Nothing outside of the private broker is touched, and it is gone afterwards.

    \b
    Example:
      edatool demo
      edatool demo -f my-routes.yaml
    """
    from edatool.broker import node
    from edatool.broker.address import parse

    _heading("validate", f"edatool validate {' '.join(files)}")
    checked = load_spec(files)
    click.echo(
        f"{', '.join(files)}: valid, with {len(checked.spec.events)} events and {len(checked.contracts)} contracts"
    )
    if not node.available():
        click.echo("\nThere is no RabbitMQ on this machine, and no Docker: nothing was planned, applied or published.")
        click.echo("Install the package rabbitmq-server and run this again to see the rest.")
        return 0
    with tempfile.TemporaryDirectory(prefix="edatool-demo-") as folder:
        _heading("a private RabbitMQ", "edatool broker start")
        try:
            private = node.start(Path(folder))
            click.echo(f"RabbitMQ {private.version} answers on {parse(private.url)}")
            _story(checked, parse(private.url, private.management))
        finally:
            node.remove(Path(folder))
    click.echo("\nThe private RabbitMQ is gone. Next: change routes.yaml and run this again, or")
    click.echo("  edatool plan --broker amqp://user:password@host/vhost     see what would change on a broker of yours")
    return 0


def _story(checked: "Checked", there: "Address") -> None:
    from edatool.change.apply import apply
    from edatool.cli.planning import Target, plan_for, reported, show
    from edatool.render import plan as render
    from edatool.routing.compile import compile_spec
    from edatool.runtime.publisher import Publisher

    about = Target(checked.spec, there, checked.spec.vhost or "/")
    _heading("plan", "edatool plan")
    planned = plan_for(about)
    show(planned, f"Plan for {about}")
    _heading("apply", "edatool apply")
    with reported(planned) as on_done:
        apply(planned, there, about.vhost, on_done)
    click.echo(f"and once more: {render.summary(plan_for(about))}")
    _heading("publish", "edatool publish EVENT payload.json")
    with Publisher(checked, there) as publisher:
        for event in checked.spec.events.values():
            _publish_examples(publisher, event, checked.contracts)
    _heading("what the queues hold", "")
    _show_queues(compile_spec(checked.spec), there, about.vhost)


def _publish_examples(publisher: "Publisher", event: "Event", contracts: "Mapping[str, Contract]") -> None:
    from edatool.render import receipts as render

    contract = contracts.get(event.schema or "")
    examples = contract.examples if contract else ()
    for example in examples:
        click.echo(render.text(publisher.publish(event.name, example)))
    broken = _without_a_required_field(contract, examples) if contract else None
    if broken is not None:
        click.echo(render.text(publisher.publish(event.name, broken)))


def _without_a_required_field(contract: "Contract", examples: tuple[object, ...]) -> object | None:
    """Return an example with one field missing such that the contract refuses it, None where there is no such."""
    for example in examples:
        if isinstance(example, dict):
            for left_out in example:
                broken = {name: value for name, value in example.items() if name != left_out}
                if not contract.is_valid(broken):
                    return broken
    return None


def _show_queues(topology: "Topology", there: "Address", vhost: str) -> None:
    from edatool.broker.reading import peek

    width = max((len(name) for name in topology.queues), default=0)
    for name, queue in topology.queues.items():
        held = Counter(one.type for one in peek(there, vhost, queue, most=SHOWN))
        events = ", ".join(f"{number} {event}" for event, number in held.items())
        click.echo(f"  {name:<{width}}  {held.total():>3}  {events}".rstrip())


def _heading(what: str, command: str) -> None:
    click.echo()
    click.secho(f"== {what}" + (f"  ({command})" if command else ""), bold=True)
