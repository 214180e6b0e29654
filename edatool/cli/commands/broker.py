"""``edatool broker``: a private RabbitMQ on this machine, to try things out and to test against."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

import edatool
from edatool.cli.command import Group
from edatool.cli.options import format_option
from edatool.cli.telling import tell
from edatool.cli.writing import output_option, write
from edatool.errors import BrokerUnreachable, WrongUsage
from edatool.render.node import FORMATS


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


@click.group(cls=Group)
def broker() -> None:
    """Run a private RabbitMQ on this machine.

    It uses the installed server, or Docker, and listens on 127.0.0.1 only.

    Example: edatool broker run -- pytest
    """


@broker.command()
@_folder
@format_option(FORMATS)
@output_option
@click.option("--port", type=click.IntRange(1, 65535), help="The port of AMQP; any free one by default.")
@click.option("--management-port", type=click.IntRange(1, 65535), help="The port of the management API.")
@_plugins
def start(folder: Path, output: str, port: int | None, management_port: int | None, plugins: tuple[str, ...]) -> int:
    """Start the private RabbitMQ unless it runs already, and print what to export.

    Plugins stay for later starts.

    Example: eval "$(edatool broker start --plugin rabbitmq_shovel)"
    """
    from edatool.render.node.shown import ShownNode

    started = edatool.start_broker(folder, port=port, management_port=management_port, plugins=plugins)
    write(FORMATS.show(output, ShownNode(folder, started, started=True)))
    if output == "text":
        where = FORMATS.show(output, ShownNode(folder, started))
        tell(f"{where}; the password above is this private node's own")
    return 0


@broker.command()
@_folder
@format_option(FORMATS)
@output_option
def stop(folder: Path, output: str) -> int:
    """Stop the private RabbitMQ; its durable messages stay for the next start.

    Example: edatool broker stop
    """
    from edatool.render.node.shown import ShownNode

    stopped = edatool.stop_broker(folder)
    write(FORMATS.show(output, ShownNode(folder, stopped=stopped)))
    return 0


@broker.command()
@_folder
@format_option(FORMATS)
@output_option
def status(folder: Path, output: str) -> int:
    """Tell whether the private RabbitMQ runs, and where; exits with 4 when it does not.

    Example: edatool broker status --format json
    """
    from edatool.render.node.shown import ShownNode

    found = edatool.broker_status(folder)
    write(FORMATS.show(output, ShownNode(folder, found)))
    return 0 if found else BrokerUnreachable.exit_code


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
    with _handling(_exit, signal.SIGTERM):
        folder = Path(tempfile.mkdtemp(prefix="edatool-broker-"))
        try:
            started = edatool.start_broker(folder, plugins=plugins)
            broker = {"EDATOOL_BROKER": started.url, "EDATOOL_MANAGEMENT": started.management}
            # The terminal interrupts the command, too, whose end is the answer. As KeyboardInterrupt it could
            # come out of the wait that has just taken the exit code, and lose it.
            with _handling(_go_on, signal.SIGINT):
                return _supervise(subprocess.Popen(command, env=os.environ | broker))
        finally:
            with _handling(_go_on, signal.SIGINT, signal.SIGTERM):  # a second Ctrl-C must not leave the node behind
                remove(folder)


@contextmanager
def _handling(handler: Callable[[int, FrameType | None], None], *kinds: signal.Signals) -> Iterator[None]:
    """Have signals handled so meanwhile, but for those that are ignored: so the command ignores them, too."""
    before = {kind: signal.signal(kind, handler) for kind in kinds if signal.getsignal(kind) is not signal.SIG_IGN}
    try:
        yield
    finally:
        for kind, earlier in before.items():
            signal.signal(kind, earlier)


def _exit(number: int, frame: FrameType | None) -> None:
    del frame
    sys.exit(128 + number)


def _go_on(number: int, frame: FrameType | None) -> None:
    del number, frame


def _supervise(process: subprocess.Popen[bytes]) -> int:
    """Return the exit code of the process as a shell would, once it has ended."""
    try:
        code = process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    return code if code >= 0 else 128 - code
