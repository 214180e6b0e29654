"""docs/tasks/move-to-rabbitmq-4.md shows what a user gets."""

import re
from pathlib import Path

import pytest

from edatool.broker.address import parse
from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun

PAGE = (Path(__file__).parents[2] / "docs" / "tasks" / "move-to-rabbitmq-4.md").read_text()
SPECS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
SHOWN = re.findall(r"^```console\n\$ edatool (.*?)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_validate_prints_what_the_page_shows(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "routes.yaml").write_text(SPECS[0])
    command, shown = SHOWN[0]
    result = edatool(*command.split())
    assert (result.out + result.err, result.code) == (shown, 1)


def test_plan_prints_what_the_page_shows(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    if on_broker.version < (4, 0, 0):
        pytest.skip("RabbitMQ 3 refuses nothing of it")
    (shop / "routes.yaml").write_text(SPECS[1])
    command, shown = SHOWN[1]
    here = f"{parse(on_broker.url)}, vhost {on_broker.name}"
    printed = edatool(*command.split()).out.replace(here, "amqp://guest@localhost:5672, vhost /")
    assert printed.replace(".".join(map(str, on_broker.version)), "4.3.6") == shown
    assert edatool("apply", "--yes").code == 4


def test_what_the_page_calls_refused_is_found(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "routes.yaml").write_text(SPECS[1].replace("ha-mode: all, ", ""))
    assert edatool("validate", "--rabbitmq", "4.3").code == 0
