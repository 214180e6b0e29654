import os
import shutil
from pathlib import Path

import pytest

from edatool.server import node
from tests.broker_fixtures import require_node
from tests.cli.conftest import EdatoolRun

ROOT = Path(__file__).parents[2]


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The repository's own example, in a folder of its own."""
    shutil.copy(ROOT / "routes.yaml", tmp_path)
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    monkeypatch.chdir(tmp_path)


def table(out: str) -> dict[str, str]:
    """Return the lines about queues that end the demo, by the queue's name."""
    lines = out.partition("== what the queues hold\n")[2].partition("\n\n")[0].splitlines()
    return {line.split()[0]: " ".join(line.split()[1:]) for line in lines}


EXPECTED = {
    "order-processing": "4 2 payment.settled, 2 payment.failed",
    "notifications": "7 2 order.placed, 2 payment.failed, 1 freezer.measured, 2 of another client",
    "analytics": "9 2 order.placed, 2 payment.settled, 2 payment.failed, 1 freezer.measured, 2 of another client",
    "key-accounts": "2 1 order.placed, 1 of another client",
    "large-order-function": "1 1 order.placed",
    "dead-letters": "0",
    "unrouted": "1 1 catalogue.updated",
}


def test_the_story_is_told_on_a_real_broker(sample: None, edatool: EdatoolRun) -> None:
    require_node()
    result = edatool("demo")
    assert result.code == 0
    assert "RabbitMQ" in result.out
    assert "and once more: Nothing to do: 39 unchanged." in result.out
    assert result.out.count(" confirmed: ") == 8
    assert sum(line.split()[1:] == ["rejected"] for line in result.out.splitlines()) == 5
    assert EXPECTED.items() <= table(result.out).items()


def test_without_a_server_the_story_is_told_in_memory_and_says_what_is_left_out(
    sample: None, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node, "available", lambda: False)
    result = edatool("demo")
    assert result.code == 0
    assert "There is no RabbitMQ on this machine, and no Docker: plan and apply are left out" in result.out
    assert result.out.count(" confirmed: ") == 8
    assert EXPECTED.items() <= table(result.out).items()


def test_the_sample_has_no_findings_and_its_tests_cover_all_of_it(sample: None, edatool: EdatoolRun) -> None:
    assert "SHOP_VHOST" not in os.environ
    assert edatool("validate").out == ""
    result = edatool("test", "--min-coverage", "100")
    assert result.code == 0
