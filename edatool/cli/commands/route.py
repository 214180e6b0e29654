"""edatool route: where a message goes, and why."""

from typing import TYPE_CHECKING, BinaryIO

import click

from edatool.cli.options import (
    address,
    broker_options,
    format_option,
    load_spec,
    rabbitmq_option,
    spec_option,
    tell_unmet,
)
from edatool.errors import InvalidInput, WrongUsage

if TYPE_CHECKING:
    from edatool.routes import Routes
    from edatool.routing.message import Message
    from edatool.routing.router import Router
    from edatool.routing.version import Version


@click.command()
@click.argument("event", required=False)
@click.argument("payload", type=click.File("rb"), required=False)
@spec_option
@click.option("--exchange", help="Instead of an event: publish a message to this exchange.")
@click.option("--key", "routing_key", default="", help="With --exchange: the routing key.")
@click.option(
    "--header", "headers", multiple=True, metavar="NAME=VALUE", help="With --exchange: a header; JSON, or text."
)
@click.option("--why-not", is_flag=True, help="Show the bindings that did not match too, and why.")
@click.option("--live", is_flag=True, help="Route on what the broker has, not on what the spec declares.")
@click.option("--definitions", type=click.File("rb"), help="Route on an exported definitions file of RabbitMQ.")
@click.option("--vhost", help="With --definitions: the vhost; needed only where the file holds several.")
@rabbitmq_option("The version of RabbitMQ to simulate, such as 3.12; default: newest.")
@broker_options
@format_option("text", "json", "mermaid")
def route(
    *,
    event: str | None,
    payload: BinaryIO | None,
    files: tuple[str, ...],
    exchange: str | None,
    routing_key: str,
    headers: tuple[str, ...],
    why_not: bool,
    live: bool,
    definitions: BinaryIO | None,
    vhost: str | None,
    rabbitmq: str | None,
    output: str,
    **broker: str | None,
) -> int:
    """Show where an EVENT with a PAYLOAD goes, without a broker and without publishing anything.

    Without PAYLOAD (a JSON file, or - for standard input) the first example of the event's schema is taken.
    With --exchange it is a message as any client could publish it, and with --live or --definitions no spec is needed.

    \b
    Example:
      edatool route order.placed order.json --why-not
      edatool route --exchange events --key order.eu.placed --header tier=gold
      edatool route --live --broker amqp://host/vhost --exchange events --key order.eu.placed
    """
    from edatool.render import trace as render
    from edatool.routing.simulate import route as simulate
    from edatool.routing.version import numbers

    if bool(event) == bool(exchange is not None):
        raise WrongUsage("name either an event or an --exchange")
    if live and definitions:
        raise WrongUsage("--live and --definitions exclude each other")
    needs_spec = bool(event) or not (live or definitions)
    checked = load_spec(files) if needs_spec else None
    message = _event(checked, event, payload) if checked and event else _raw(exchange or "", routing_key, headers)
    router = _router(checked, numbers(rabbitmq) if rabbitmq else None, broker if live else None, definitions, vhost)
    trace = simulate(router, message, explain=why_not or output == "json")
    if output == "json":
        click.echo(render.as_json(message, trace))
    elif output == "mermaid":
        click.echo(render.mermaid(message, trace))
    else:
        click.echo(render.text(message, trace, missed=why_not))
    return 6 if trace.refused or trace.unroutable else 0


def _event(checked: "Routes", name: str, payload: BinaryIO | None) -> "Message":
    from edatool.contracts.limits import Limits
    from edatool.contracts.payload import parse
    from edatool.contracts.violation import Violation
    from edatool.findings import Finding
    from edatool.routing.lowering.stamping import stamping
    from edatool.routing.verify import published

    event = checked.spec.events.get(name)
    if event is None:
        raise WrongUsage(f"the spec declares no event {name!r}: it has {', '.join(checked.spec.events) or 'none'}")
    contract = checked.contracts.get(event.schema or "")
    if payload is None and not (contract and contract.examples):
        raise WrongUsage(f"the schema of {name!r} has no example: give a payload")
    value = parse(payload.read(Limits().max_bytes + 1)) if payload else contract.examples[0] if contract else None
    message = [value] if isinstance(value, Violation) else published(event, contract, value, stamping(checked.spec))
    if isinstance(message, list):
        raise InvalidInput([Finding("E308", f"the payload of {name!r} is not published: {one}") for one in message])
    return message


def _raw(exchange: str, key: str, headers: tuple[str, ...]) -> "Message":
    from edatool.routing.message import Message

    return Message(exchange, key, dict(_header(one) for one in headers))


def _header(text: str) -> tuple[str, object]:
    import json

    name, equals, value = text.partition("=")
    if not equals:
        raise WrongUsage(f"write a header as NAME=VALUE, not {text!r}")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _router(
    checked: "Routes | None",
    version: "Version | None",
    broker: dict[str, str | None] | None,
    definitions: BinaryIO | None,
    vhost: str | None,
) -> "Router":
    from edatool.cli.definitions import read
    from edatool.routing.compile import compile_spec
    from edatool.routing.router import router
    from edatool.routing.version import NEWEST

    if broker is not None:
        return _live_router(checked, version, broker)
    if definitions is not None:
        defined = read(definitions)
        return router(defined.taken(defined.vhost(vhost))[0], version or NEWEST)
    assert checked
    return router(compile_spec(checked.spec), version or NEWEST)


def _live_router(checked: "Routes | None", version: "Version | None", broker: dict[str, str | None]) -> "Router":
    from edatool.broker.address import vhost_of
    from edatool.broker.live import read
    from edatool.errors import BrokerUnreachable
    from edatool.routing.router import router
    from edatool.routing.version import numbers

    there = address(broker)
    found = read(there, vhost_of(checked.spec.vhost if checked else None, there))
    if found.topology is None or found.version is None:
        raise BrokerUnreachable(f"what is on the broker cannot be seen: {found.unseen}")
    tell_unmet(found.unmet, there)
    return router(found.topology, version or numbers(found.version))
