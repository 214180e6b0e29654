"""Settings on the command line: command line before environment before settings before what is built in."""

import json
from pathlib import Path

import pytest

from tests.broker_fixtures import Vhost
from tests.cli.conftest import SPEC, EdatoolRun


@pytest.fixture
def settings(shop: Path) -> Path:
    """A settings file, which names another spec."""
    (shop / "routes.yaml").rename(shop / "other.yaml")
    file = shop / "edatool.toml"
    file.write_text('files = ["other.yaml"]\nformat = "json"\n')
    return file


def test_settings_are_defaults(settings: Path, edatool: EdatoolRun) -> None:
    found = edatool("validate")
    assert (found.code, json.loads(found.out)["findings"]) == (0, [])


def test_the_command_line_counts_before_settings(settings: Path, edatool: EdatoolRun) -> None:
    found = edatool("validate", "-f", "nosuch.yaml", "--format", "text")
    assert (found.code, "nosuch.yaml" in found.out) == (2, True)


def test_the_environment_counts_before_settings(
    settings: Path, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDATOOL_FILE", "nosuch.yaml")
    assert edatool("test").code == 2


def test_they_are_found_from_a_folder_of_the_repository(
    settings: Path, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    (settings.parent / ".git").mkdir()
    (settings.parent / "deep").mkdir()
    monkeypatch.chdir(settings.parent / "deep")
    found = edatool("test", "-v")
    assert (found.code, "edatool: settings of ../edatool.toml" in found.err) == (0, True), found.err


def test_a_format_is_the_default_only_where_a_command_has_it(settings: Path, edatool: EdatoolRun) -> None:
    assert '"queues"' in edatool("export").out


def test_colours_are_as_settings_say_where_nothing_else_does(
    settings: Path, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    settings.write_text('files = ["other.yaml"]\ncolor = "always"\n')
    look = ("doctor", "--broker", "amqp://127.0.0.1:1")
    assert "\x1b[31m" in edatool(*look).out
    assert "\x1b" not in edatool(*look, "--color", "auto").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in edatool(*look).out


def test_wrong_settings_stop_every_command_but_not_its_help(settings: Path, edatool: EdatoolRun) -> None:
    settings.write_text('fils = ["other.yaml"]\n')
    found = edatool("plan")
    assert found.code == 1
    assert found.err.startswith("edatool.toml:1:1: E101 unknown key 'fils': did you mean 'files'?\n")
    assert edatool("plan", "--help").code == 0


def test_a_broker_of_the_settings_gets_its_password_from_the_environment(
    settings: Path, on_broker: Vhost, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, _, rest = on_broker.url.removeprefix("amqp://").partition(":")
    password, _, where = rest.partition("@")
    settings.write_text(
        f'files = ["other.yaml"]\nbroker = "amqp://{user}@{where}"\nmanagement = "{on_broker.management}"\n'
    )
    monkeypatch.delenv("EDATOOL_BROKER")
    monkeypatch.delenv("EDATOOL_MANAGEMENT")
    assert edatool("plan").code == 4
    monkeypatch.setenv("EDATOOL_PASSWORD", password)
    done = edatool("plan")
    assert (done.code, password in done.out + done.err) == (0, False), done.err
    looked = edatool("doctor").out
    assert "settings" in looked
    assert "edatool.toml is in force: files, broker, management" in looked


def test_a_password_of_the_environment_is_for_users_without_one(
    shop: Path, on_broker: Vhost, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDATOOL_PASSWORD", "wrong")
    assert edatool("plan").code == 0


def test_the_management_url_of_the_settings_counts_for_the_broker_of_the_settings(
    settings: Path, edatool: EdatoolRun
) -> None:
    settings.write_text('files = ["other.yaml"]\nbroker = "amqp://127.0.0.1:1"\nmanagement = "http://127.0.0.1:2"\n')
    assert "does not count" in edatool("plan", "--broker", "amqp://127.0.0.1:3").err
    assert "does not count" not in edatool("plan", "--broker", "amqp://127.0.0.1:1/a").err
    assert "does not count" not in edatool("plan").err


def test_a_broker_of_the_settings_is_not_taken_for_one_to_test_on(settings: Path, edatool: EdatoolRun) -> None:
    settings.write_text('files = ["other.yaml"]\nbroker = "amqp://127.0.0.1:1"\n')
    assert edatool("test").code == 0


def test_settings_do_without_a_spec_of_theirs(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "pyproject.toml").write_text('[tool.edatool]\nrabbitmq = "4.3"\n')
    (shop / "routes.yaml").write_text(SPEC)
    assert edatool("validate").code == 0


def test_without_settings_a_checkup_says_so(shop: Path, edatool: EdatoolRun) -> None:
    assert "none: there is no edatool.toml" in edatool("doctor", "--broker", "amqp://127.0.0.1:1").out
