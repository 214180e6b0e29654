"""Files that somebody names, read without trusting the name (no device, no pipe, nothing endless), and private ones."""

import os
import stat
import sys
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

STANDARD_INPUT = "-"


class Unreadable(Exception):
    """Why a file was not read, in words that go on behind its name."""


def read_file(file: str | Path, most: int) -> bytes:
    """Return the content of a regular file of at most so many bytes.

    Raises:
        Unreadable: it is missing, no regular file, larger, or may not be read.
    """
    try:
        # Without O_NONBLOCK a pipe without a writer is waited for before anybody can see that it is one.
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except OSError as error:
        way_out = ": correct the name" if isinstance(error, FileNotFoundError) else ""
        raise Unreadable(f"cannot be read: {error.strerror}{way_out}") from None
    except ValueError:  # a NUL in the name
        raise Unreadable("cannot be read: this is not the name of a file") from None
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise Unreadable("is a folder: name a file in it")
        if not stat.S_ISREG(mode):
            raise Unreadable("is no regular file, but a device or a pipe: write what comes from it to a file")
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            content = stream.read(most + 1)
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from None
    finally:
        os.close(descriptor)
    if len(content) > most:
        raise Unreadable(f"is over {most} bytes: split it")
    return content


def read_given(name: str, most: int) -> bytes:
    """Return the content of a file that a user named, or of standard input for ``-``.

    Raises:
        Unreadable: as of ``read_file``, or there is more than so many bytes.
    """
    if name != STANDARD_INPUT:
        return read_file(name, most)
    content = _read_once(sys.stdin.buffer, most)
    if len(content) > most:
        raise Unreadable(f"is over {most} bytes: split it")
    return content


@lru_cache(maxsize=1)
def _read_once(stream: BinaryIO, most: int) -> bytes:
    """Return what a stream holds, up to one byte more than that; who asks again, to show lines of it, gets the same."""
    return stream.read(most + 1)


def private(path: str, flags: int) -> int:
    """Open a file for its owner alone, also one that was there before; for ``open(..., opener=private)``.

    Raises:
        OSError: it cannot be opened, or belongs to somebody else.
    """
    descriptor = os.open(path, flags, 0o600)
    try:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):  # a device or a pipe is not ours to close to others
            os.fchmod(descriptor, 0o600)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
