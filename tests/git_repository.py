"""A repository of git in a folder, for tests."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Repository:
    """A repository with files that are committed by nobody in particular, whatever git is told elsewhere."""

    folder: Path

    def run(self, *arguments: str) -> str:
        nobody = {
            "GIT_AUTHOR_NAME": "a",
            "GIT_AUTHOR_EMAIL": "a@b",
            "GIT_COMMITTER_NAME": "a",
            "GIT_COMMITTER_EMAIL": "a@b",
        }
        environment = {**os.environ, **nobody, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        command = ["git", "-C", str(self.folder), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout.strip()

    def commit(self) -> str:
        """Commit all that is there, and return the id of the commit."""
        self.run("add", "--all")
        self.run("commit", "--quiet", "--allow-empty", "--message", "a change")
        return self.run("rev-parse", "HEAD")


def repository(folder: Path) -> Repository:
    """Make a repository of a folder, with all that is in it committed."""
    made = Repository(folder)
    made.run("init", "--quiet", "--initial-branch", "main")
    made.commit()
    return made
