import os
import signal
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pika
import pytest

from edatool.errors import BrokerUnreachable, WrongUsage
from edatool.server import installed, node


@pytest.fixture(scope="module")
def started(can_start_a_node: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[node.Node]:
    """A node for the tests that only look at it."""
    folder = tmp_path_factory.mktemp("node")
    yield node.start(folder)
    node.remove(folder)


def test_starts_once(started: node.Node) -> None:
    assert node.start(started.folder) == node.status(started.folder) == started
    assert httpx.get(f"{started.management}/api/overview", trust_env=False).status_code == 401


def test_a_wanted_port_is_used_for_good(node_folder: Path) -> None:
    port, other = installed.free_ports(2)
    started = node.start(node_folder, port=port, management_port=other)
    assert (pika.URLParameters(started.url).port, started.management) == (port, f"http://127.0.0.1:{other}")
    with pytest.raises(WrongUsage, match="runs already, on ports"):
        node.start(node_folder, port=other)


@pytest.mark.slow
def test_a_node_that_was_stopped_or_killed_comes_back_with_its_messages(node_folder: Path) -> None:
    first = node.start(node_folder)
    with _Channel(first.url) as channel:
        channel.queue_declare("kept", durable=True)
    # Not a kill: 3.10 forgets some of the queues that were declared just before one.
    assert (node.stop(node_folder), node.stop(node_folder)) == (True, False)
    assert node.status(node_folder) is None
    assert not _answers(_epmd(node_folder))
    second = node.start(node_folder)
    with _Channel(second.url) as channel:
        channel.confirm_delivery()
        channel.basic_publish("", "kept", b"here", pika.BasicProperties(delivery_mode=2))
    assert second.pid is not None
    os.kill(second.pid, signal.SIGKILL)
    third = node.start(node_folder)
    assert first.url == second.url == third.url
    assert len({first.pid, second.pid, third.pid}) == 3
    with _Channel(third.url) as channel:
        assert channel.basic_get("kept", auto_ack=True)[2] == b"here"


def test_keeps_its_secrets(started: node.Node) -> None:
    folder = started.folder
    password = pika.URLParameters(started.url).credentials.password
    secret = {"node.json": 0o600, "rabbitmq.conf": 0o600, ".erlang.cookie": 0o400}
    assert {name: stat.S_IMODE((folder / name).stat().st_mode) for name in secret} == secret
    assert password in (folder / "rabbitmq.conf").read_text()
    assert password not in (folder / "node.log").read_text()
    assert password not in repr(started)
    cookie = (folder / ".erlang.cookie").read_text()
    command = Path(f"/proc/{started.pid}/cmdline").read_text()
    assert password not in command
    assert cookie not in command


def test_listens_on_loopback_only(started: node.Node) -> None:
    inodes = {str(file.readlink()) for file in Path(f"/proc/{started.pid}/fd").iterdir()}
    sockets = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    sockets += [line.split() for line in Path("/proc/net/tcp6").read_text().splitlines()[1:]]
    addresses = {each[1].split(":")[0] for each in sockets if each[3] == "0A" and f"socket:[{each[9]}]" in inodes}
    assert addresses == {"0100007F"}


def test_two_nodes_live_side_by_side(started: node.Node, tmp_path: Path) -> None:
    folder = tmp_path / "a folder with spaces"
    try:
        other = node.start(folder)
        assert other.url != started.url
        with _Channel(started.url) as channel:
            channel.queue_declare("only-here", durable=True)
        with _Channel(other.url) as channel, pytest.raises(pika.exceptions.ChannelClosedByBroker):
            channel.queue_declare("only-here", passive=True)
    finally:
        node.remove(folder)
    assert not folder.exists()
    assert node.status(started.folder) == started


def test_two_starts_at_once_make_one_node(node_folder: Path) -> None:
    found: list[node.Node] = []
    threads = [threading.Thread(target=lambda: found.append(node.start(node_folder))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] == found[1]


def test_a_taken_port_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(WrongUsage, match=f"port {port} on 127.0.0.1 is taken"):
            node.start(tmp_path / "node", port=port)


@pytest.mark.slow
def test_a_remembered_port_that_is_taken_now_is_replaced(node_folder: Path) -> None:
    first = node.start(node_folder)
    node.stop(node_folder)
    with socket.create_server(("127.0.0.1", pika.URLParameters(first.url).port)):
        assert node.start(node_folder).url != first.url


@pytest.mark.slow
def test_plugins_are_started_by_name_and_stay(node_folder: Path) -> None:
    assert _upstream(node.start(node_folder, plugins=["rabbitmq_federation"])) == 201
    with pytest.raises(WrongUsage, match="runs already, without the plugin 'rabbitmq_shovel': stop it first"):
        node.start(node_folder, plugins=["rabbitmq_shovel"])
    node.stop(node_folder)
    assert _upstream(node.start(node_folder)) == 204


def test_a_plugin_that_is_not_there_is_refused_with_those_that_are(can_start_a_node: None, tmp_path: Path) -> None:
    if installed.find() is None:
        pytest.skip("the plugins of an image are known once it is there")
    with pytest.raises(WrongUsage, match=r"no plugin 'rabbitmq_shovels': it has .*, rabbitmq_shovel, "):
        node.start(tmp_path / "node", plugins=["rabbitmq_shovels"])
    assert node.status(tmp_path / "node") is None


def test_a_server_that_cannot_be_run_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(installed.VARIABLE, str(tmp_path / "nothing"))
    with pytest.raises(WrongUsage, match=r"EDATOOL_RABBITMQ_SERVER is .*/nothing, which cannot be run"):
        node.start(tmp_path / "node")


def test_a_server_that_ends_at_once_shows_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(tmp_path, monkeypatch, "echo the disk is gone")
    with pytest.raises(BrokerUnreachable, match="the disk is gone"):
        node.start(tmp_path / "node")
    assert node.status(tmp_path / "node") is None


def test_a_server_that_never_answers_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(tmp_path, monkeypatch, "echo waiting for nobody; exec sleep 100")
    with pytest.raises(BrokerUnreachable, match="waiting for nobody"):
        node.start(tmp_path / "node", seconds=0.5)
    assert node.status(tmp_path / "node") is None


def test_a_leftover_process_number_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(tmp_path, monkeypatch, "exit 1")
    with pytest.raises(BrokerUnreachable):
        node.start(tmp_path / "node")
    (tmp_path / "node" / "node.pid").write_text(str(os.getpid()))
    (tmp_path / "node" / "group").write_text(f"{os.getpgid(0)} 1")
    assert node.status(tmp_path / "node") is None
    assert node.stop(tmp_path / "node") is False


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WrongUsage, match=r"file/node cannot be made: .*; name another folder"):
        node.start(tmp_path / "file" / "node")


def _upstream(started: node.Node) -> int:
    """Declare what only a node with the plugin for federation takes."""
    who = (installed.USER, pika.URLParameters(started.url).credentials.password)
    url = f"{started.management}/api/parameters/federation-upstream/%2F/up"
    return httpx.put(url, json={"value": {"uri": "amqp://"}}, auth=who, trust_env=False).status_code


class _Channel:
    def __init__(self, url: str) -> None:
        self._connection = pika.BlockingConnection(pika.URLParameters(url))

    def __enter__(self) -> pika.adapters.blocking_connection.BlockingChannel:
        return self._connection.channel()

    def __exit__(self, *_: object) -> None:
        self._connection.close()


def _install(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Name a server that does not work."""
    server = folder / "rabbitmq-server"
    server.write_text(f"#!/bin/sh\n{script}\n")
    server.chmod(0o755)
    monkeypatch.setenv(installed.VARIABLE, str(server))


def _epmd(folder: Path) -> int:
    return int((folder / "group").read_text().split()[1])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_private_node_is_gone_with_its_folder_when_its_block_ends(can_start_a_node: None) -> None:
    with node.private() as private:
        assert node.status(private.folder) == private
    assert not private.folder.exists()
    assert node.status(private.folder) is None
