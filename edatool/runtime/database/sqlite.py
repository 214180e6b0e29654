"""A database in a file of SQLite."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Literal

from edatool.alone import alone
from edatool.runtime.database.database import Database, translated
from edatool.runtime.database.tables import SQLITE, Tables

PATIENCE = 10.0
"""Seconds to wait while other processes write to a file that has to be there."""

Synchronous = Literal["FULL", "NORMAL"]
"""FULL: what is committed is on the disk, and outlives the machine's power; NORMAL: it outlives the process."""


def made(
    file: Path, tables: Tables, synchronous: Synchronous, patience: float = PATIENCE, limit: int | None = None
) -> Database:
    """Return a file that is made where it is not there, and takes no more than ``limit`` bytes.

    ``patience`` is for how many seconds to wait while other processes write.
    """
    return _database(file, tables, lambda: _made(file, tables, synchronous, patience, limit), *_beside(file))


def existing(file: Path, tables: Tables, synchronous: Synchronous = "NORMAL") -> Database:
    """Return a file that has to be there, with its tables: one of ours, or a service's database."""
    return _database(file, tables, lambda: _existing(file, tables, synchronous))


def _database(file: Path, tables: Tables, connect: Callable[[], sqlite3.Connection], *beside: Path) -> Database:
    """Return a database that is told from others of its name by its file and those ``beside`` it."""
    known: list[tuple[int, int] | None] = []

    def identify() -> tuple[tuple[int, int] | None, ...]:
        return tuple(map(_identity, (file, *beside)))

    def connect_and_note() -> tuple[sqlite3.Connection, object]:
        while True:
            before = _identity(file)
            connection = connect()
            known[:] = identify()
            if known[0] == before:
                return connection, tuple(known)
            # It was made, or another was put in its place: the connection may be to one that is gone.
            connection.close()

    def abandon() -> None:
        # Another file in its place must not find its log. The numbers are not used again while it is open.
        if _identity(file) != known[0]:
            _remove(one for one, was in zip(beside, known[1:], strict=True) if _identity(one) == was)

    return Database(str(file), SQLITE, tables, connect_and_note, identify=identify, abandon=abandon)


def _beside(file: Path) -> tuple[Path, Path]:
    """Return the log and its index, which SQLite finds by name: also where they belong to a file that is gone."""
    return file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")


def _remove(files: Iterable[Path]) -> None:
    for one in files:
        one.unlink(missing_ok=True)


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _existing(file: Path, tables: Tables, synchronous: Synchronous) -> sqlite3.Connection:
    if not file.is_file():
        raise tables.error(f"there is no file {file}: name the {tables.noun} as the service does")
    connection = _opened(file, tables, PATIENCE)
    # Without a log ahead of writing (WAL), less than the default is not safe.
    if connection.execute("PRAGMA journal_mode").fetchone() == ("wal",):
        connection.execute(f"PRAGMA synchronous = {synchronous}")
    return connection


def _made(
    file: Path, tables: Tables, synchronous: Synchronous, patience: float, limit: int | None
) -> sqlite3.Connection:
    _create(file)
    connection = _opened(file, tables, patience)
    try:
        _write_ahead(connection, patience)
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute("BEGIN IMMEDIATE")
        for statement in tables.ddl(SQLITE):
            connection.execute(statement)
        connection.execute("COMMIT")
        if limit is not None:
            (page,) = connection.execute("PRAGMA page_size").fetchone()
            connection.execute(f"PRAGMA max_page_count = {max(limit // page, 1)}")
    except sqlite3.Error as error:
        connection.close()
        raise translated(str(file), tables, error) from None
    return connection


def _create(file: Path) -> None:
    """Make a file that only its user may read; SQLite's files beside it get the same permissions.

    Those that an earlier file of its name has left are removed, as SQLite would take them for its own.
    """
    # What keeps it from being made is said by SQLite, which is next to open it.
    with suppress(OSError), alone(file.parent):
        if not file.exists():
            _remove(_beside(file))
            os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))


def _write_ahead(connection: sqlite3.Connection, patience: float) -> None:
    """Make the log one that is written ahead (WAL), which readers do not block.

    SQLite does not wait by itself here where another connection does the same at this moment.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() >= deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _opened(file: Path, tables: Tables, patience: float) -> sqlite3.Connection:
    if not file.parent.is_dir():
        raise tables.error(f"there is no folder {file.parent} for the {tables.noun}: make it")
    connection = None
    try:
        connection = sqlite3.connect(file, timeout=patience, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode").fetchone()
    except sqlite3.Error as error:
        if connection:
            connection.close()
        raise translated(str(file), tables, error) from None
    return connection
