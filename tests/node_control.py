"""What a running private node is told to do beside its APIs, with its own rabbitmqctl."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edatool.server import installed, node

IN_TREE = "/usr/lib/rabbitmq/bin/rabbitmqctl"


def control(folder: Path, *command: str) -> None:
    """Run rabbitmqctl on the node in a folder; one in a tree of its own (tests/servers) has its own, too."""
    script = installed.find()
    assert script, "a node in Docker has no rabbitmqctl here"
    beside = script.with_name("rabbitmqctl")
    own = [str(beside)] if beside.exists() else ["chroot", str(script.parent), IN_TREE]
    _, epmd = (folder / "group").read_text().split()
    name, cookie = json.loads((folder / "node.json").read_text())["name"], (folder / ".erlang.cookie").read_text()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
        "ERL_EPMD_PORT": epmd,
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
    }
    where = ("--erlang-cookie", cookie, "-n", f"{name}@localhost")
    subprocess.run([*own, *where, *command], env=environment, check=True, capture_output=True, timeout=60)


def crash(folder: Path) -> None:
    """End the node in a folder at once (SIGKILL)."""
    os.killpg(_group(folder), signal.SIGKILL)


@contextmanager
def suspended(folder: Path) -> Iterator[None]:
    """Have the node in a folder stand still meanwhile (SIGSTOP), as a frozen machine does."""
    group = _group(folder)
    os.killpg(group, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(group, signal.SIGCONT)


def _group(folder: Path) -> int:
    found = node.status(folder)
    assert found
    assert found.pid
    return os.getpgid(found.pid)
