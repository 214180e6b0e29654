"""edatool import: a readable spec of what exists."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from edatool.cli.options import address, broker_options, tell_unmet
from edatool.cli.writing import output_options, write
from edatool.errors import BrokerRefused, WrongUsage
from edatool.findings import Finding, errors
from edatool.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from edatool.broker.address import Address
    from edatool.broker.http.management import Management
    from edatool.routing.topology import Identity, Setting, Topology


@dataclass(frozen=True, slots=True)
class _Found:
    """A topology to take over, the vhost it names, in words where it is from, and what is there besides.

    ``importer`` is the user who asks a broker; ``file`` the file that was read instead.
    """

    topology: "Topology"
    vhost: str | None
    origin: str
    besides: tuple[Finding, ...]
    importer: str | None = None
    file: str | None = None


@click.command("import")
@click.option("--definitions", type=click.File("rb"), help="Take over an exported definitions file of RabbitMQ.")
@click.option("--vhost", help="With --definitions: the vhost; needed only where the file holds several.")
@click.option(
    "--administration",
    is_flag=True,
    help="Take over the vhost itself, users, operator policies, federation upstreams and shovels too.",
)
@click.option("--name", help="The name of the spec; default: the vhost's; of the vhost /: the file's or folder's.")
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
    from edatool.checks.run import check
    from edatool.checks.subject import Subject
    from edatool.cli.definitions import spec_name
    from edatool.routing.importing.importing import imported
    from edatool.spec.load import load_text
    from edatool.spec.write import as_routes

    if vhost is not None and definitions is None:
        raise WrongUsage("--vhost is for --definitions: the broker's vhost stands in its URL")
    if definitions:
        found = _defined(definitions, vhost, administration=administration)
    else:
        found = _live(address(broker), administration=administration)
    named = name or spec_name(found.vhost, found.file, target)
    taken = imported(found.topology, named, found.vhost, found.importer)
    text = as_routes(taken.value, visible(f"Taken over by edatool from {found.origin}."))
    write(text, target, force=force)
    notes = (*taken.notes, *found.besides)
    for note in notes:
        click.echo(str(note), err=True)
    loaded = load_text(text, target or "routes.yaml")
    wrong = errors([*loaded.findings, *check(Subject(loaded.spec, {}))])
    for finding in wrong:
        click.echo(str(finding), err=True)
    beside = f"; see the {len(notes)} note{'s' if len(notes) > 1 else ''} above" if notes else ""
    click.echo(f"objects taken over: {taken.topology.size}{beside}", err=True)
    return 1 if wrong else 0


def _live(there: "Address", *, administration: bool) -> _Found:
    from edatool.broker.address import vhost_of
    from edatool.broker.http.management import Management
    from edatool.broker.identity import require_one_broker

    vhost = vhost_of(None, there)
    if there.management is None:
        raise WrongUsage("a broker can be imported by its management API only: name it with --management")
    with Management(there, vhost) as management:
        topology, version = management.read(), management.version()
        settings = _settings(management, vhost) if administration else {}
        exclusive = {one.name: one for one in management.exclusive_queues()}
        parameters = management.parameters()
    tell_unmet(require_one_broker(there, vhost), there)
    return _Found(
        replace(topology, queues={**topology.queues, **exclusive}, settings=settings),
        vhost,
        f"{there.host}:{there.port}, vhost {vhost}, RabbitMQ {version}",
        tuple(_besides(parameters, administration=administration)),
        there.user,
    )


def _besides(names: list[str] | None, *, administration: bool) -> "Iterator[Finding]":
    from edatool.routing.importing.besides import NOT_TAKEN, OR_ELSE, parameters

    unseen = "parameters, operator policies and limits cannot be seen by this user: use one with the tag policymaker"
    sentences = [unseen] if names is None else parameters(names, administration=administration)
    for sentence in sentences:
        yield Finding(NOT_TAKEN, sentence)
    if not administration:
        what = "users, permissions and what the vhost says of itself are not taken over"
        yield Finding(NOT_TAKEN, f"{what}: keep them where they are managed now{OR_ELSE}")


def _settings(management: "Management", vhost: str) -> "Mapping[Identity, Setting]":
    """Return all settings of a vhost without the secrets in them."""
    from edatool.broker.http.answers import TABLE
    from edatool.routing.definitions.definitions import topology_of

    if "administrator" not in management.tags():
        way_out = "give it the tag, or import without --administration"
        raise BrokerRefused(f"{management.user!r} lacks the tag administrator, which --administration needs: {way_out}")
    # RabbitMQ 3.10 leaves out of its definitions what a vhost says of itself.
    vhosts = [management.get(f"vhosts/{management.vhost}", TABLE)]
    definitions = management.get("definitions", TABLE)
    return topology_of({**definitions, "vhosts": vhosts}, vhost, administration=True).settings


def _defined(file: BinaryIO, asked: str | None, *, administration: bool) -> _Found:
    from edatool.cli.definitions import read
    from edatool.routing.importing.besides import besides

    defined = read(file)
    vhost = defined.vhost(asked)
    topology, notes = defined.taken(vhost, access=administration, administration=administration)
    notes += besides(defined.definitions, vhost or "/", topology, administration=administration)
    if not administration:
        topology = replace(topology, settings={})
    origin = f"the definitions file {Path(defined.name).name}" + (f", vhost {vhost}" if vhost is not None else "")
    return _Found(topology, vhost, origin, tuple(notes), file=defined.name)
