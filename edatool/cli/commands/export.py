"""edatool export: the spec in the formats of other tools."""

from typing import TYPE_CHECKING

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.finding import tell_findings
from edatool.cli.options import address, broker_options, format_option, load_spec, spec_option
from edatool.cli.telling import tell
from edatool.cli.writing import output_option, write
from edatool.errors import WrongUsage
from edatool.render.exports import FORMATS

if TYPE_CHECKING:
    from edatool import Format


@click.command(cls=Command)
@spec_option
@format_option(FORMATS)
@click.option("--live", is_flag=True, help="With definitions: what the broker has, not what the spec declares.")
@click.option("--cluster", metavar="NAME", help="With kubernetes: the name of the RabbitmqCluster.")
@click.option(
    "--document-version",
    metavar="VERSION",
    default="1.0.0",
    show_default=True,
    help="With asyncapi: the version of the document.",
)
@output_option
@broker_options
def export(
    *,
    files: tuple[str, ...],
    output: "Format",
    live: bool,
    cluster: str | None,
    document_version: str,
    **broker: str | None,
) -> int:
    """Write the spec as RabbitMQ's definitions, as resources of its Kubernetes operator, or as AsyncAPI.

    For those who watch it also as alerting rules of Prometheus, and as a dashboard of Grafana.

    What a format has no words for is listed on stderr.

    \b
    Example:
      edatool export -o definitions.json
      edatool export --format kubernetes --cluster rabbit | kubectl apply -f -
      edatool export --format asyncapi -o asyncapi.yaml
      edatool export --format prometheus -o alerts.yaml
      edatool export --format grafana -o dashboard.json
    """
    if live and output != "definitions":
        raise WrongUsage("--live is for --format definitions")
    if (cluster is None) == (output == "kubernetes"):
        raise WrongUsage("--format kubernetes and --cluster NAME need each other")
    if live:
        with edatool.connect(address(broker)) as vhost:
            exported = edatool.export(vhost, on_note=tell)
    else:
        exported = edatool.export(load_spec(files), output, cluster=cluster or "", version=document_version)
    write(exported.text, nl=False)
    if exported.notes:
        tell_findings(exported.notes, "short")
    return 0
