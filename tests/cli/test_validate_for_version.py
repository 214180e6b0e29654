"""edatool validate --rabbitmq."""

from pathlib import Path

import pytest

from tests.cli.conftest import EdatoolRun

SPEC = """\
edatool: 1
name: shop
queues: {slow: {type: classic, consumer_timeout: 2h}}
"""


@pytest.fixture(autouse=True)
def _spec(shop: Path) -> None:
    (shop / "routes.yaml").write_text(SPEC)


@pytest.mark.parametrize(("version", "code"), [("3.10.8", "W229"), ("3.12", None), ("4.2", None), ("4.3", "E227")])
def test_what_is_said_depends_on_the_version(edatool: EdatoolRun, version: str, code: str | None) -> None:
    result = edatool("validate", "--rabbitmq", version)
    assert (f"{code} RabbitMQ {version} " in result.out) is bool(code)
    assert result.code == (1 if code == "E227" else 0)


def test_without_a_version_it_is_a_warning_at_most(edatool: EdatoolRun) -> None:
    result = edatool("validate")
    assert (result.code, "W228 RabbitMQ 4.3 refuses x-consumer-timeout on a classic queue" in result.out) == (0, True)


def test_the_environment_names_the_version(edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDATOOL_RABBITMQ", "4.3.5")
    assert edatool("validate").code == 1


@pytest.mark.parametrize("version", ["3.9", "four", "4.x"])
def test_what_is_no_known_version_is_refused(edatool: EdatoolRun, version: str) -> None:
    assert edatool("validate", "--rabbitmq", version).code == 2
