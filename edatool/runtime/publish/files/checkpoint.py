"""How far a run came that publishes lines: kept in a file, so that it goes on there after any end."""

import fcntl
import json
import os
import reprlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, field
from io import FileIO
from pathlib import Path

from edatool.errors import Locked, WrongUsage
from edatool.frozen import frozen

FORMAT_VERSION = 1


@frozen
class Checkpoint:
    """The lines up to ``position`` have their outcome; ``checksum`` is theirs, and ``outcomes`` counts how they ended.

    ``run`` is what message ids are made from, ``event`` and ``files`` are what is published.
    """

    run: str
    event: str
    files: tuple[str, ...]
    position: int = 0
    checksum: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep other processes from going on with the same file, which would publish all of it twice.

    The lock is on a file beside it, which stays: the state itself is replaced again and again.

    Raises:
        Locked: one does so already.
        WrongUsage: there is no such folder, or it cannot be written to.
    """
    try:
        file = FileIO(path.with_name(f"{path.name}.lock"), "w")
    except OSError as error:
        raise WrongUsage(f"{path} cannot be written: {error.strerror}") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Locked(f"another process publishes with {path}: wait for its end") from None
        yield


def read(path: Path, fresh: Checkpoint) -> Checkpoint:
    """Return what the file says; ``fresh``, the start of a new run, where there is no file.

    Raises:
        WrongUsage: it cannot be read, or is about other files or another event.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return fresh
    except (OSError, ValueError) as error:
        raise WrongUsage(f"{path} cannot be read as the state of a run ({error}): name another file") from None
    version = value.pop("format_version", None) if isinstance(value, dict) else None
    if type(version) is not int or version != FORMAT_VERSION:
        raise WrongUsage(f"{path} is not the state of a run of this version of edatool: name another file")
    try:
        found = _well_typed(Checkpoint(**{**value, "files": tuple(value["files"])}))
    except (TypeError, KeyError) as error:
        raise WrongUsage(f"{path} is the state of a run, and damaged ({error}): name another file") from None
    if (found.event, found.files) != (fresh.event, fresh.files):
        what = f"{found.event} from {', '.join(found.files)}"
        raise WrongUsage(f"{path} is the state of another run, which publishes {what}: name another file")
    return found


def _well_typed(one: Checkpoint) -> Checkpoint:
    if not isinstance(one.outcomes, dict):
        raise TypeError("outcomes is no object")
    for name, number in {"position": one.position, "checksum": one.checksum, **one.outcomes}.items():
        if type(number) is not int or number < 0:  # true is an int to isinstance
            raise TypeError(f"{name} is {reprlib.repr(number)}")
    if not isinstance(one.run, str):
        raise TypeError(f"run is {reprlib.repr(one.run)}")
    return one


def write(path: Path, checkpoint: Checkpoint) -> None:
    """Replace the file, all of it or nothing, also when the machine fails.

    Raises:
        WrongUsage: it cannot be written.
    """
    new = path.with_name(f"{path.name}.new")
    try:
        with new.open("w", encoding="utf-8") as file:
            file.write(json.dumps({"format_version": FORMAT_VERSION, **asdict(checkpoint)}) + "\n")
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        raise WrongUsage(f"{path} cannot be written: {error.strerror}") from None
