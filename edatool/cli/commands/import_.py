"""edatool import: a readable spec of what exists."""

from contextlib import nullcontext
from typing import TYPE_CHECKING, BinaryIO

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.everywhere import asked
from edatool.cli.options import address, broker_options
from edatool.cli.takeover import tell_of
from edatool.cli.telling import tell
from edatool.cli.writing import output_option, write
from edatool.errors import WrongUsage

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from edatool.broker.session import Session
    from edatool.routing.definitions.file import DefinitionsFile


@click.command("import", cls=Command)
@click.option("--definitions", type=click.File("rb"), help="Take over an exported definitions file of RabbitMQ.")
@click.option("--vhost", help="With --definitions: the vhost; needed only where the file holds several.")
@click.option(
    "--administration",
    is_flag=True,
    help="Take over the vhost itself, users, operator policies, federation upstreams and shovels too.",
)
@click.option("--name", help="The name of the spec; default: the vhost's; of the vhost /: the file's or folder's.")
@output_option
@broker_options
def import_(
    *,
    definitions: BinaryIO | None,
    vhost: str | None,
    administration: bool,
    name: str | None,
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
    if vhost is not None and definitions is None:
        raise WrongUsage("--vhost is for --definitions: the broker's vhost stands in its URL")
    with _source(definitions, broker) as source:
        taken = edatool.import_(
            source, name, vhost=vhost, administration=administration, file=asked().target, on_note=tell
        )
    write(taken.text, nl=False)
    return tell_of(taken)


def _source(
    definitions: BinaryIO | None, broker: dict[str, str | None]
) -> "AbstractContextManager[Session | DefinitionsFile]":
    if definitions:
        return nullcontext(edatool.read_definitions(definitions))
    return edatool.connect(address(broker))
