import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from edatool.errors import BrokerError
from tests.cli.conftest import EdatoolRun
from tests.render import golden_texts

ROOT = Path(__file__).parents[2]
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
"""The environment without what measures coverage in each process, for that loads modules of its own."""


def test_usage_errors_exit_with_2(edatool: EdatoolRun) -> None:
    assert edatool("plan", "--no-such-option").code == 2
    assert edatool("no-such-command").code == 2


def test_a_bug_is_one_line_and_exit_70_with_the_traceback_on_demand(
    shop: Path, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("edatool.checks.load.load", broken)
    result = edatool("validate")
    assert (result.code, result.err.count("\n")) == (70, 1)
    assert "ZeroDivisionError: oops" in result.err
    assert "Traceback" in edatool("--debug", "validate").err


def test_an_interruption_exits_with_130(shop: Path, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("edatool.checks.load.load", interrupted)
    assert edatool("validate").code == 130


def test_every_command_has_help_with_an_example_of_itself() -> None:
    for name, text in golden_texts.helps():
        if name != "edatool":
            assert name in text.partition("Example:")[2].partition("\n\n")[0], name


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from edatool.cli.main import run; run(['--help']); print(*sys.modules, file=sys.stderr)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stderr.split()
    assert not {"yaml", "pika", "httpx", "jsonschema", "jsonschema_rs"} & set(loaded)


def test_validating_loads_nothing_that_only_mistakes_other_specs_or_brokers_need() -> None:
    # The sample has WSDL, which zeep reads: it takes a client of HTTP along.
    spec = "edatool/templates/minimal/routes.yaml"
    code = f"import sys; from edatool.cli.main import run; assert run(['validate', '{spec}']) == 0; print(*sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT, env=PLAIN
    )
    unneeded = {"asyncio", "difflib", "hashlib", "httpx", "jsonschema", "logging", "pika", "regex", "ssl"}
    unneeded |= {"importlib.resources", "edatool.contracts.explain", "edatool.filters.index.index"}
    unneeded |= {"edatool.spec.hints", "edatool.spec.text.syntax"}
    assert not unneeded & set(found.stdout.split())


def test_publishing_loads_neither_the_planner_nor_the_command_line() -> None:
    code = "import sys; import edatool.runtime.publish.publisher; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert not {
        name
        for name in loaded
        if name.startswith(("edatool.change", "edatool.cli", "edatool.render", "click", "httpx"))
    }


def test_the_list_of_commands_cuts_no_sentence_short(edatool: EdatoolRun) -> None:
    assert "..." not in edatool("--help").out.partition("A spec:")[2]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--debug", "plan", "--broker", "amqp://127.0.0.1:1"),
        ("plan", "--debug", "--broker", "amqp://127.0.0.1:1"),
        ("plan", "--broker", "amqp://127.0.0.1:1", "--debug"),
        ("broker", "run", "--debug", "--", "nosuch-command"),
    ],
)
def test_debug_works_anywhere(shop: Path, edatool: EdatoolRun, arguments: tuple[str, ...]) -> None:
    assert "Traceback" in edatool(*arguments).err


@pytest.mark.parametrize(
    ("option", "variables", "coloured"),
    [
        ((), {}, False),
        ((), {"FORCE_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
        (("--color=never",), {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colours_are_as_the_option_says_else_the_environment_else_the_terminal(
    *,
    shop: Path,
    edatool: EdatoolRun,
    monkeypatch: pytest.MonkeyPatch,
    option: tuple[str, ...],
    variables: dict[str, str],
    coloured: bool,
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    looked = edatool("doctor", *option, "--broker", "amqp://127.0.0.1:1")
    assert ("\x1b[31merror" in looked.out) is coloured


@pytest.mark.parametrize("place", [0, 1, 2])
def test_color_may_stand_anywhere(shop: Path, edatool: EdatoolRun, place: int) -> None:
    arguments = ["doctor", "--broker=amqp://127.0.0.1:1"]
    assert "\x1b[31m" in edatool(*arguments[:place], "--color", "always", *arguments[place:]).out


def test_a_colour_that_is_no_choice_is_refused(shop: Path, edatool: EdatoolRun) -> None:
    refused = edatool("validate", "--color", "blue")
    assert refused.code == 2
    assert "'always'" in refused.err


def test_debug_of_a_command_that_is_run_is_its_own(edatool: EdatoolRun) -> None:
    result = edatool("broker", "run", "nosuch-command", "--debug")
    assert (result.code, "Traceback" in result.err) == (2, False)


def test_what_others_wrote_gives_no_commands_to_ci_by_errors(
    shop: Path, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        error = BrokerError("queue a\n::error::forged \x1b[31m\u202e")
        error.add_note("::error::in a log")
        raise error

    monkeypatch.setattr("edatool.checks.load.load", broken)
    expected = "edatool: queue a\\n::error::forged \\x1b[31m\\u202e\n  | ::error::in a log\n"
    assert edatool("validate").err == expected


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (os.mkfifo, "plan.json is no regular file, but a device or a pipe"),
        (lambda plan: plan.symlink_to("/dev/zero"), "plan.json is no regular file, but a device or a pipe"),
        (lambda plan: plan.mkdir(), "plan.json is a folder"),
        (lambda plan: plan.write_text("[" * 100_000), "plan.json cannot be read as a plan"),
        (lambda plan: plan.write_bytes(b"\xff"), "plan.json cannot be read as a plan"),
        (str, "plan.json cannot be read: No such file or directory: correct the name"),
    ],
)
def test_a_plan_that_is_no_file_is_said_at_once(
    shop: Path, edatool: EdatoolRun, make: Callable[[Path], None], said: str
) -> None:
    make(shop / "plan.json")
    result = edatool("apply", "plan.json")
    assert (result.code, result.err[: len(said) + 9]) == (2, f"edatool: {said}")


def test_a_command_that_is_not_there_is_compared_with_those_that_are(edatool: EdatoolRun) -> None:
    meant, unknown = edatool("validat"), edatool("nonsense")
    assert (meant.code, "did you mean 'validate'?" in meant.err) == (2, True)
    assert (unknown.code, "No such command 'nonsense'." in unknown.err) == (2, True)


def test_a_full_disk_is_said_in_a_sentence(shop: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "edatool", "explain"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (
        2,
        "edatool: results cannot be written: No space left on device: make room\n",
    )
