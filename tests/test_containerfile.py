"""The image that Containerfile describes."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "Containerfile").read_text()
BUILD, RUN = TEXT.split("\nFROM ")[1:]


def test_a_linter_has_nothing_to_say() -> None:
    command = [str(Path(sys.executable).parent / "hadolint"), "--no-color", str(ROOT / "Containerfile")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_it_runs_without_rights_and_needs_no_shell() -> None:
    assert "\nUSER 65532:65532\n" in RUN
    assert "\nRUN " not in RUN
    assert '\nENTRYPOINT ["/usr/bin/python3", "-m", "edatool"]\n' in RUN


def test_the_build_is_given_all_that_the_distribution_is_made_of() -> None:
    copied = {word for line in re.findall(r"^COPY (.*) \S+$", BUILD, re.MULTILINE) for word in line.split()}
    assert copied == {"pyproject.toml", "README.md", "LICENSE", "docs/reference/edatool.1", "edatool"}
    assert all((ROOT / one).exists() for one in copied)
