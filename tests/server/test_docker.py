import shutil
from collections.abc import Iterator
from pathlib import Path

import pika
import pytest

from edatool.errors import BrokerUnreachable
from edatool.server import docker, installed, node


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for a node in Docker, also where a server is installed."""
    monkeypatch.delenv(installed.VARIABLE, raising=False)
    monkeypatch.setattr(installed, "PLACES", ())
    yield tmp_path / "node"
    node.remove(tmp_path / "node")


@pytest.mark.slow
@pytest.mark.timeout(600)  # the first time, the engine fetches the image
def test_a_container_keeps_its_messages(folder: Path) -> None:
    if not docker.answers():
        pytest.skip("no Docker engine runs here")
    first = node.start(folder, seconds=300)
    with pika.BlockingConnection(pika.URLParameters(first.url)) as connection:
        channel = connection.channel()
        channel.queue_declare("kept", durable=True)
        channel.confirm_delivery()
        channel.basic_publish("", "kept", b"here", pika.BasicProperties(delivery_mode=2))
    assert node.status(folder) == first
    assert node.stop(folder) is True
    assert node.status(folder) is None
    with pika.BlockingConnection(pika.URLParameters(node.start(folder).url)) as connection:
        assert connection.channel().basic_get("kept")[2] == b"here"


def test_with_neither_a_server_nor_docker_the_ways_out_are_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BrokerUnreachable, match="install the package rabbitmq-server, start Docker, or name"):
        node.start(folder)


def test_an_engine_that_does_not_answer_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("docker") is None:
        pytest.skip("no Docker client is installed")
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nothing")
    container = docker.Container(tmp_path, "edatool-nothing")
    assert not docker.answers()
    assert (container.running(), container.pid()) == (False, None)
    with pytest.raises(BrokerUnreachable, match=r"Docker did not start rabbitmq:4-management"):
        container.launch("secret", 1, 2)
    assert (tmp_path / "environment").stat().st_mode & 0o777 == 0o600
