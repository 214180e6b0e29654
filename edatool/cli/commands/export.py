"""edatool export: the spec in the formats of other tools."""

from typing import TYPE_CHECKING

import click

from edatool.cli.options import address, broker_options, format_option, load_spec, spec_option, tell_unmet
from edatool.cli.writing import output_options, write
from edatool.errors import WrongUsage

if TYPE_CHECKING:
    from edatool.render.exports.exported import Exported
    from edatool.routes import Routes
    from edatool.routing.topology import Topology


@click.command()
@spec_option
@format_option("definitions", "kubernetes", "asyncapi")
@click.option("--live", is_flag=True, help="With definitions: what the broker has, not what the spec declares.")
@click.option("--cluster", metavar="NAME", help="With kubernetes: the name of the RabbitmqCluster.")
@click.option("--document-version", metavar="VERSION", default="1.0.0", show_default=True, help="With asyncapi.")
@output_options
@broker_options
def export(
    *,
    files: tuple[str, ...],
    output: str,
    live: bool,
    cluster: str | None,
    document_version: str,
    target: str | None,
    force: bool,
    **broker: str | None,
) -> int:
    """Write the spec as RabbitMQ's definitions, as resources of its Kubernetes operator, or as AsyncAPI.

    What a format has no words for is listed on stderr.

    \b
    Example:
      edatool export -o definitions.json
      edatool export --format kubernetes --cluster rabbit | kubectl apply -f -
      edatool export --format asyncapi -o asyncapi.yaml
    """
    if live and output != "definitions":
        raise WrongUsage("--live is for --format definitions")
    if (cluster is None) == (output == "kubernetes"):
        raise WrongUsage("--format kubernetes and --cluster NAME need each other")
    exported = _live(broker) if live else _exported(load_spec(files), output, cluster or "", document_version)
    write(exported.text, target, force=force)
    for note in exported.notes:
        click.echo(str(note), err=True)
    return 0


def _exported(checked: "Routes", output: str, cluster: str, version: str) -> "Exported":
    from dataclasses import replace

    from edatool.render.exports.asyncapi import asyncapi
    from edatool.render.exports.exported import unsaid
    from edatool.render.exports.kubernetes import kubernetes
    from edatool.routing.compile import own_part
    from edatool.routing.topology import describe

    spec = checked.spec
    if output == "asyncapi":
        return asyncapi(spec, checked.contracts, version)
    own, vhost = own_part(spec), spec.vhost or "/"
    if output == "kubernetes":
        return kubernetes(own, spec.name, vhost, cluster)
    left_out = unsaid(
        "this export",
        "users, permissions, operator policies and parameters, which may hold secrets",
        (describe(one) for one in own.settings.values()),
        "apply them with edatool",
    )
    whole = _definitions(replace(own, settings={}), vhost)
    return replace(whole, notes=(*whole.notes, *left_out))


def _live(broker: dict[str, str | None]) -> "Exported":
    from edatool.broker.address import vhost_of
    from edatool.broker.live import read
    from edatool.errors import BrokerUnreachable

    there = address(broker)
    vhost = vhost_of(None, there)
    found = read(there, vhost)
    if found.topology is None:
        raise BrokerUnreachable(f"what is on the broker cannot be seen: {found.unseen}")
    tell_unmet(found.unmet, there)
    return _definitions(found.topology, vhost)


def _definitions(topology: "Topology", vhost: str) -> "Exported":
    import json

    from edatool.render.exports.exported import Exported
    from edatool.routing.definitions.definitions import definitions_of

    return Exported(json.dumps(definitions_of(topology, vhost), indent=2) + "\n")
