"""The file of what was not published."""

from io import SEEK_END, FileIO

from edatool.errors import WrongUsage
from edatool.new_file import require_room
from edatool.spec.files import private


def open_rejects(name: str, *, goes_on: bool, force: bool) -> FileIO:
    """Open a rejects file to ``add`` lines to, behind those that are there where a run ``goes_on``; - is stdout.

    Only its owner may read it. There is no buffer: what the state of a run counts must be in the file, and a kill must
    not cut a line in two.

    Raises:
        WrongUsage: it is there already, not empty, and there is no ``force``; or it cannot be opened.
    """
    try:
        if name == "-":
            return FileIO(1, "w", closefd=False)
        if not goes_on:
            require_room(name, force=force)
        file = FileIO(name, "a+" if goes_on else "w", opener=private)
    except OSError as error:
        raise WrongUsage(f"{name} cannot be opened: {error.strerror}") from None
    if goes_on and file.seek(0, SEEK_END):
        file.seek(-1, SEEK_END)
        if file.read() != b"\n":  # a machine that failed may have cut one all the same
            file.write(b"\n")
    return file


def add(file: FileIO, line: str) -> None:
    """Write one line.

    Raises:
        WrongUsage: it cannot be written, as where the disk is full.
    """
    left = f"{line}\n".encode()
    try:
        while left:
            left = left[file.write(left) :]
    except OSError as error:
        raise WrongUsage(f"{file.name!s} cannot be written: {error.strerror}") from None
