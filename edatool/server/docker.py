"""A private RabbitMQ in a Docker container, for machines without an installed server."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from edatool.errors import BrokerUnreachable
from edatool.frozen import frozen
from edatool.server import plugins
from edatool.server.installed import USER

IMAGE = "rabbitmq:4-management"


@frozen
class Container:
    """The container called ``name``, whose messages lie in a volume of that name.

    ``folder`` holds the files that tell it the password and the plugins.
    """

    folder: Path
    name: str

    def plugins(self) -> set[str]:
        """Return the names of the plugins that the image has, none where that is unknown."""
        return set(_docker("run", "--rm", IMAGE, "rabbitmq-plugins", "list", "--minimal", "--silent").stdout.split())

    def launch(self, password: str, port: int, management_port: int, more: Sequence[str] = ()) -> None:
        """Start a new container over the volume, with ``more`` plugins; it need not be ready yet.

        Raises:
            BrokerUnreachable: the engine did not start it.
        """
        secret = self.folder / "environment"
        secret.touch(mode=0o600)
        secret.write_text(f"RABBITMQ_DEFAULT_USER={USER}\nRABBITMQ_DEFAULT_PASS={password}\n")
        enabled = self.folder / "enabled_plugins"
        enabled.write_text(plugins.enabled(more))
        options = [
            f"--name={self.name}",
            f"--hostname={self.name}",  # the server names the folder of its messages after it
            f"--publish=127.0.0.1:{port}:5672",
            f"--publish=127.0.0.1:{management_port}:15672",
            f"--volume={self.name}:/var/lib/rabbitmq",
            f"--volume={enabled}:/etc/rabbitmq/enabled_plugins:ro",
            f"--env-file={secret}",
        ]
        _docker("rm", "--force", self.name)
        result = _docker("run", "--detach", *options, IMAGE)
        if result.returncode:
            raise BrokerUnreachable(f"Docker did not start {IMAGE}, look at its engine: {result.stderr.strip()}")

    def running(self) -> bool:
        """Tell whether the container runs, ready or not."""
        return self._state("Running") == "true"

    def pid(self) -> int | None:
        """Return the container's process number on the engine's machine, None where it has none."""
        return int(self._state("Pid") or 0) or None

    def log(self) -> str:
        """Return all that the container has logged."""
        result = _docker("logs", self.name)
        return result.stdout + result.stderr

    def stop(self) -> None:
        """Let the node finish its work; the engine kills it after half a minute."""
        _docker("stop", "-t", "30", self.name)

    def remove(self) -> None:
        """Kill the container, and delete it with its messages."""
        _docker("rm", "--force", "--volumes", self.name)
        _docker("volume", "rm", "--force", self.name)

    def _state(self, field: str) -> str:
        """Return a field of the container's state, empty where there is no container."""
        return _docker("inspect", f"--format={{{{.State.{field}}}}}", self.name).stdout.strip()


def answers() -> bool:
    """Tell whether there is a Docker engine to run containers on."""
    return shutil.which("docker") is not None and _docker("info").returncode == 0


def _docker(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["docker", *arguments], check=False, capture_output=True, stdin=subprocess.DEVNULL, text=True)
