"""The examples of the README, and of the pages that go on with them, are what a user gets."""

import os
import re
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE, STDOUT

import pytest

from edatool.broker.address import parse
from tests.broker_fixtures import Vhost

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
CHECK_AND_TEST = (ROOT / "docs" / "tasks" / "check-and-test.md").read_text()
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands() -> list[tuple[str, str]]:
    """Return the commands that are shown, each with the output that is."""
    shown = "".join(CONSOLE.findall(README + CHECK_AND_TEST))
    parts = re.split(r"^\$ (.*)\n", shown, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def test_the_example_prints_what_is_shown(tmp_path: Path, vhost: Vhost) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "EDATOOL_BROKER": vhost.url, "EDATOOL_MANAGEMENT": vhost.management}
    here, folder = f"{parse(vhost.url)}, vhost {vhost.name}", tmp_path
    assert len(commands()) == 8
    for command, shown in commands():
        if command.startswith("cd "):
            folder /= command.removeprefix("cd ")
            continue
        with subprocess.Popen(
            command, shell=True, cwd=folder, env=environment, text=True, stdout=PIPE, stderr=STDOUT
        ) as running:
            printed, _ = running.communicate()
        assert printed.replace(here, "amqp://edatool@127.0.0.1:38361, vhost /") == shown, command


def test_the_test_that_is_shown_passes_on_the_sample(tmp_path: Path) -> None:
    # It stands in a file of its own, whose types are checked with all others.
    example = (Path(__file__).parent / "shown_in_docs.py").read_text()
    assert f"```python\n{example}```" in (ROOT / "docs" / "tasks" / "test-your-services.md").read_text()
    (tmp_path / "test_shown.py").write_text(example)
    (tmp_path / "pytest.ini").write_text(f"[pytest]\nedatool_spec = {ROOT / 'routes.yaml'}\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    assert "1 passed" in subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout


def test_the_readme_names_every_command() -> None:
    from edatool.cli.main import COMMANDS

    missing = [name for name in COMMANDS if f"edatool {name}" not in README]
    assert missing == []


@pytest.mark.parametrize("target", ["demo", "test", "test-full", "bench"])
def test_the_makefile_has_the_targets_that_the_readme_names(target: str) -> None:
    assert f"make {target}" in README
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_the_readme_fits_on_a_few_screens() -> None:
    assert len(README.splitlines()) <= 150
