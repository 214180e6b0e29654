"""The files of a commit, read from git's objects: nothing is checked out, no hook, filter or textconv runs."""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from edatool.errors import WrongUsage
from edatool.frozen import frozen, mutable

MOST = 16 * 1024 * 1024 + 1
"""Of a file that is larger only so many bytes are read: more than anybody takes who reads a spec or a schema."""

# What git is told of another repository, as within its hooks, is not meant for ours. Settings stay the user's.
_ENVIRONMENT = re.compile(r"GIT_(?!CONFIG|TRACE)")
_GIT = ("git", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false")
_NO_COMMIT = re.compile("0{40}|0{64}")
"""What CI systems call the commit before the first one."""


@frozen
class GitTree(Mapping[str, bytes]):
    """The files of ``commit`` by their names relative to ``folder``, links within the commit followed.

    Iterated are the names of those in the folder and below. What is no file of the commit is missing: submodules,
    folders, links that lead out of it, and whatever is outside of the repository at ``top``.
    """

    commit: str
    top: Path
    folder: Path
    _objects: "_Objects"

    def below(self, folder: Path) -> "GitTree":
        """Return the same files by their names relative to another folder."""
        return replace(self, folder=self.folder / folder)

    def inside(self, name: str) -> str | None:
        """Return the name of a file relative to the repository, None where it is outside."""
        path = Path(os.path.normpath(self.folder / name))
        return path.relative_to(self.top).as_posix() if path.is_relative_to(self.top) else None

    def __getitem__(self, name: str) -> bytes:
        inside = self.inside(name)
        found = inside and self._objects.read(f"{self.commit}:{inside}")
        if not (found and found[0] == "blob"):
            raise KeyError(name)
        return found[1]

    def __iter__(self) -> Iterator[str]:
        below = self.inside(".")
        listed = _run(self.top, "ls-tree", "-r", "-z", "--name-only", "--full-tree", self.commit, "--", below or ".")
        for name in filter(None, listed.stdout.split("\0")):
            yield os.path.relpath(self.top / name, self.folder)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@contextmanager
def git_tree(ref: str, near: Path) -> Iterator[GitTree | None]:
    """Yield the files of a commit, of the repository in which the folder ``near`` is, by names relative to this one.

    None where there is no commit: nothing was committed yet, or ``ref`` is all zeros, as CI systems say that.

    Raises:
        WrongUsage: git is not installed, or ``near`` is in no checkout of a repository, or there is no such commit.
    """
    top, shallow = _repository(near)
    objects = _Objects(top)
    try:
        found = objects.read(f"{ref}^{{commit}}")
        if found:
            yield GitTree(found[2], top, Path.cwd(), objects)
        elif ref == "HEAD" or _NO_COMMIT.fullmatch(ref):
            yield None
        else:
            raise _unknown(ref, shallow=shallow)
    finally:
        objects.close()


@frozen
class Commit:
    """A commit: its id, the day it was made on as ``2026-01-31``, and the first line of its message."""

    id: str
    day: str
    subject: str


def commits(near: Path, most: int) -> list[Commit]:
    """Return the last commits that changed YAML or JSON in a folder or below, newest first; none outside of git."""
    files = ("*.yaml", "*.yml", "*.json")
    asked = _run(near, "log", f"--max-count={most}", "--format=%H%x00%cs%x00%s", "--", *files)
    return [Commit(*line.split("\0")) for line in asked.stdout.splitlines()] if asked.returncode == 0 else []


def is_commit(ref: str, near: Path) -> bool:
    """Tell whether git knows a commit by this name in the repository of a folder, False where there is none."""
    try:
        with git_tree(ref, near) as tree:
            return tree is not None
    except WrongUsage:
        return False


def _unknown(ref: str, *, shallow: bool) -> WrongUsage:
    if shallow:
        way_out = "fetch it (fetch-depth: 0 of actions/checkout, GIT_DEPTH: 0 of GitLab, git fetch --unshallow)"
        return WrongUsage(f"git has no commit {ref!r} here, for this clone is shallow: {way_out}")
    way_out = "correct the name, or fetch it with git fetch origin"
    return WrongUsage(f"there is no file or folder {ref!r}, and git has no such commit here: {way_out}")


def _repository(near: Path) -> tuple[Path, bool]:
    """Return the folder of a checkout, and whether its history is cut off."""
    asked = _run(near, "rev-parse", "--show-toplevel", "--is-shallow-repository")
    if asked.returncode:
        reason = asked.stderr.strip().splitlines()[:1] or ["git failed"]
        way_out = "run edatool in one, or name a file or folder to compare with"
        raise WrongUsage(f"{near} is in no checkout of git ({reason[0].removeprefix('fatal: ')}): {way_out}")
    top, shallow = asked.stdout.rstrip("\n").rsplit("\n", 1)
    return Path(top), shallow == "true"


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not _ENVIRONMENT.match(name)}
    return {**kept, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*_GIT, "-C", str(folder), *arguments]
    try:
        return subprocess.run(
            command, capture_output=True, text=True, errors="surrogateescape", check=False, env=_environment()
        )
    except OSError as error:
        raise WrongUsage(f"git cannot be run ({error.strerror}): install it, or name a file or folder") from None


@mutable
class _Objects:
    """Asks git for objects, by one process for all of them."""

    top: Path
    _process: "subprocess.Popen[bytes] | None" = None

    def read(self, name: str) -> tuple[str, bytes, str] | None:
        """Return an object's kind, its content (``MOST`` bytes of it), and its id; None where there is none."""
        if "\n" in name or "\0" in name:
            return None
        process = self._process or self._begin()
        assert process.stdin
        assert process.stdout
        process.stdin.write(os.fsencode(name) + b"\n")
        process.stdin.flush()
        header = process.stdout.readline().decode(errors="surrogateescape").rstrip("\n")
        words = header.split(" ")
        if header.endswith((" missing", " ambiguous")) or not words[-1].isdigit():
            return None
        size = int(words[-1])
        content = process.stdout.read(min(size, MOST))
        if size > MOST:
            self.close()  # the rest is not worth waiting for
        else:
            process.stdout.read(1)
        return ("other" if len(words) != 3 else words[1]), content, words[0]

    def _begin(self) -> "subprocess.Popen[bytes]":
        command = [*_GIT, "-C", str(self.top), "cat-file", "--batch", "--follow-symlinks"]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        return self._process

    def close(self) -> None:
        """End git, which only reads."""
        process, self._process = self._process, None
        if process:
            process.kill()
            with process:
                pass
