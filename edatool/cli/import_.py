"""edatool import: a readable spec of what exists."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from edatool.cli.options import address, broker_options
from edatool.cli.writing import output_options, write
from edatool.errors import WrongUsage

if TYPE_CHECKING:
    from edatool.broker.address import Address
    from edatool.routing.topology import Topology


@dataclass(frozen=True, slots=True)
class _Found:
    """A topology to take over, the vhost it names, in words where it is from, and what is there besides."""

    topology: "Topology"
    vhost: str | None
    origin: str
    besides: tuple[str, ...]


@click.command("import", short_help="Write a spec of what a broker has.")
@click.option("--definitions", type=click.File("rb"), help="Take over an exported definitions file of RabbitMQ.")
@click.option("--vhost", help="With --definitions: the vhost; needed only where the file holds several.")
@click.option("--name", help="The name of the spec; default: the vhost's.")
@output_options
@broker_options
def import_(
    *,
    definitions: BinaryIO | None,
    vhost: str | None,
    name: str | None,
    target: str | None,
    force: bool,
    **broker: str | None,
) -> int:
    """Write a readable spec of all that a vhost of a broker holds; its plan changes nothing.

    What the spec cannot say is left out and listed on stderr. It exits with 1 where what is taken over is against
    the rules of edatool validate.

    \b
    Example:
      edatool import --broker amqp://user:password@host/vhost -o routes.yaml
      edatool import --definitions broker.json --vhost shop
    """
    from edatool.checks.check import check
    from edatool.checks.subject import Subject
    from edatool.findings import errors
    from edatool.routing.imported.imported import imported
    from edatool.spec.load import load_text
    from edatool.spec.write import as_routes

    if vhost is not None and definitions is None:
        raise WrongUsage("--vhost is for --definitions: the broker's vhost stands in its URL")
    found = _defined(definitions, vhost) if definitions else _live(address(broker))
    named = name or (found.vhost or "").strip("/") or "imported"
    taken = imported(found.topology, named, found.vhost)
    text = as_routes(taken.value, f"Taken over by edatool from {found.origin}.")
    write(text, target, force=force)
    for note in taken.notes:
        click.echo(str(note), err=True)
    for one in found.besides:
        click.echo(f"W403 {one}", err=True)
    loaded = load_text(text, target or "routes.yaml")
    wrong = errors([*loaded.findings, *check(Subject(loaded.spec, {}))])
    for finding in wrong:
        click.echo(str(finding), err=True)
    said = len(taken.notes) + len(found.besides)
    beside = f"; see the {said} note{'s' if said > 1 else ''} above" if said else ""
    click.echo(f"objects taken over: {taken.topology.size}{beside}", err=True)
    return 1 if wrong else 0


def _live(there: "Address") -> _Found:
    from edatool.broker.address import vhost_of
    from edatool.broker.management import Management

    vhost = vhost_of(None, there)
    if there.management is None:
        raise WrongUsage("a broker can be imported by its management API only: name it with --management")
    with Management(there, vhost) as management:
        topology, version = management.read(), management.version()
        exclusive = {one.name: one for one in management.exclusive_queues()}
        parameters = management.parameters()
    unseen = "parameters, operator policies and limits cannot be seen by this user: use one with the tag policymaker"
    return _Found(
        replace(topology, queues={**topology.queues, **exclusive}),
        vhost,
        f"{there.host}:{there.port}, vhost {vhost}, RabbitMQ {version}",
        (unseen,) if parameters is None else tuple(_parameter(one) for one in parameters),
    )


def _defined(file: BinaryIO, vhost: str | None) -> _Found:
    import json

    from edatool.routing.definitions import parameter_names, topology_of, vhosts_of

    name = Path(file.name).name
    try:
        definitions = json.load(file)
    except ValueError as error:
        raise WrongUsage(f"{name} is not JSON: {error}") from None
    vhosts = vhosts_of(definitions)
    if vhost is None and len(vhosts) > 1:
        raise WrongUsage(f"{name} holds several vhosts: name one of {', '.join(vhosts)} with --vhost")
    named = vhost if vhost is not None else vhosts[0] if vhosts else None
    topology = topology_of(definitions, named or "/")
    besides = [_parameter(one) for one in parameter_names(definitions, named or "/")]
    besides += [f"{kind} of the file are not taken over" for kind in _OF_THE_BROKER if definitions.get(kind)]
    origin = f"the definitions file {name}" + (f", vhost {named}" if named is not None else "")
    return _Found(topology, named, origin, tuple(besides))


_OF_THE_BROKER = ("users", "permissions", "topic_permissions", "global_parameters")


def _parameter(name: str) -> str:
    return f"the parameter {name} is not taken over: keep it where it is managed now"
