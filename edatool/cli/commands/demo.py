"""edatool demo: the whole story of a spec, on a private broker that is gone afterwards."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

import edatool
from edatool.cli.command import Command
from edatool.cli.options import load_spec, quieten_pika, spec_option
from edatool.visible import visible

if TYPE_CHECKING:
    from edatool.broker.address import Address
    from edatool.broker.message import AmqpMessage
    from edatool.contracts.contract import Contract
    from edatool.routes import Routes
    from edatool.routing.topology import Queue
    from edatool.runtime.publish.publisher import Publisher
    from edatool.spec.spec import Event

SHOWN = 1000
"""The most messages of a queue that are looked at."""
SAMPLE = (
    "package:edatool/templates/shop/routes.yaml",
    "package:edatool/templates/services/on-this-machine.yaml",
)


@click.command(cls=Command)
@spec_option
@click.option("--sample", is_flag=True, help="Show edatool's sample, a shop, also where there is a routes.yaml.")
def demo(*, files: tuple[str, ...], sample: bool) -> int:
    """Try a spec for real: validate, test, and on a private RabbitMQ plan, apply, publish, and look into the queues.

    Each event is published with the examples of its schema, and once with a field missing, which its contract
    refuses. Nothing outside of the private broker is touched, and it is gone afterwards. Where there is no RabbitMQ
    to start, the events are published to a broker in memory. In a folder without a routes.yaml it shows the sample of
    edatool, a shop: other systems speak with it by REST, webhooks and SOAP, and its services consume the events.

    \b
    Example:
      edatool demo
      edatool demo -f my-routes.yaml
    """
    from edatool.server import node

    if not sample and _lacks_spec(files):
        sample = True
        click.echo("There is no routes.yaml in this folder: this is edatool's sample, a shop.")
    files = SAMPLE if sample else files
    _heading("validate", f"edatool validate {' '.join(files)}")
    checked = load_spec(files)
    spec = checked.spec
    click.echo(f"{', '.join(files)}: valid, with {len(spec.events)} events and {len(checked.contracts)} contracts")
    _heading("test the routing, without a broker", "edatool test")
    passed = _routing_tests(checked)
    if node.available():
        _on_rabbitmq(checked, sample=sample)
        click.echo("\nThe private RabbitMQ is gone.")
    else:
        click.echo(
            "\nThere is no RabbitMQ on this machine, and no Docker: plan and apply are left out, and what follows"
        )
        click.echo("is published to a broker in memory. Install the package rabbitmq-server to see all of it.")
        _in_memory(checked)
    if sample:
        click.echo("\nNext: write this sample into a folder, to change it and run edatool demo there,")
        click.echo("  edatool init --template shop shop")
    else:
        click.echo("\nNext: change the spec and run this again, or see what would change on a broker of yours,")
        click.echo("  edatool plan --broker amqp://user:password@host/vhost")
    return 0 if passed else 1


def _lacks_spec(files: tuple[str, ...]) -> bool:
    source = click.get_current_context().get_parameter_source("files")
    return source is ParameterSource.DEFAULT and not any(os.path.lexists(file) for file in files)


def _routing_tests(checked: "Routes") -> bool:
    from edatool.render.tests.shown import ShownSuite
    from edatool.render.tests.text import text

    suite = edatool.test(checked)
    click.echo(text(ShownSuite(suite, checked.spec.name)))
    return suite.passed


def _on_rabbitmq(checked: "Routes", *, sample: bool) -> None:
    from edatool.broker.address import parse
    from edatool.cli.demo.other_systems import other_systems
    from edatool.cli.demo.services import services

    quieten_pika()
    _heading("a private RabbitMQ", "edatool broker start")
    with edatool.private_broker() as node:
        click.echo(f"RabbitMQ {node.version} answers on {parse(node.url)}")
        there = parse(node.url, node.management)
        _story(checked, there)
        if sample:
            _heading("other systems, by REST, webhooks and SOAP", "edatool gateway, edatool consume --delivery")
            other_systems(node.url)
            _heading("the services that consume them", "edatool/templates/services")
            services(node.url, there)


def _story(checked: "Routes", there: "Address") -> None:
    from edatool.broker.consume.peek import peek
    from edatool.broker.publish import bare
    from edatool.change.allowed import NOTHING
    from edatool.cli.showing import Steps, View
    from edatool.cli.terminal.working import Working
    from edatool.render.plan.summary import summary
    from edatool.runtime.publish.publisher import Publisher

    work = Working()
    _heading("plan and apply", "edatool apply")
    with edatool.connect(there, checked) as vhost:
        title = f"Plan for {checked.spec.name} on {vhost}"
        done = edatool.deploy(checked, vhost, on_plan=lambda plan: View().show(plan, title, NOTHING), on_note=work.tell)
        Steps(work).end(done)
        click.echo(f"and once more: {summary(edatool.plan(checked, vhost))}")
        with Publisher(checked, there) as publisher:
            _publish_all(publisher, checked)
        others = _of_another_client(checked)
        if others:
            _heading("publish with another client, and evaluate the filters", "edatool router")
            for event, message in others:
                bare.publish(vhost, message.exchange, message.key, message.body)
                click.echo(visible(f"{event} sent without edatool to {message.exchange} [{message.key}]"))
            found = edatool.filter_router(checked, there)
            found.run(until_empty=True)
            click.echo(
                "the router: " + ", ".join(f"{number} {name}" for name, number in found.counts.items() if number)
            )
        _show_queues(checked, lambda queue: [one.type for one in peek(vhost, queue, most=SHOWN)])


def _of_another_client(checked: "Routes") -> "list[tuple[str, AmqpMessage]]":
    """Return examples that come to filters, by the names of their events, as a client without edatool sends them."""
    from edatool.broker.message import AmqpMessage
    from edatool.contracts.payload import encode
    from edatool.routing.message import Message as Routed
    from edatool.routing.verify import published

    stamps = checked.stamps
    found = []
    for event in checked.spec.events.values() if stamps else ():
        contract = checked.contracts.get(event.schema or "")
        for example in contract.examples if contract else ():
            message, body = published(event, contract, example), encode(example)
            if isinstance(message, Routed) and isinstance(body, bytes) and stamps and stamps.coming(message).filters:
                found.append((event.name, AmqpMessage(message.exchange, message.key, {}, body, "", "", "", 0)))
    return found


def _in_memory(checked: "Routes") -> None:
    from edatool.runtime.publish.publisher import Publisher
    from edatool.testing import MemoryBroker

    broker = MemoryBroker.from_spec(checked)
    with Publisher(checked, broker) as publisher:
        _publish_all(publisher, checked)
    others = _of_another_client(checked)
    if others:
        _heading("publish with another client, whose messages the router evaluates", "")
    for event, message in others:
        broker.send(message)
        click.echo(visible(f"{event} sent without edatool to {message.exchange} [{message.key}]"))
    _show_queues(checked, lambda queue: [one.type for one in broker.queue(queue.name)])


def _publish_all(publisher: "Publisher", checked: "Routes") -> None:
    _heading("publish", "edatool publish EVENT payload.json")
    for event in checked.spec.events.values():
        _publish_examples(publisher, event, checked.contracts)


def _publish_examples(publisher: "Publisher", event: "Event", contracts: "Mapping[str, Contract]") -> None:
    from edatool.render.receipts.shown import ShownReceipt
    from edatool.render.receipts.text import text

    contract = contracts.get(event.schema or "")
    if contract is None or not contract.examples:
        lacking = f"the schema {event.schema} has no examples" if contract else "it has no schema to take an example of"
        click.echo(visible(f"{event.name} is not published, for {lacking}"))
        return
    for example in contract.examples:
        click.echo(text(ShownReceipt(publisher.publish(event.name, example))))
    for left_out, broken in _without_a_required_field(contract):
        click.echo(visible(f"{event.name} without {left_out!r}, to see it refused:"))
        click.echo(text(ShownReceipt(publisher.publish(event.name, broken))))


def _without_a_required_field(contract: "Contract") -> Iterator[tuple[str, object]]:
    """Yield the first example that the contract refuses with one field missing, with the name of that field."""
    for example in contract.examples:
        if isinstance(example, dict):
            for left_out in example:
                broken = {name: value for name, value in example.items() if name != left_out}
                if not contract.is_valid(broken):
                    yield left_out, broken
                    return


def _show_queues(checked: "Routes", types_in: "Callable[[Queue], list[str]]") -> None:
    _heading("what the queues hold", "")
    queues = checked.topology.queues
    width = max((len(name) for name in queues), default=0)
    for name, queue in queues.items():
        held = Counter(types_in(queue))
        events = ", ".join(f"{number} {event or 'of another client'}" for event, number in held.items())
        click.echo(visible(f"  {name:<{width}}  {held.total():>3}  {events}".rstrip()))


def _heading(what: str, command: str) -> None:
    click.echo()
    click.secho(f"== {what}" + (f"  ({command})" if command else ""), bold=True)
