"""A job of CI on a change that is committed: its script is run as it stands in the file that is shown."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.broker_fixtures import Vhost
from tests.pages.reading import ROOT
from tests.pages.walk import PART

TASKS = ROOT / "docs" / "tasks"
BIN = Path(sys.executable).parent
REQUIREMENT = "edatool-rabbitmq"
"""What pip finds installed, and so installs at once."""


def run(
    script: str,
    folder: Path,
    variables: Mapping[str, str],
    shell: Sequence[str] = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"),
) -> subprocess.CompletedProcess[str]:
    """Run a script as runners do: with these variables, and none of the machine's that tell of CI."""
    told = ("CI_", "EDATOOL_", "GITHUB_", "GITLAB_")
    ours = {name: value for name, value in os.environ.items() if not name.startswith(told)}
    path = f"{BIN}{os.pathsep}{ours['PATH']}"
    environment = {**ours, "PATH": path, **variables}
    return subprocess.run([*shell, script], check=False, capture_output=True, text=True, cwd=folder, env=environment)


def shown(page: str, file: str) -> str:
    """Return the content of a file that a page of docs/tasks shows."""
    parts = PART.finditer((TASKS / page).read_text())
    return next(part["content"] for part in parts if part["file"] == file)


def said_by(*command: str | Path) -> str:
    """Return all that a linter says; nothing where it has nothing to say."""
    done = subprocess.run([*map(str, command)], check=False, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def reaching(vhost: Vhost) -> dict[str, str]:
    """Return the variables by which a job reaches a vhost."""
    return {"EDATOOL_BROKER": vhost.url, "EDATOOL_MANAGEMENT": vhost.management}
