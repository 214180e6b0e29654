import subprocess
import sys
from pathlib import Path

SPEC = """\
edatool: 1
name: shop
events: {placed: {exchange: events, key: "order.{region}"}}
exchanges: {events: {type: topic}}
queues: {orders: {type: classic}}
bindings: [{queue: orders, events: [placed]}]
"""

TESTS = """\
import pytest

@pytest.mark.parametrize("again", [1, 2])
def test_one(memory_broker, memory_publisher, again):
    assert memory_publisher.publish("placed", {"region": "eu"}).ok
    assert [held.key for held in memory_broker.queue("orders")] == ["order.eu"]
"""


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_fixtures_publish_to_a_fresh_broker_of_the_projects_spec(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "routes.yaml").write_text(SPEC)
    (tmp_path / "test_it.py").write_text(TESTS)
    ended = run(tmp_path)
    assert ended.returncode == 0, ended.stdout
    assert "2 passed" in ended.stdout


def test_the_spec_is_found_by_the_ini_option_and_not_by_where_pytest_is_started(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\nedatool_spec = conf/shop.yaml\n")
    (tmp_path / "conf").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "conf" / "shop.yaml").write_text(SPEC)
    (tmp_path / "tests" / "test_it.py").write_text(TESTS)
    assert "2 passed" in run(tmp_path / "tests").stdout


def test_a_spec_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_it.py").write_text(TESTS)
    ended = run(tmp_path)
    assert ended.returncode == 1
    assert "routes.yaml" in ended.stdout


def test_pytest_starts_without_what_only_the_fixtures_need() -> None:
    code = "import sys, edatool.testing.plugin; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name for name in ended.stdout.split() if name.startswith(("edatool", "pika", "yaml", "jsonschema"))}
    assert loaded == {"edatool", "edatool.testing", "edatool.testing.plugin"}
