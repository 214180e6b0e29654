"""docs/tasks/move-to-rabbitmq-4.md names what RabbitMQ refuses; tests/pages walks through it."""

import re
from pathlib import Path

import pytest

from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun

PAGE = (Path(__file__).parents[2] / "docs" / "tasks" / "move-to-rabbitmq-4.md").read_text()
SPECS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_apply_does_nothing_of_what_the_page_calls_refused(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    if on_broker.version < (4, 0, 0):
        pytest.skip("RabbitMQ 3 refuses nothing of it")
    (shop / "routes.yaml").write_text(SPECS[1])
    assert edatool("apply", "--yes").code == 4


def test_what_the_page_calls_refused_is_found(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "routes.yaml").write_text(SPECS[1].replace("ha-mode: all, ", ""))
    assert edatool("validate", "--rabbitmq", "4.3").code == 0
