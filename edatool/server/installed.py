"""A private node of the RabbitMQ server that is installed on this machine.

A running node holds a lock on the file ``group`` in its folder: it inherits the open file, and the system
lets go of the lock with the node's last process. A file left behind by a killed node therefore never passes
for a running one, whoever has its process number now.
"""

import fcntl
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from edatool.errors import BrokerUnreachable, WrongUsage
from edatool.frozen import frozen
from edatool.server import plugins

VARIABLE = "EDATOOL_RABBITMQ_SERVER"
USER = "edatool"

# Never /usr/sbin/rabbitmq-server: packages put a wrapper there that changes the user and shares folders.
PLACES = (
    Path("/usr/lib/rabbitmq/bin/rabbitmq-server"),
    Path("/opt/rabbitmq/sbin/rabbitmq-server"),
    Path("/opt/homebrew/opt/rabbitmq/sbin/rabbitmq-server"),
    Path("/usr/local/opt/rabbitmq/sbin/rabbitmq-server"),
)


@frozen
class Installed:
    """The node called ``name``, with all its files in ``folder``."""

    folder: Path
    name: str

    def plugins(self) -> set[str]:
        """Return the names of the plugins that the server has, none where that is unknown.

        Raises:
            WrongUsage: EDATOOL_RABBITMQ_SERVER names something that cannot be run.
        """
        script = find()
        return plugins.beside(script) if script else set()

    def launch(self, password: str, port: int, management_port: int, more: Sequence[str] = ()) -> None:
        """Start the node, detached, with ``more`` plugins; it need not be ready yet.

        Raises:
            BrokerUnreachable: no server is installed.
            WrongUsage: EDATOOL_RABBITMQ_SERVER names something that cannot be run.
        """
        script = find()
        if script is None:
            raise BrokerUnreachable(f"no RabbitMQ is installed: install rabbitmq-server, or name it in {VARIABLE}")
        _end_epmd(self.folder)  # a killed node leaves its own behind
        distribution, epmd = free_ports(2)
        _write_files(self.folder, password, port, management_port, more)
        _spawn(self.folder, script, _environment(self.folder, self.name, distribution, epmd), epmd)

    def running(self) -> bool:
        """Tell whether the node runs, ready or not."""
        try:
            group = (self.folder / "group").open()
        except FileNotFoundError:
            return False
        with group:
            try:
                fcntl.flock(group, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def pid(self) -> int | None:
        """Return the process number of the node, None before it has told it."""
        file = self.folder / "node.pid"
        return int(file.read_text()) if file.exists() else None

    def log(self) -> str:
        """Return what the node has logged since it was last started."""
        return (self.folder / "node.log").read_text(errors="replace")

    def stop(self) -> None:
        """Let the node finish its work; kill it when that takes more than half a minute."""
        self._signal(signal.SIGTERM, seconds=30)
        self.remove()

    def remove(self) -> None:
        """Kill the node; all that is left of it is in its folder."""
        self._signal(signal.SIGKILL, seconds=10)
        _end_epmd(self.folder)

    def _signal(self, kind: signal.Signals, seconds: float) -> None:
        if self.running():
            os.killpg(_read_group(self.folder)[0], kind)
            until(lambda: not self.running(), seconds)


def find() -> Path | None:
    """Return the ``rabbitmq-server`` script to run, None where no server is installed.

    Raises:
        WrongUsage: EDATOOL_RABBITMQ_SERVER names something that cannot be run.
    """
    named = os.environ.get(VARIABLE)
    if not named:
        return next((place for place in PLACES if place.is_file()), None)
    script = Path(named).absolute()
    if not (script.is_file() and os.access(script, os.X_OK)):
        raise WrongUsage(f"{VARIABLE} is {named}, which cannot be run: name a rabbitmq-server script")
    return script


def free_ports(count: int) -> list[int]:
    """Return different ports of 127.0.0.1 that nobody listens on."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait for ``condition``, which no event announces, for ``seconds`` at most; return whether it holds."""
    end = time.monotonic() + seconds
    while not (holds := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    return holds


def _spawn(folder: Path, script: Path, environment: dict[str, str], epmd: int) -> None:
    with (folder / "group").open("w") as group, (folder / "node.log").open("w") as log:
        fcntl.flock(group, fcntl.LOCK_EX)
        shell = subprocess.Popen(
            ["/bin/sh", "-c", '"$0" &', script],  # the shell ends at once, so nobody has to wait for the node
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[group.fileno()],
            start_new_session=True,  # a Ctrl-C meant for us does not reach the node
        )
        group.write(f"{shell.pid} {epmd}\n")
        shell.wait()


def _write_files(folder: Path, password: str, port: int, management_port: int, more: Sequence[str]) -> None:
    cookie = folder / ".erlang.cookie"
    if not cookie.exists():
        cookie.touch(mode=0o600)
        cookie.write_text(secrets.token_hex(16))
        cookie.chmod(0o400)
    configuration = folder / "rabbitmq.conf"
    configuration.touch(mode=0o600)
    configuration.write_text(
        f"listeners.tcp.1 = 127.0.0.1:{port}\n"
        "management.tcp.ip = 127.0.0.1\n"
        f"management.tcp.port = {management_port}\n"
        f"default_user = {USER}\n"
        f"default_pass = {password}\n"
        "disk_free_limit.absolute = 10MB\n"
        "collect_statistics_interval = 500\n" + plugins.settings(more)
    )
    (folder / "enabled_plugins").write_text(plugins.enabled(more))
    (folder / "node.pid").unlink(missing_ok=True)


def _environment(folder: Path, name: str, distribution: int, epmd: int) -> dict[str, str]:
    """Return our environment, with our words to RabbitMQ in place of all others; no secret is added."""
    foreign = ("RABBITMQ_", "ERL_", "NOTIFY_SOCKET")
    kept = {key: text for key, text in os.environ.items() if not key.startswith(foreign)}
    files = {
        "HOME": "",
        "ERL_CRASH_DUMP": "erl_crash.dump",
        "RABBITMQ_ADVANCED_CONFIG_FILE": "advanced.config",
        "RABBITMQ_CONF_ENV_FILE": "rabbitmq-env.conf",
        "RABBITMQ_CONFIG_FILE": "rabbitmq.conf",
        "RABBITMQ_CONFIG_FILES": "conf.d/*.conf",
        "RABBITMQ_ENABLED_PLUGINS_FILE": "enabled_plugins",
        "RABBITMQ_LOG_BASE": "log",
        "RABBITMQ_MNESIA_BASE": "mnesia",
        "RABBITMQ_PID_FILE": "node.pid",
    }
    words = {
        # An epmd of the node's own, on loopback: the shared one listens everywhere and outlives all nodes.
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(epmd),
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_NODENAME": f"{name}@localhost",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
    }
    return kept | {key: str(folder / file) for key, file in files.items()} | words


def _read_group(folder: Path) -> tuple[int, int]:
    """Return the process group of the node that was last started, and the port of its epmd."""
    group, epmd = (folder / "group").read_text().split()
    return int(group), int(epmd)


def _end_epmd(folder: Path) -> None:
    if (folder / "group").exists():
        port = _read_group(folder)[1]
        until(lambda: _epmd_ended(port), 2)


def _epmd_ended(port: int) -> bool:
    """Ask epmd to end, in its own protocol; it refuses while it still knows of a node."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as epmd:
        epmd.sendall(b"\x00\x01k")
        return epmd.recv(2) != b"NO"
    return True
