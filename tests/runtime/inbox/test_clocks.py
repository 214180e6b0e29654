"""Clocks of databases that are set forward and back: no claim ends by that, and nothing is forgotten early."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from edatool.runtime.database.dsn import of_dsn
from edatool.runtime.inbox.claims import Busy, Claimed, Done
from edatool.runtime.inbox.inbox import Inbox
from edatool.runtime.inbox.schema import INBOX, ddl
from edatool.runtime.inbox.sql import SqlStore
from tests.runtime.inbox.test_inbox import LEASE, claimed, taken_over

RETENTION, DAY = 3600.0, 86400.0


class Clock:
    """The clock of a database with an inbox, which is ahead of the right time by what its table ``clock`` says."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        if dsn.startswith("sqlite"):
            self._connection: sqlite3.Connection | psycopg.Connection = sqlite3.connect(
                dsn.removeprefix("sqlite:///"), isolation_level=None
            )
        else:
            self._connection = psycopg.connect(dsn, autocommit=True)
        self._connection.execute("CREATE TABLE clock AS SELECT 0.0 AS ahead")

    def set_by(self, seconds: float) -> None:
        self._connection.execute(f"UPDATE clock SET ahead = ahead + {seconds}")

    def inbox(self) -> Inbox:
        database = of_dsn(self._dsn, INBOX)
        database.dialect = replace(database.dialect, now=f"({database.dialect.now} + (SELECT ahead FROM clock))")
        return Inbox(SqlStore(database, RETENTION))

    def close(self) -> None:
        self._connection.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def clock(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clock]:
    if request.param == "sqlite":
        dsn = f"sqlite:///{tmp_path / 'service.db'}"
        with sqlite3.connect(tmp_path / "service.db") as connection:
            for statement in ddl(of_dsn(dsn, INBOX).dialect):
                connection.execute(statement)
        connection.close()
    else:
        dsn = request.getfixturevalue("inbox_in_postgresql")
    found = Clock(dsn)
    yield found
    found.close()


@pytest.mark.parametrize("jump", [DAY, -3600.0])
def test_a_clock_that_is_set_ends_no_claim_and_holds_up_nobody(clock: Clock, jump: float) -> None:
    with clock.inbox() as inbox:
        first, second = claimed(inbox), claimed(inbox, "2")
        clock.set_by(jump)
        seen = inbox.claim("orders", "1", LEASE)
        assert isinstance(seen, Busy)
        inbox.renew([first], LEASE)
        assert isinstance(inbox.claim("orders", "1", LEASE, seen.held), Busy)
        assert inbox.complete(first)
        later = taken_over(inbox, "2")
        assert later.token > second.token
        assert not inbox.complete(second)
        assert inbox.complete(later)


def test_what_is_remembered_is_not_forgotten_early_where_the_clock_is_set_forward(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edatool.runtime.inbox.sql.TIDY", 0.0)
    with clock.inbox() as inbox:
        held = claimed(inbox)
        inbox.complete(claimed(inbox, "done"))
        clock.set_by(DAY)
        assert isinstance(inbox.claim("orders", "another", LEASE), Claimed)  # which is when it forgets
        assert inbox.claim("orders", "done", LEASE) == Done()
        assert inbox.complete(held)
