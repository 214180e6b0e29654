import os
import subprocess
import sys
from pathlib import Path

import httpx
import pika
import pytest

from tests.broker_fixtures import Server, Vhost, fresh_vhost

ROOT = Path(__file__).parents[2]


def test_a_vhost_answers_on_both_ways(vhost: Vhost) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(vhost.url))
    connection.channel().queue_declare("q", durable=True)
    connection.close()
    queues = vhost.api.get(f"/api/queues/{vhost.quoted}").json()
    assert [(queue["name"], queue["vhost"]) for queue in queues] == [("q", vhost.name)]


def test_every_test_has_a_vhost_of_its_own(vhost: Vhost) -> None:
    assert vhost.api.get(f"/api/queues/{vhost.quoted}").json() == []
    assert vhost.version >= (3, 10, 0)


def test_a_vhost_is_gone_after_its_test(server: Server) -> None:
    with fresh_vhost(server) as vhost:
        assert server.api.get(f"/api/vhosts/{vhost.quoted}").status_code == 200
    assert server.api.get(f"/api/vhosts/{vhost.quoted}").status_code == 404


def test_a_named_broker_is_used(vhost: Vhost, without_a_server: dict[str, str]) -> None:
    named = {"EDATOOL_TEST_BROKER": vhost.url.rsplit("/", 1)[0], "EDATOOL_TEST_MANAGEMENT": vhost.management}
    result = _inner(**without_a_server, **named)
    assert "1 passed" in result.stdout, result.stdout + result.stderr


def test_a_named_broker_that_is_gone_fails() -> None:
    result = _inner(EDATOOL_TEST_BROKER="amqp://127.0.0.1:1", EDATOOL_TEST_MANAGEMENT="http://127.0.0.1:1")
    assert result.returncode == 1
    assert httpx.ConnectError.__name__ in result.stdout


@pytest.fixture
def without_a_server(tmp_path: Path) -> dict[str, str]:
    """What an environment says in which no RabbitMQ can be started."""
    plugin = tmp_path / "hide_the_server.py"
    plugin.write_text("def pytest_configure():\n    from edatool.server import installed\n    installed.PLACES = ()\n")
    return {"PATH": "", "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}", "PYTEST_PLUGINS": "hide_the_server"}


@pytest.mark.parametrize(("ci", "outcome"), [("", "1 skipped"), ("true", "1 error")])
def test_without_a_server_tests_are_skipped_but_never_in_ci(
    ci: str, outcome: str, without_a_server: dict[str, str]
) -> None:
    result = _inner(CI=ci, **without_a_server)
    assert outcome in result.stdout, result.stdout + result.stderr
    assert "install rabbitmq-server" in result.stdout


def _inner(**environment: str) -> subprocess.CompletedProcess[str]:
    """Run one broker test in a process of its own."""
    kept = {key: text for key, text in os.environ.items() if not key.startswith("EDATOOL_")}
    test = f"{__file__}::test_every_test_has_a_vhost_of_its_own"
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs", test],
        check=False,
        cwd=ROOT,
        env=kept | environment,
        capture_output=True,
        text=True,
    )
