from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import EdatoolRun


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("plan", "--broker", ""), "--broker"),
        (("plan", "--broker="), "--broker"),
        (("apply", "--management", ""), "--management"),
        (("validate", "-f", ""), "-f"),
        (("validate", ""), "an argument"),
        (("publish", ""), "an argument"),
        (("import", "-o", ""), "-o"),
        (("plan", "--save", ""), "--save"),
        (("apply", "--discard", ""), "--discard"),
        (("test", "--junit="), "--junit"),
    ],
)
def test_what_is_given_and_empty_is_a_usage_error(
    shop: Path, edatool: EdatoolRun, arguments: Sequence[str], words: str
) -> None:
    result = edatool(*arguments)
    assert result.code == 2
    assert words in result.err
    assert "empty" in result.err


@pytest.mark.parametrize(
    "name", ["EDATOOL_BROKER", "EDATOOL_MANAGEMENT", "EDATOOL_FILE", "EDATOOL_CA", "EDATOOL_PASSWORD"]
)
def test_so_is_an_empty_environment_variable(
    shop: Path, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "")
    result = edatool("plan")
    assert result.code == 2
    assert f"{name} is empty" in result.err


def test_the_command_line_wins_over_an_empty_variable(
    shop: Path, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDATOOL_FILE", "")
    assert edatool("validate", "-f", "routes.yaml").code == 0


def test_the_default_exchange_and_a_key_of_no_words_may_be_named(shop: Path, edatool: EdatoolRun) -> None:
    result = edatool("route", "--exchange", "", "--key", "orders")
    assert (result.code, "orders" in result.out) == (0, True)
    assert edatool("route", "--exchange", "events", "--key=").code == 6
