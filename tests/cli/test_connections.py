"""How often a command connects: once for each way of asking, however much it asks."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun
from tests.proxy import Proxy

SAMPLE = Path(__file__).parents[2] / "routes.yaml"


@dataclass
class Counted:
    """The two ways to the broker of the test, each through a proxy that counts."""

    amqp: Proxy
    http: Proxy

    def since(self) -> tuple[int, int]:
        """Return how many connections were made over AMQP and HTTP since it was asked last."""
        found = self.amqp.count, self.http.count
        self.amqp.count = self.http.count = 0
        return found


@pytest.fixture
def counted(on_broker: Vhost, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counted]:
    amqp, http = urlsplit(on_broker.url), urlsplit(on_broker.management)
    with (
        Proxy((str(amqp.hostname), int(amqp.port or 0))) as near,
        Proxy((str(http.hostname), int(http.port or 0))) as management,
    ):
        monkeypatch.setenv("EDATOOL_BROKER", on_broker.url.replace(f":{amqp.port}/", f":{near.port}/"))
        monkeypatch.setenv("EDATOOL_MANAGEMENT", f"http://127.0.0.1:{management.port}")
        yield Counted(near, management)


def test_a_command_makes_one_connection_of_each_kind(
    counted: Counted, edatool: EdatoolRun, on_broker: Vhost, tmp_path: Path
) -> None:
    here = tmp_path / "here.yaml"
    here.write_text(f"vhost: {on_broker.name}\n")
    spec = ("-f", str(SAMPLE), "-f", str(here))
    for command in (
        ("apply", "--yes"),
        ("apply", "--yes"),
        ("plan",),
        ("drift",),
        ("ledger",),
        ("import",),
        ("export", "--live"),
        ("destroy", "--yes"),
    ):
        named = () if command[0] in ("import", "export") else spec
        done = edatool(*command, *named)
        assert done.code == 0, (command, done.err)
        assert counted.since() == (1, 1), command
