"""A file of SQLite that another takes the place of at the worst moment."""

import sqlite3
from pathlib import Path

import pytest

from edatool.runtime.database import sqlite
from edatool.runtime.database.tables import Tables
from edatool.runtime.outbox.schema import OUTBOX


def file_with(file: Path, word: str) -> None:
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE said (word)")
    connection.execute("INSERT INTO said VALUES (?)", (word,))
    connection.commit()
    connection.close()


def test_a_file_that_is_replaced_while_it_is_connected_to_is_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, opened = tmp_path / "outbox.db", sqlite._opened
    connected: list[sqlite3.Connection] = []
    file_with(file, "old")

    def replace_meanwhile(file: Path, tables: Tables, patience: float) -> sqlite3.Connection:
        connection = opened(file, tables, patience)
        if not connected:
            file.unlink()
            file_with(file, "new")
        connected.append(connection)
        return connection

    monkeypatch.setattr(sqlite, "_opened", replace_meanwhile)
    database = sqlite.existing(file, OUTBOX)
    assert database.run("SELECT word FROM said") == [("new",)]
    database.close()
