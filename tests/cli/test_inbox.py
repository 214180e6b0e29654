"""edatool inbox."""

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
