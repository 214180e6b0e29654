"""What a service loads when it publishes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import edatool
from edatool.errors import WrongUsage
from edatool.runtime.resolve import files_of, found

ROUTES = Path(__file__).parents[2] / "routes.yaml"
SCRIPT = """
import sys
given = ("click", "difflib", "edatool", "httpx", "jsonschema", "regex", "sqlite3")
from edatool import Publisher, Receipt
with Publisher(sys.argv[1], "amqp://127.0.0.1:1") as publisher:
    assert publisher.publish("order.placed", {}).outcome == "rejected"
loaded = sorted({name for name in sys.modules if name.split(".")[0] in given})
print(*loaded)
"""


def test_a_service_loads_no_planner_no_command_line_no_http_client_and_no_database() -> None:
    command = [sys.executable, "-c", SCRIPT, str(ROUTES)]
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    loaded = subprocess.run(command, check=True, capture_output=True, text=True, env=unmeasured).stdout.split()
    assert "edatool.runtime.publish.publisher" in loaded
    unwanted = (
        "edatool.change",
        "edatool.cli",
        "edatool.render",
        "edatool.runtime.outbox",
        "edatool.checks.warning_rules",
        "edatool.spec.hints",
        "click",
        "difflib",
        "httpx",
        "jsonschema",
        "regex",
        "sqlite3",
    )
    assert [name for name in loaded if name.startswith(unwanted)] == []


def test_all_public_names_are_there_and_errors_are_those_that_are_raised() -> None:
    assert all(getattr(edatool, name) for name in edatool.__all__)
    assert edatool.WrongUsage is WrongUsage


def test_a_spec_may_be_in_an_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "shop_contracts"
    package.mkdir()
    (package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert files_of("package:shop_contracts/routes.yaml") == [str(package / "routes.yaml")]
    assert files_of(["a.yaml", "b.yaml"]) == ["a.yaml", "b.yaml"]


@pytest.mark.parametrize("spec", ["broker:shop", ["broker:shop", "more.yaml"]])
def test_a_spec_on_the_broker_needs_a_broker_and_stands_alone(spec: str | list[str]) -> None:
    with pytest.raises(WrongUsage, match="name files"):
        found(spec, None)


@pytest.mark.parametrize("name", ["package:", "package:nosuch_package/routes.yaml", "package:nothing"])
def test_a_package_that_is_not_there_is_a_usage_error(name: str) -> None:
    with pytest.raises(WrongUsage):
        files_of(name)
