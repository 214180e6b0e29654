"""Three private nodes of the installed RabbitMQ, joined in a cluster."""

import os
import secrets
import shutil
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from edatool.broker.address import Address, parse
from edatool.errors import BrokerUnreachable
from edatool.server import installed

START = 120
"""Seconds that nodes get to start in, on a machine with other work."""


@dataclass(frozen=True, slots=True)
class Member:
    """One node of a cluster."""

    process: installed.Installed
    password: str = field(repr=False)
    port: int
    management_port: int

    @property
    def name(self) -> str:
        """What the cluster calls the node."""
        return f"{self.process.name}@localhost"

    @property
    def url(self) -> str:
        return f"amqp://{installed.USER}:{self.password}@127.0.0.1:{self.port}"

    @property
    def management(self) -> str:
        return f"http://127.0.0.1:{self.management_port}"

    def address(self, quoted_vhost: str) -> Address:
        """Return where clients find a vhost on this node."""
        return parse(f"{self.url}/{quoted_vhost}", self.management)

    def launch(self) -> None:
        """Start the node, for the first time or again, with the same ports and files; it need not be ready yet."""
        self.process.launch(self.password, self.port, self.management_port)

    def kill(self) -> None:
        """End the node at once (SIGKILL); its files stay."""
        self.process.remove()

    def sees_running(self, members: Sequence["Member"]) -> bool:
        """Tell whether the node takes connections, and knows that all the members run."""
        with suppress(httpx.HTTPError):
            self.get(f"/api/health/checks/port-listener/{self.port}")
            nodes = self.get("/api/nodes").json()
            return {one["name"] for one in nodes if one["running"]} == {one.name for one in members}
        return False

    def get(self, path: str) -> httpx.Response:
        """Ask the node's management API."""
        who = (installed.USER, self.password)
        return httpx.get(self.management + path, auth=who, trust_env=False, timeout=10).raise_for_status()


def require_installed_server() -> None:
    """Skip the test where no RabbitMQ is installed; fail it where that must not pass unnoticed."""
    if installed.find():
        return
    reason = "a cluster is made of installed servers: install rabbitmq-server"
    if os.environ.get("CI") == "true" or os.environ.get("EDATOOL_REQUIRE_BROKER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def new_cluster(folder: Path) -> Iterator[list[Member]]:
    """Start a cluster of three, and kill it with all that is left of it."""
    epmd, *ports = installed.free_ports(7)
    members = _members(folder, ports)
    with ExitStack() as ending:
        ending.callback(shutil.rmtree, folder, ignore_errors=True)
        ending.callback(_end_epmd, epmd)
        for member in members:
            ending.callback(member.kill)
        _write_files(members, epmd)
        members[0].launch()  # by itself, so that the others find a cluster to join
        await_running(members[:1])
        start_dead(members)
        yield members


def start_dead(members: Sequence[Member]) -> None:
    """Start the members that do not run, and wait until they are one cluster again."""
    for member in members:
        if not member.process.running():
            member.launch()
    await_running(members)


def await_running(members: Sequence[Member]) -> None:
    """Wait until each of the members is ready and sees the others, and nobody else."""
    if not installed.until(lambda: all(one.sees_running(members) for one in members), START):
        logs = "\n".join(one.process.log()[-2000:] for one in members)
        pytest.fail(f"no cluster in {START} s; the ends of the logs:\n{logs}")


def once_led(act: Callable[[], None]) -> None:
    """Act; again while a quorum queue has no leader since its node died, which RabbitMQ says by ending a connection."""

    def done() -> bool:
        try:
            act()
        except BrokerUnreachable as error:
            if "no leader just now" not in str(error):
                raise
            return False
        return True

    if not installed.until(done, START):
        act()


def _members(folder: Path, ports: Sequence[int]) -> list[Member]:
    cluster, password = secrets.token_hex(4), secrets.token_hex(16)
    names = [f"edatool-{cluster}-{number}" for number in (1, 2, 3)]
    return [
        Member(installed.Installed(folder / name, name), password, port, management_port)
        for name, port, management_port in zip(names, ports[::2], ports[1::2], strict=True)
    ]


def _write_files(members: Sequence[Member], epmd: int) -> None:
    """Write what makes single nodes a cluster: one cookie, one epmd to find each other by, and whom to join."""
    cookie, first = secrets.token_hex(16), members[0]
    for member in members:
        folder = member.process.folder
        (folder / "conf.d").mkdir(parents=True)
        if member is not first:
            (folder / "conf.d" / "cluster.conf").write_text(
                "cluster_formation.peer_discovery_backend = classic_config\n"
                f"cluster_formation.classic_config.nodes.1 = {first.name}\n"
                f"cluster_formation.classic_config.nodes.2 = {member.name}\n"
            )
        (folder / "rabbitmq-env.conf").write_text(f"ERL_EPMD_PORT={epmd}\n")
        (folder / ".erlang.cookie").touch(mode=0o600)
        (folder / ".erlang.cookie").write_text(cookie)
        (folder / ".erlang.cookie").chmod(0o400)


def _end_epmd(port: int) -> None:
    """Ask epmd to end, in its own protocol; it refuses until it has noticed that the nodes are dead."""
    installed.until(lambda: _epmd_ended(port), 10)


def _epmd_ended(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as epmd:
        epmd.sendall(b"\x00\x01k")
        return epmd.recv(2) != b"NO"
    return True
