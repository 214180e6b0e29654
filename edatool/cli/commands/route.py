"""edatool route: where a message goes, and why."""

import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.completing import events, exchanges, sources
from edatool.cli.file_name import FILE_NAME
from edatool.cli.options import (
    address,
    broker_options,
    format_option,
    load_spec,
    rabbitmq_option,
    spec_option,
)
from edatool.cli.telling import tell
from edatool.cli.writing import output_option, write
from edatool.errors import WrongUsage
from edatool.render.trace import FORMATS

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from edatool.broker.session import Session
    from edatool.render.trace.shown import ShownDelivery
    from edatool.routes import Routes
    from edatool.routing.definitions.file import DefinitionsFile
    from edatool.routing.message import Message
    from edatool.routing.trace import Trace
    from edatool.spec.deliveries import SpecDelivery

_ID = "message-id"
"""Stands for the message id that an event gets when it is published."""


@click.command(cls=Command)
@click.argument("event", required=False, shell_complete=events)
@click.argument("payload", type=FILE_NAME, required=False)
@spec_option
@click.option("--exchange", shell_complete=exchanges, help="Instead of an event: publish a message to this exchange.")
@click.option("--key", "routing_key", default="", help="With --exchange: the routing key.")
@click.option(
    "--header",
    "headers",
    multiple=True,
    metavar="NAME=VALUE",
    help="With --exchange: a header; JSON, or text. With --source: one of the request.",
)
@click.option(
    "--source", shell_complete=sources, help="Instead of an event: what a request to this source of webhooks becomes."
)
@click.option(
    "--body", type=click.File("rb"), help="With --source: the body of the request; its signature is not asked."
)
@click.option("--delay", metavar="30s|15m|2h|7d", help="With an event: it is published with this delay.")
@click.option("--why-not", is_flag=True, help="Show the bindings that did not match too, and why.")
@click.option("--live", is_flag=True, help="Route on what the broker has, not on what the spec declares.")
@click.option("--definitions", type=click.File("rb"), help="Route on an exported definitions file of RabbitMQ.")
@click.option("--vhost", help="With --definitions: the vhost; needed only where the file holds several.")
@rabbitmq_option("The version of RabbitMQ to simulate, such as 3.12; default: newest.")
@broker_options
@format_option(FORMATS)
@output_option
def route(
    *,
    event: str | None,
    payload: str | None,
    files: tuple[str, ...],
    exchange: str | None,
    routing_key: str,
    headers: tuple[str, ...],
    source: str | None,
    body: BinaryIO | None,
    delay: str | None,
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
    With --source it is what a webhook becomes. What deliveries post of it is shown, too, and not sent.

    \b
    Example:
      edatool route order.placed order.json --why-not
      edatool route --exchange events --key order.eu.placed --header tier=gold
      edatool route --source payments --body request.json
      edatool route --live --broker amqp://host/vhost --exchange events --key order.eu.placed
    """
    from edatool.render.trace.shown import ShownTrace

    if [bool(event), exchange is not None, bool(source)].count(True) != 1:
        raise WrongUsage("name an event, an --exchange or a --source")
    if bool(source) != bool(body):
        raise WrongUsage("--source takes the --body of a request, and nothing else does")
    if live and definitions:
        raise WrongUsage("--live and --definitions exclude each other")
    if delay and (live or definitions or not event):
        raise WrongUsage("--delay is for an event of the spec, on what the spec declares")
    routes = load_spec(files) if event or source or not (live or definitions) else None
    if routes and source and body:
        published = _received(routes, source, body, headers)
    elif routes and event:
        published = _event(routes, event, payload)
    else:
        published = _Published(_raw(exchange or "", routing_key, headers))
    explain, message = why_not or output == "json", published.message
    sent = _delayed(routes, message, delay) if delay and routes else message
    with _on(routes, definitions, broker if live else None) as on:
        trace = edatool.route(on, sent, vhost=vhost, rabbitmq=rabbitmq, explain=explain, on_note=tell)
    if delay and routes:
        trace = _when_due(routes, trace)
    shown = ShownTrace(message, trace, why_not)
    if routes:
        shown = replace(shown, readers=routes.spec.readers, deliveries=_deliveries(routes, published, trace.queues))
    write(FORMATS.show(output, shown))
    return 6 if trace.refused or trace.unroutable else 0


class _Published(NamedTuple):
    """A message, and the event that it is, if it is one."""

    message: "Message"
    event: str | None = None
    payload: object = None
    message_id: str | None = None


def _event(routes: "Routes", name: str, file: str | None) -> _Published:
    from edatool.cli.payload_file import read_payload
    from edatool.routes import unrejected

    if file is None:
        message = unrejected(name, routes.message(name))
        return _Published(message, name, routes.example(name))
    payload = read_payload(file)
    return _Published(unrejected(name, routes.message(name, payload.value), payload.place), name, payload.value)


def _received(routes: "Routes", source: str, body: BinaryIO, headers: tuple[str, ...]) -> _Published:
    import json

    from edatool.contracts.limits import PayloadLimits
    from edatool.routes import unrejected

    named = dict(map(_named, headers))
    came = edatool.receive(routes, source, body.read(PayloadLimits().max_bytes + 1), named)
    tell(f"{source} makes {came.event} of it: {json.dumps(came.payload, ensure_ascii=False)}")
    message = unrejected(came.event, routes.message(came.event, came.payload))
    return _Published(message, came.event, came.payload, came.id)


def _deliveries(routes: "Routes", published: _Published, queues: Sequence[str]) -> dict[str, list["ShownDelivery"]]:
    """Return what deliveries post of what comes to queues, by queue."""
    found: dict[str, list[ShownDelivery]] = {}
    for one in routes.spec.deliveries.values():
        if one.queue in queues:
            found.setdefault(one.queue, []).append(_delivery(routes, one, published))
    return found


def _delivery(routes: "Routes", one: "SpecDelivery", published: _Published) -> "ShownDelivery":
    from edatool.render.trace.shown import ShownDelivery
    from edatool.spec.filtering import condition

    shown = ShownDelivery(one.name, one.shown_url, bool(one.secrets), filter=condition(one))
    if published.event is None:
        return shown
    message_id = published.message_id or _ID
    try:
        request = edatool.delivery_request(
            routes, one.name, published.event, published.payload, message_id=message_id, at=time.time()
        )
    except edatool.Reject as error:
        return replace(shown, refused=str(error))
    except edatool.Drop as error:
        return replace(shown, unsent=str(error))
    return replace(shown, headers=request.headers, body=request.body.decode(errors="replace"))


def _delayed(routes: "Routes", message: "Message", delay: str) -> "Message":
    from edatool.routing.delays import delays_of
    from edatool.runtime.publish.later import require_delays, seconds_until

    seconds = seconds_until(delay, None, 0)
    return require_delays(delays_of(routes.spec), seconds).delayed(message, seconds)


def _when_due(routes: "Routes", trace: "Trace") -> "Trace":
    """Say how long a message waits, and return its way from then on."""
    from edatool.routing.delays import delays_of, when_due

    delays = delays_of(routes.spec)
    assert delays
    waits, trace = when_due(routes.router, delays, trace)
    tell(f"{sum(waits)} s after it was published, once it has waited {' + '.join(map(str, waits))} s:")
    return trace


def _raw(exchange: str, key: str, headers: tuple[str, ...]) -> "Message":
    from edatool.routing.message import Message

    return Message(exchange, key, dict(_header(one) for one in headers))


def _header(text: str) -> tuple[str, object]:
    import json

    name, value = _named(text)
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _named(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise WrongUsage(f"write a header as NAME=VALUE, not {text!r}")
    return name, value


def _on(
    routes: "Routes | None", definitions: BinaryIO | None, broker: dict[str, str | None] | None
) -> "AbstractContextManager[Routes | Session | DefinitionsFile]":
    if broker is not None:
        return edatool.connect(address(broker), routes)
    if definitions is not None:
        return nullcontext(edatool.read_definitions(definitions))
    assert routes
    return nullcontext(routes)
