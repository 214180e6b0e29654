"""One bash that carries out the commands of a page, one after the other."""

import secrets
import subprocess
from collections.abc import Mapping
from pathlib import Path
from subprocess import PIPE, STDOUT


class Shell:
    """A bash in a folder: what one command sets (a variable, another folder), the next ones have."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._mark = f"end of {secrets.token_hex(8)}"
        self._bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env=environment,
            text=True,
            stdin=PIPE,
            stdout=PIPE,
            stderr=STDOUT,
        )

    def __enter__(self) -> "Shell":
        return self

    def __exit__(self, *_: object) -> None:
        self._bash.kill()
        self._bash.communicate()

    def run(self, command: str) -> tuple[str, int]:
        """Carry out a command, and return what it printed on both outputs, and its exit code."""
        assert self._bash.stdin
        assert self._bash.stdout
        # The command must not read what comes after it.
        self._bash.stdin.write(f"{{ {command}\n}} </dev/null\nprintf '\\n%s %s\\n' '{self._mark}' $?\n")
        self._bash.stdin.flush()
        printed = ""
        for line in self._bash.stdout:
            if line.startswith(self._mark):
                printed = printed.removesuffix("\n")
                return printed if not printed or printed.endswith("\n") else f"{printed}\n", int(line.split()[-1])
            printed += line
        raise AssertionError(f"bash ended: {command}\n{printed}")
