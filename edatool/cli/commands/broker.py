"""``edatool broker``: a private RabbitMQ on this machine, to try things out and to test against."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

import edatool
from edatool.errors import BrokerUnreachable, WrongUsage

if TYPE_CHECKING:
    from edatool.server.node import Node


def _cache() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "edatool" / "broker"


_folder = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=_cache,
    show_default="the user's cache folder",
    help="Where the private RabbitMQ keeps all its files.",
)
_plugins = click.option(
    "--plugin",
    "plugins",
    multiple=True,
    metavar="NAME",
    help="Another plugin, such as rabbitmq_shovel; may be repeated.",
)
_format = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="The output format.",
)


@click.group()
def broker() -> None:
    """Run a private RabbitMQ on this machine.

    It uses the installed server, or Docker, and listens on 127.0.0.1 only.

    Example: edatool broker run -- pytest
    """


@broker.command()
@_folder
@_format
@click.option("--port", type=click.IntRange(1, 65535), help="The port of AMQP; any free one by default.")
@click.option("--management-port", type=click.IntRange(1, 65535), help="The port of the management API.")
@_plugins
def start(folder: Path, form: str, port: int | None, management_port: int | None, plugins: tuple[str, ...]) -> int:
    """Start the private RabbitMQ unless it runs already, and print what to export.

    Plugins stay for later starts.

    Example: eval "$(edatool broker start --plugin rabbitmq_shovel)"
    """
    started = edatool.start_broker(folder, port=port, management_port=management_port, plugins=plugins)
    if form == "json":
        click.echo(_json(running=True, url=started.url, **_public(started)))
        return 0
    click.echo(f"export EDATOOL_BROKER='{started.url}'\nexport EDATOOL_MANAGEMENT='{started.management}'")
    click.echo(_sentence(started) + "; the password above is this private node's own", err=True)
    return 0


@broker.command()
@_folder
@_format
def stop(folder: Path, form: str) -> int:
    """Stop the private RabbitMQ; its durable messages stay for the next start.

    Example: edatool broker stop
    """
    stopped = edatool.stop_broker(folder)
    text = f"stopped the RabbitMQ in {folder}" if stopped else f"no RabbitMQ ran in {folder}"
    click.echo(_json(stopped=stopped, folder=str(folder)) if form == "json" else text)
    return 0


@broker.command()
@_folder
@_format
def status(folder: Path, form: str) -> int:
    """Tell whether the private RabbitMQ runs, and where; exits with 4 when it does not.

    Example: edatool broker status --format json
    """
    found = edatool.broker_status(folder)
    if found is None:
        text = f"no RabbitMQ runs in {folder}: edatool broker start starts one"
        click.echo(_json(running=False, folder=str(folder)) if form == "json" else text)
        return BrokerUnreachable.exit_code
    click.echo(_json(running=True, **_public(found)) if form == "json" else _sentence(found))
    return 0


@broker.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@_plugins
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def run(command: tuple[str, ...], plugins: tuple[str, ...]) -> int:
    """Run COMMAND with a fresh RabbitMQ of its own, removed afterwards.

    COMMAND finds the broker in EDATOOL_BROKER and EDATOOL_MANAGEMENT; its exit code is the result.

    Example: edatool broker run -- pytest -q
    """
    from edatool.server.node import remove

    if shutil.which(command[0]) is None:
        raise WrongUsage(f"there is no command {command[0]} to run: check its name, or give its path")
    signal.signal(signal.SIGTERM, _exit)
    folder = Path(tempfile.mkdtemp(prefix="edatool-broker-"))
    try:
        started = edatool.start_broker(folder, plugins=plugins)
        broker = {"EDATOOL_BROKER": started.url, "EDATOOL_MANAGEMENT": started.management}
        return _supervise(subprocess.Popen(command, env=os.environ | broker))
    finally:
        for kind in (signal.SIGINT, signal.SIGTERM):
            signal.signal(kind, signal.SIG_IGN)  # a second Ctrl-C must not leave the node behind
        remove(folder)


def _exit(number: int, frame: FrameType | None) -> None:
    del frame
    sys.exit(128 + number)


def _supervise(process: subprocess.Popen[bytes]) -> int:
    """Return the exit code of the process as a shell would, once it has ended."""
    try:
        try:
            code = process.wait()
        except KeyboardInterrupt:  # the terminal interrupted the command too: let it clean up
            code = process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    return code if code >= 0 else 128 - code


def _sentence(node: "Node") -> str:
    from edatool.broker import address

    where = address.parse(node.url)
    return f"RabbitMQ {node.version} runs at {where} and {node.management}, in {node.folder}"


def _public(node: "Node") -> dict[str, object]:
    return {
        "management": node.management,
        "version": node.version,
        "pid": node.pid,
        "folder": str(node.folder),
    }


def _json(**fields: object) -> str:
    return json.dumps({"format_version": 1, **fields}, indent=2)
