"""edatool import: a readable spec of what exists."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from edatool.cli.options import address, broker_options
from edatool.cli.writing import output_options, write
from edatool.errors import BrokerRefused, WrongUsage
from edatool.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edatool.broker.address import Address
    from edatool.broker.management import Management
    from edatool.routing.topology import Identity, Setting, Topology


@dataclass(frozen=True, slots=True)
class _Found:
    """A topology to take over, the vhost it names, in words where it is from, what is there besides, and who asks."""

    topology: "Topology"
    vhost: str | None
    origin: str
    besides: tuple[str, ...]
    importer: str | None = None


@click.command("import", short_help="Write a spec of what a broker has.")
@click.option("--definitions", type=click.File("rb"), help="Take over an exported definitions file of RabbitMQ.")
@click.option("--vhost", help="With --definitions: the vhost; needed only where the file holds several.")
@click.option(
    "--administration",
    is_flag=True,
    help="Take over the vhost itself, users, operator policies, federation upstreams and shovels too.",
)
@click.option("--name", help="The name of the spec; default: the vhost's.")
@output_options
@broker_options
def import_(
    *,
    definitions: BinaryIO | None,
    vhost: str | None,
    administration: bool,
    name: str | None,
    target: str | None,
    force: bool,
    **broker: str | None,
) -> int:
    """Write a readable spec of all that a vhost of a broker holds; its plan changes nothing.

    What the spec cannot say is left out and listed on stderr. It exits with 1 where what is taken over is against
    the rules of edatool validate.

    With --administration, which needs the tag administrator, passwords and URIs with credentials become names of
    environment variables; which ones to set is told on stderr.

    \b
    Example:
      edatool import --broker amqp://user:password@host/vhost -o routes.yaml
      edatool import --definitions broker.json --vhost shop
      edatool import --administration -o routes.yaml
    """
    from edatool.checks.check import check
    from edatool.checks.subject import Subject
    from edatool.findings import errors
    from edatool.routing.imported.imported import imported
    from edatool.spec.load import load_text
    from edatool.spec.write import as_routes

    if vhost is not None and definitions is None:
        raise WrongUsage("--vhost is for --definitions: the broker's vhost stands in its URL")
    if definitions:
        found = _defined(definitions, vhost, administration=administration)
    else:
        found = _live(address(broker), administration=administration)
    named = name or (found.vhost or "").strip("/") or "imported"
    taken = imported(found.topology, named, found.vhost, found.importer)
    text = as_routes(taken.value, visible(f"Taken over by edatool from {found.origin}."))
    write(text, target, force=force)
    for note in taken.notes:
        click.echo(str(note), err=True)
    for one in found.besides:
        click.echo(visible(f"W403 {one}"), err=True)
    loaded = load_text(text, target or "routes.yaml")
    wrong = errors([*loaded.findings, *check(Subject(loaded.spec, {}))])
    for finding in wrong:
        click.echo(str(finding), err=True)
    said = len(taken.notes) + len(found.besides)
    beside = f"; see the {said} note{'s' if said > 1 else ''} above" if said else ""
    click.echo(f"objects taken over: {taken.topology.size}{beside}", err=True)
    return 1 if wrong else 0


def _live(there: "Address", *, administration: bool) -> _Found:
    from edatool.broker.address import vhost_of
    from edatool.broker.management import Management

    vhost = vhost_of(None, there)
    if there.management is None:
        raise WrongUsage("a broker can be imported by its management API only: name it with --management")
    with Management(there, vhost) as management:
        topology, version = management.read(), management.version()
        settings = _settings(management, vhost) if administration else {}
        exclusive = {one.name: one for one in management.exclusive_queues()}
        parameters = management.parameters()
    unseen = "parameters, operator policies and limits cannot be seen by this user: use one with the tag policymaker"
    return _Found(
        replace(topology, queues={**topology.queues, **exclusive}, settings=settings),
        vhost,
        f"{there.host}:{there.port}, vhost {vhost}, RabbitMQ {version}",
        (unseen,) if parameters is None else _parameters(parameters, administration=administration),
        there.user,
    )


def _settings(management: "Management", vhost: str) -> "Mapping[Identity, Setting]":
    """Return all settings of a vhost without the secrets in them."""
    from edatool.broker.answers import TABLE
    from edatool.routing.definitions import topology_of

    if "administrator" not in management.tags():
        way_out = "give it the tag, or import without --administration"
        raise BrokerRefused(f"{management.user!r} lacks the tag administrator, which --administration needs: {way_out}")
    # RabbitMQ 3.10 leaves out of its definitions what a vhost says of itself.
    vhosts = [management.get(f"vhosts/{management.vhost}", TABLE)]
    definitions = management.get("definitions", TABLE)
    return topology_of({**definitions, "vhosts": vhosts}, vhost, administration=True).settings


def _defined(file: BinaryIO, vhost: str | None, *, administration: bool) -> _Found:
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
    topology = topology_of(definitions, named or "/", administration=administration)
    besides = [*_parameters(parameter_names(definitions, named or "/"), administration=administration)]
    if administration and "users" not in definitions:
        besides.append("the file has no users: export the definitions of the whole broker to take them over")
    if not administration:
        way_out = f"keep them where they are managed now{_OR_ELSE}"
        besides += [f"{kind} of the file are not taken over: {way_out}" for kind in _ACCESS if definitions.get(kind)]
        topology = replace(topology, settings={})
    if definitions.get("global_parameters"):
        besides.append("global_parameters of the file are not taken over")
    origin = f"the definitions file {name}" + (f", vhost {named}" if named is not None else "")
    return _Found(topology, named, origin, tuple(besides))


_ACCESS = ("users", "permissions", "topic_permissions")
_OR_ELSE = ", or import with --administration"


def _parameters(names: list[str], *, administration: bool) -> tuple[str, ...]:
    """Say of parameters that they are not taken over, of those that are not."""
    from edatool.routing.settings_definitions import KNOWN_COMPONENTS

    sentences = []
    for name in names:
        known = name.split()[0] in KNOWN_COMPONENTS
        if not (known and administration):
            or_else = _OR_ELSE if known else ""
            sentences.append(f"the parameter {name} is not taken over: keep it where it is managed now{or_else}")
    return tuple(sentences)
