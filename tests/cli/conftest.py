import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from edatool.cli.main import run
from edatool.server import installed
from tests.broker_fixtures import Server, Vhost, private_server
from tests.promised import broken_by_command

SPEC = """\
edatool: 1
name: shop
events:
  order.placed: {exchange: events, key: "order.{region}.placed", schema: order.json, headers: {tier: tier}}
exchanges:
  events: {type: topic}
queues:
  orders: {type: quorum}
  full: {max_length: 1, overflow: reject-publish}
bindings:
  - {queue: orders, events: [order.placed]}
  - {queue: full, exchange: events, key: order.full.placed}
"""
SCHEMA = """\
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["region", "total"],
  "properties": {"region": {"type": "string"}, "total": {"type": "number", "minimum": 0}, "tier": {"type": "string"}}
}
"""


@dataclass(frozen=True)
class Result:
    """What a command line printed and returned."""

    code: int
    out: str
    err: str


EdatoolRun = Callable[..., Result]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small spec, as the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "routes.yaml").write_text(SPEC)
    (tmp_path / "order.json").write_text(SCHEMA)
    for name in ("EDATOOL_FILE", "EDATOOL_BROKER", "EDATOOL_MANAGEMENT"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def edatool(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> EdatoolRun:
    """Run a command line in this process; ``typed`` is its standard input, and JSON is as its schema says.

    No line of what it prints is broken.
    """
    monkeypatch.setenv("COLUMNS", "1000")

    def call(*arguments: str, typed: str = "") -> Result:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        code = run(arguments)
        captured = capsys.readouterr()
        assert broken_by_command(arguments, captured.out) == []
        return Result(code, captured.out, captured.err)

    return call


@pytest.fixture
def on_broker(vhost: Vhost, monkeypatch: pytest.MonkeyPatch) -> Vhost:
    """The environment names the test's vhost."""
    monkeypatch.setenv("EDATOOL_BROKER", vhost.url)
    monkeypatch.setenv("EDATOOL_MANAGEMENT", vhost.management)
    return vhost


@pytest.fixture(scope="session")
def with_plugins(can_start_a_node: None, folder_of_run: Path) -> Iterator[Server]:
    """A private RabbitMQ with federation and shovels."""
    if installed.find() is None:
        pytest.skip("the plugins of a container cannot be chosen")
    plugins = ("rabbitmq_federation", "rabbitmq_shovel")
    with private_server(folder_of_run / "server-with-plugins", plugins) as server:
        yield server
