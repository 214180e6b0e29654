"""Which settings file is in force: the nearest one, from a folder up to the root of its repository."""

import os
from collections.abc import Iterator
from pathlib import Path

from edatool.errors import WrongUsage

OWN = "edatool.toml"
SHARED = "pyproject.toml"


def find(folder: Path) -> Path | None:
    """Return the file, None where there is none; outside of a repository only the folder itself is looked at.

    Further up somebody else may have put one, who could send us to another broker.

    Raises:
        WrongUsage: two files of one folder have settings.
    """
    for one in _up_to_the_root(folder):
        own, shared = one / OWN, one / SHARED
        if own.exists():
            if _is_shared(shared):
                raise WrongUsage(f"both {OWN} and {SHARED} in {one} have settings of edatool: keep them in one")
            return own
        if _is_shared(shared):
            return shared
    return None


def _up_to_the_root(folder: Path) -> Iterator[Path]:
    folders = [folder, *folder.parents]
    root = next((place for place, one in enumerate(folders) if os.path.lexists(one / ".git")), 0)
    yield from folders[: root + 1]


def _is_shared(file: Path) -> bool:
    """Tell whether a pyproject.toml has settings of ours; whether the rest of it is right is not our affair."""
    try:
        text = file.read_bytes()
    except OSError:
        return False
    if b"edatool" not in text:  # nearly all, and they need not be parsed
        return False
    import tomllib  # noqa: PLC0415 - most folders have no settings

    try:
        tool = tomllib.loads(text.decode()).get("tool")
    except (ValueError, RecursionError):
        return False
    return isinstance(tool, dict) and "edatool" in tool
