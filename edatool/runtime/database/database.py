"""One connection to a database with tables of ours, and its errors as ours."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Protocol, TypeVar

from edatool.errors import EdatoolError
from edatool.runtime.database.tables import Dialect, Tables

Row = tuple[Any, ...]
T = TypeVar("T")
_FULL = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_SHMSIZE")


class Execute(Protocol):
    """Runs a statement, whose parameters are ``?``, and returns its rows."""

    def __call__(self, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run it."""


def in_parts(values: Sequence[T], most: int) -> Iterable[Sequence[T]]:
    """Return parts of at most so many values: databases limit the parameters of one statement."""
    return (values[start : start + most] for start in range(0, len(values), most))


class Database:
    """A connection of a DB-API, which is made when it is needed, and again after ``close``; for one thread.

    ``connect`` returns it in autocommit mode, and what ``identify`` says of what it is to; ``name`` says where that is,
    without a password. ``identify`` returns what tells it from another of the same name that was put there while this
    one was in use; ``abandon`` is called then, before the connection is closed.
    """

    def __init__(
        self,
        name: str,
        dialect: Dialect,
        tables: Tables,
        connect: Callable[[], tuple[Any, object]],
        *,
        identify: Callable[[], object] = lambda: None,
        abandon: Callable[[], None] = lambda: None,
    ) -> None:
        self.name, self.dialect, self.tables, self._connect = name, dialect, tables, connect
        self._identify, self._abandon = identify, abandon
        self._identity: object = None
        self._which = object()
        self._connection: Any = None

    def run(self, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run one statement by itself.

        Raises:
            EdatoolError: that of its tables: it cannot be reached, refuses, or there is no room in it.
        """
        with self._translated() as connection:
            return self._run(connection, statement, parameters)

    @contextmanager
    def transaction(self) -> Iterator[Execute]:
        """Run statements that have an effect together, or none.

        Raises: as ``run``.
        """
        with self._translated() as connection:
            connection.execute(self.dialect.begin)
            try:
                yield lambda statement, parameters=(): self._run(connection, statement, parameters)
                connection.execute("COMMIT")
            except BaseException:
                # SQLite ends some transactions by itself; a lost connection has none.
                with suppress(connection.Error):
                    connection.execute("ROLLBACK")
                raise
            # SQLite goes on with a file that was deleted, and what it writes there ends with the process.
            if self._identify() != self._identity:
                self._abandon()
                # Not to be compared anymore: numbers of files are used again.
                self._identity = self
                raise self.tables.gone(
                    f"the {self.tables.noun} {self.name} was deleted or replaced while it was in use"
                )

    def opened(self) -> object:
        """Return an object that stands for the one of all databases of this name that the next statement is for.

        Raises: as ``run``.
        """
        with self._translated():
            return self._which

    def close(self) -> None:
        """End the connection; the next statement makes a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(connection.Error):
                connection.close()

    def _run(self, connection: Any, statement: str, parameters: Sequence[object]) -> list[Row]:
        cursor = connection.execute(statement.replace("?", self.dialect.mark), parameters)
        return cursor.fetchall() if cursor.description else []

    @contextmanager
    def _translated(self) -> Iterator[Any]:
        if self._connection is None:
            self._connection, identity = self._connect()
            if identity != self._identity:
                self._identity, self._which = identity, object()
        connection = self._connection
        try:
            yield connection
        except connection.Error as error:
            raise translated(self.name, self.tables, error) from None


def translated(name: str, tables: Tables, error: Exception) -> EdatoolError:
    """Return what a database says as an error of ours."""
    code = getattr(error, "sqlite_errorname", "")
    words = said(error)
    which = f"the {tables.noun} {name}"
    if code in _FULL:
        return tables.full(f"{which} is full, or its disk: {words}")
    if tables.are_missing(words):
        return tables.error(f"{name} has no tables of the {tables.noun}: {tables.way_out}")
    if isinstance(error, sqlite3.DatabaseError) and code == "SQLITE_BUSY":
        return tables.error(f"{which} is locked: another process does not stop writing to it")
    return tables.error(f"{which} cannot be used: {words}")


def said(error: Exception) -> str:
    """Return all that a database says about an error, on one line, without the place in our own statement."""
    diagnosis = getattr(error, "diag", None)
    if diagnosis is not None and diagnosis.message_primary:
        parts = (diagnosis.message_primary, diagnosis.message_detail, diagnosis.message_hint)
        return "; ".join(part for part in parts if part)
    return " ".join(str(error).split())
