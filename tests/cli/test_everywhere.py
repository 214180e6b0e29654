"""The options that every command has, with one meaning."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import pytest

from edatool.cli.command import Command
from edatool.cli.main import edatool as command_line
from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun
from tests.render import golden_texts

COMMANDS = {
    " ".join(path): one for path, one in golden_texts.commands(command_line) if not isinstance(one, click.Group)
}
PRINT_NO_RESULT = {
    "broker run": "what it prints is of the command that it runs",
    "demo": "it tells a story",
    "init": "it writes files",
}


def options(command: click.Command) -> list[click.Parameter]:
    """Return all options of a command."""
    return command.get_params(click.Context(command, help_option_names=["-h", "--help"]))  # as edatool's own context


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_the_common_options_and_one_for_a_file_of_results(command: str) -> None:
    assert isinstance(COMMANDS[command], Command)
    found = {name for one in options(COMMANDS[command]) for name in one.opts}
    assert {"-q", "--quiet", "-v", "--verbose", "--debug", "--color", "-h", "--help"} <= found
    assert ({"-o", "--output", "--force"} <= found) == (command not in PRINT_NO_RESULT)


def test_a_short_option_means_the_same_in_all_commands() -> None:
    found: dict[str, set[str]] = {}
    for command in COMMANDS.values():
        for one in options(command):
            for short in (name for name in one.opts if len(name) == 2):
                found.setdefault(short, set()).add(one.opts[-1])
    assert {short: long for short, long in found.items() if len(long) > 1} == {}


@pytest.mark.parametrize("arguments", [("-q", "validate"), ("validate", "--quiet"), ("validate", "-qf", "routes.yaml")])
def test_quiet_leaves_out_what_is_no_result(shop: Path, edatool: EdatoolRun, arguments: Sequence[str]) -> None:
    assert edatool("validate").err == "routes.yaml: valid\n"
    assert edatool(*arguments).err == ""


def test_quiet_leaves_in_what_is_wrong(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "routes.yaml").write_text("edatool: 1\n")
    found = edatool("-q", "test")
    assert (found.code, "name" in found.err) == (1, True)


def test_quiet_and_verbose_exclude_each_other(shop: Path, edatool: EdatoolRun) -> None:
    refused = edatool("-q", "validate", "-v")
    assert (refused.code, "exclude each other" in refused.err) == (2, True)


def test_results_go_to_a_file_that_is_there_when_all_of_it_is(shop: Path, edatool: EdatoolRun) -> None:
    done = edatool("route", "--exchange", "events", "--key", "order.eu.placed", "--format", "json", "-o", "trace.json")
    assert done.out == ""
    assert "orders" in json.loads(Path("trace.json").read_text())["queues"]
    assert not [one for one in shop.iterdir() if one.name.startswith(".")]


def test_a_file_that_is_there_is_overwritten_by_force_only(shop: Path, edatool: EdatoolRun) -> None:
    Path("schema.json").write_text("mine")
    refused = edatool("schema", "-o", "schema.json")
    assert (refused.code, Path("schema.json").read_text()) == (2, "mine")
    assert edatool("schema", "-o", "schema.json", "--force").code == 0
    assert json.loads(Path("schema.json").read_text())["title"]


def test_it_is_refused_before_anything_is_done(shop: Path, edatool: EdatoolRun) -> None:
    Path("plan.text").write_text("mine")
    refused = edatool("apply", "--yes", "--broker", "amqp://127.0.0.1:1", "-o", "plan.text")
    assert (refused.code, "plan.text is there already" in refused.err) == (2, True)


def test_an_error_leaves_no_file(shop: Path, edatool: EdatoolRun) -> None:
    before = set(shop.iterdir())
    assert edatool("drift", "--broker", "amqp://127.0.0.1:1", "-o", "drift.text").code == 4
    assert set(shop.iterdir()) == before


def test_a_file_has_no_colours(shop: Path, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    edatool("doctor", "--broker", "amqp://127.0.0.1:1", "-o", "checkup.text")
    assert "error" in Path("checkup.text").read_text()
    assert "\x1b" not in Path("checkup.text").read_text()


def test_one_output_that_is_standard_output_leaves_the_others_out_of_it(shop: Path, edatool: EdatoolRun) -> None:
    done = edatool("test", "--junit", "-", "-o", "results.text")
    assert done.out.startswith("<?xml")
    assert "0 tests" in Path("results.text").read_text()


def test_other_files_are_not_overwritten_either(shop: Path, edatool: EdatoolRun) -> None:
    Path("results.xml").write_text("mine")
    refused = edatool("test", "--junit", "results.xml")
    assert (refused.code, "--force" in refused.err) == (2, True)
    Path("bad.jsonl").write_text("mine")
    arguments = ("publish", "order.placed", "-", "--dry-run", "--rejects", "bad.jsonl")
    assert edatool(*arguments, typed="{}").code == 2
    assert Path("bad.jsonl").read_text() == "mine"
    assert edatool(*arguments, "--force", typed="{}").code == 1
    assert '"rejected"' in Path("bad.jsonl").read_text()


def test_verbose_shows_what_is_counted_otherwise(shop: Path, edatool: EdatoolRun) -> None:
    (shop / "routes.yaml").write_text("edatool: 1\nname: shop\nqueues:\n  lonely: {type: classic, durable: false}\n")
    assert "1 warning: edatool validate shows it" in edatool("test").err
    shown = edatool("test", "-v").err
    assert ("W226" in shown, "1 warning" in shown) == (True, False)


def test_who_is_asked_sees_the_plan_that_a_file_gets(shop: Path, on_broker: Vhost) -> None:
    terminal, ours = pty.openpty()
    os.write(terminal, b"n\n")
    command = [sys.executable, "-m", "edatool", "apply", "-o", "plan.json", "--format", "json"]
    asked = subprocess.run(command, stdin=ours, capture_output=True, text=True, check=False)
    os.close(ours)
    os.close(terminal)
    assert asked.returncode == 5
    assert asked.stdout == ""
    assert "+ queue orders" in asked.stderr.partition("Apply this?")[0]
