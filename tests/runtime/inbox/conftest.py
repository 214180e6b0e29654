"""Inboxes of every kind."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from edatool.runtime.database.tables import POSTGRESQL
from edatool.runtime.inbox.inbox import Inbox
from edatool.runtime.inbox.open import open_inbox
from edatool.runtime.inbox.schema import ddl

KINDS = ("sqlite", "postgresql", "redis")


@pytest.fixture
def inbox_in_postgresql(postgresql: str) -> str:
    """The DSN of a database with the table of an inbox."""
    with psycopg.connect(postgresql) as connection:
        for statement in ddl(POSTGRESQL):
            connection.execute(statement)
    return postgresql


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty inbox is, once for each kind."""
    if request.param == "sqlite":
        return str(tmp_path / "inbox.db")
    found: str = request.getfixturevalue({"postgresql": "inbox_in_postgresql", "redis": "redis_url"}[request.param])
    return found


@pytest.fixture
def inbox(place: str) -> Iterator[Inbox]:
    with open_inbox(place) as inbox:
        yield inbox
