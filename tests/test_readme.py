"""The README, but for its commands, which tests/pages walks through."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("name", ["shown_in_docs.py", "shown_consumer.py"])
def test_the_tests_that_are_shown_pass_on_the_sample(tmp_path: Path, name: str) -> None:
    # They stand in files of their own, whose types are checked with all others.
    example = (Path(__file__).parent / name).read_text()
    assert f"```python\n{example}```" in (ROOT / "docs" / "tasks" / "test-your-services.md").read_text()
    (tmp_path / "test_shown.py").write_text(example)
    ini = tmp_path / "pytest.ini"
    ini.write_text(f"[pytest]\nedatool_spec = {ROOT / 'routes.yaml'}\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", str(ini), str(tmp_path)]
    assert "1 passed" in subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


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
