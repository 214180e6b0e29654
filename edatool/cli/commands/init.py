"""edatool init: a spec to begin with."""

import json
import shlex
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.options import address, broker_options
from edatool.cli.takeover import tell_of
from edatool.cli.telling import tell
from edatool.errors import WrongUsage
from edatool.templates import TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from edatool import Begun
    from edatool.broker.session import Session
    from edatool.routing.definitions.file import DefinitionsFile

_BROKER = "broker"
_READERS = {
    "asyncapi": "read_asyncapi",
    "definitions": "read_definitions",
    "kubernetes": "read_kubernetes",
    "terraform-state": "read_terraform_state",
}
"""What a spec can be written of that a file describes, and the function of edatool that reads it."""


@click.command(cls=Command)
@click.argument("folder", required=False)
@click.option("--template", type=click.Choice(list(TEMPLATES)), help="What to begin with; default: minimal.")
@click.option("--name", help="The name of the spec; default: the folder's.")
@click.option("--from", "kind", type=click.Choice([_BROKER, *_READERS]), help="Take over what exists instead.")
@click.option(
    "--source", type=click.File("rb"), help="With --from: the file that describes what exists; - is standard input."
)
@click.option("--vhost", help="With --source: the vhost; needed only where the file describes several.")
@broker_options
def init(
    *,
    folder: str | None,
    template: str | None,
    name: str | None,
    kind: str | None,
    source: BinaryIO | None,
    vhost: str | None,
    **broker: str | None,
) -> int:
    """Write a spec with schemas, examples and tests into FOLDER (default: this one), and say what to type next.

    FOLDER is made where it is not there. Nothing is overwritten: where one of the files exists, nothing is written.
    At a terminal it asks for what is not given.

    The templates: minimal is an event, a queue and its dead letters; shop is a longer example; ci is minimal with
    workflows for GitHub and GitLab, which say what a change does, and apply it on the main branch.

    With --from the spec says what exists, as edatool import writes it: what a vhost of the broker holds; or what a
    --source describes, a definitions file of RabbitMQ, resources of its Messaging Topology Operator for Kubernetes
    (YAML), a Terraform state of the provider cyrilgdn/rabbitmq, or an AsyncAPI 3.0 document (JSON or YAML) with
    bindings for AMQP, of which events and schemas are made, too. What is left out is listed on stderr.

    \b
    Example:
      edatool init orders
      edatool init --template shop --name shop
      edatool init --from broker --broker amqp://user:password@host/vhost orders
      terraform show -json | edatool init --from terraform-state --source - orders
    """
    _require_fitting(template, kind, source, vhost)
    folder = folder or _asked("Folder", ".")
    template = template or (None if kind else _asked("Template", "minimal", click.Choice(list(TEMPLATES))))
    name = name or _asked("Name of the spec", Path(folder).resolve().name)
    with _existing(kind, source, broker) as there:
        begun = edatool.init(folder, there or template or "", name=name, vhost=vhost, on_note=tell)
    _show(begun, template)
    return tell_of(begun.takeover) if begun.takeover else 0


def _asked(question: str, default: str, choice: "click.Choice[str] | None" = None) -> str:
    """Ask at a terminal; without one nothing is asked."""
    if sys.stdin is None or not sys.stdin.isatty():
        return default
    answer: str = click.prompt(question, default=default, type=choice, err=True)
    return answer


def _require_fitting(template: str | None, kind: str | None, source: BinaryIO | None, vhost: str | None) -> None:
    if kind and template:
        raise WrongUsage("--from and --template exclude each other: begin with one of them")
    if (source is None) != (kind in (None, _BROKER)):
        raise WrongUsage(f"--source FILE and --from {'|'.join(_READERS)} need each other")
    if vhost is not None and source is None:
        raise WrongUsage("--vhost is for --source: the broker's vhost stands in its URL")


def _existing(
    kind: str | None, source: BinaryIO | None, broker: dict[str, str | None]
) -> "AbstractContextManager[Session | DefinitionsFile | None]":
    if kind == _BROKER:
        return edatool.connect(address(broker))
    return nullcontext(getattr(edatool, _READERS[kind])(source) if kind else None)


def _show(begun: "Begun", template: str | None) -> None:
    click.echo("Written:")
    for file in begun.files:
        click.echo(f"  {Path(begun.folder, file)}")
    if template == "ci":
        click.echo("To fill in, in both workflows: where edatool is installed from, and the broker's URL as a secret.")
    click.echo("Next:")
    for command in _next_commands(begun):
        click.echo(f"  {command}")


def _next_commands(begun: "Begun") -> "Iterator[str]":
    """Yield what to type next, as a shell takes it."""
    folder = begun.folder
    if not Path(folder).samefile("."):
        yield f"cd {shlex.quote(f'./{folder}' if folder.startswith('-') else folder)}"
    yield "edatool validate"
    if begun.takeover:
        return
    yield "edatool test"
    yield 'eval "$(edatool broker start)"    # a private RabbitMQ; or set EDATOOL_BROKER to the URL of one'
    yield "edatool apply --yes"
    routes = edatool.load(str(Path(folder, "routes.yaml")))
    event, contract = next(
        (event, routes.contracts[event.schema]) for event in routes.spec.events.values() if event.schema
    )
    payload = json.dumps(contract.examples[0])
    yield f"echo {shlex.quote(payload)} | edatool publish {event.name}"
