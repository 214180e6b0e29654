"""A file that is there with all that belongs into it, or not at all."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from edatool.errors import WrongUsage


@contextmanager
def new_file(name: str, *, force: bool = False, private: bool = False) -> Iterator[TextIO]:
    """Lend a text file (UTF-8) that gets its name when the block ends; after an error there is what was there before.

    A device or a pipe is written to as it is. A ``private`` file can be read by its owner only.

    Raises:
        WrongUsage: there is a file already, which is not empty, and no ``force``; or none can be written there.
    """
    require_room(name, force=force)
    target = Path(os.path.realpath(name))
    if target.exists() and not target.is_file():
        with _opened(name, target, "w") as device:
            yield device
        return
    new = target.with_name(f".{target.name[:100]}.{os.urandom(4).hex()}")
    file = _opened(name, new, "x", private=private)
    try:
        with file:
            yield file
        require_room(name, force=force)
        with refusing_unwritable(name):
            if target.exists() and not private:
                new.chmod(stat.S_IMODE(target.stat().st_mode))
            new.replace(target)
    finally:
        new.unlink(missing_ok=True)


def require_room(name: str, *, force: bool) -> None:
    """Refuse to write over a file.

    Raises:
        WrongUsage: it is there, not empty, and there is no ``force``; or it is a folder.
    """
    target = Path(name)
    with refusing_unwritable(name):
        if target.is_dir():
            raise WrongUsage(f"{name} is a folder: name a file in it")
        if target.is_file() and target.stat().st_size and not force:
            raise WrongUsage(f"{name} is there already: name another file, or overwrite it with --force")


def _opened(name: str, path: Path, mode: str, *, private: bool = False) -> TextIO:
    with refusing_unwritable(name):
        return open(path, mode, encoding="utf-8", opener=_private if private else None)  # type: ignore[return-value]


@contextmanager
def refusing_unwritable(name: str) -> Iterator[None]:
    """Say of a file or folder that it cannot be written.

    Raises:
        WrongUsage: the system said so.
    """
    try:
        yield
    except OSError as error:
        raise WrongUsage(f"{name} cannot be written: {error.strerror}") from None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
