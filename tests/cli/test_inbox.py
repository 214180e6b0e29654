"""edatool inbox."""

import json
import sqlite3
from pathlib import Path

import psycopg
import pytest

from edatool.runtime.inbox.claims import Claimed
from edatool.runtime.inbox.open import open_inbox
from tests.cli.conftest import EdatoolRun


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_ddl_prints_statements_that_the_database_takes(
    edatool: EdatoolRun, request: pytest.FixtureRequest, tmp_path: Path, dialect: str
) -> None:
    statements = edatool("inbox", "ddl", "--dialect", dialect).out
    dsn = f"sqlite:///{tmp_path / 'service.db'}"
    if dialect == "sqlite":
        with sqlite3.connect(tmp_path / "service.db") as connection:
            connection.executescript(statements)
        connection.close()
    else:
        dsn = request.getfixturevalue("postgresql")
        with psycopg.connect(dsn) as server:
            server.execute(statements.encode())
    with open_inbox(dsn) as inbox:
        assert isinstance(inbox.claim("orders", "1", 60), Claimed)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An inbox with an event that is done, and one that is claimed."""
    monkeypatch.chdir(tmp_path)
    with open_inbox("inbox.db") as inbox:
        done = inbox.claim("orders", "1", 60)
        assert isinstance(done, Claimed)
        inbox.complete(done)
        inbox.claim("orders", "2", 60)
    return tmp_path / "inbox.db"


@pytest.mark.usefixtures("kept")
def test_status_tells_what_is_remembered_and_purge_forgets_what_is_old(edatool: EdatoolRun) -> None:
    shown = edatool("inbox", "status", "inbox.db").out.splitlines()
    assert [line.partition(",")[0] for line in shown] == ["orders: 1 event claimed", "orders: 1 event done"]
    found = json.loads(edatool("inbox", "status", "--dsn", "sqlite:///inbox.db", "--format", "json").out)
    assert [(one["state"], one["events"]) for one in found["counts"]] == [("claimed", 1), ("done", 1)]
    assert edatool("inbox", "purge", "inbox.db", "--older", "1h").out == "0 events forgotten\n"
    assert edatool("inbox", "purge", "inbox.db", "--older", "0s", "--consumer", "others").out == "0 events forgotten\n"
    assert edatool("inbox", "purge", "inbox.db", "--older", "0s").out == "1 event forgotten\n"
    assert edatool("inbox", "status", "inbox.db").out.startswith("orders: 1 event claimed, the oldest claimed ")


def test_an_inbox_has_to_be_named_and_to_be_there(edatool: EdatoolRun, kept: Path) -> None:
    assert edatool("inbox", "status").code == 2
    missing = edatool("inbox", "status", "nothing.db")
    assert (missing.code, missing.err) == (
        4,
        "edatool: there is no file nothing.db: name the inbox as the service does\n",
    )
    assert not kept.with_name("nothing.db").exists()
    assert edatool("inbox", "purge", "inbox.db").code == 2
    assert "an age such as 30m" in edatool("inbox", "purge", "inbox.db", "--older", "soon").err
