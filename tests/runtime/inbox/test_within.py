"""Effect, memory and events in one transaction of a service's own database."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import sqlalchemy
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from edatool import Publisher
from edatool.errors import ClaimLost, InboxError, WrongUsage
from edatool.runtime.database.tables import DIALECTS
from edatool.runtime.inbox import schema
from edatool.runtime.inbox.claims import Busy, Claimed, Done
from edatool.runtime.inbox.open import open_inbox
from edatool.runtime.inbox.within import complete_within
from edatool.runtime.outbox.schema import ddl as outbox_ddl
from tests.runtime.inbox.test_inbox import claimed, taken_over
from tests.runtime.outbox.kept import spec_in

Begin = Callable[[str], Any]
"""Opens a transaction in a service's database, and commits it at the end."""


def file_of(dsn: str) -> str:
    return dsn.removeprefix("sqlite:///")


@contextmanager
def plain(dsn: str) -> Iterator[Any]:
    connection = sqlite3.connect(file_of(dsn)) if dsn.startswith("sqlite") else psycopg.connect(dsn)
    try:
        with connection:
            yield connection
    finally:
        connection.close()


@contextmanager
def of_sqlalchemy(dsn: str) -> Iterator[Session]:
    engine = sqlalchemy.create_engine(dsn.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool)
    with Session(engine) as session, session.begin():
        yield session
    engine.dispose()


@contextmanager
def of_django(dsn: str) -> Iterator[Any]:
    import django
    from django.conf import settings
    from django.db import connections
    from django.db.transaction import atomic

    if not settings.configured:
        settings.configure()
        django.setup()
    split = urlsplit(dsn)
    lite = {"ENGINE": "django.db.backends.sqlite3", "NAME": file_of(dsn)}
    other = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": split.path[1:],
        "USER": split.username,
        "PASSWORD": split.password,
        "HOST": split.hostname,
        "PORT": split.port,
    }
    connections.databases["default"] = connections.configure_settings(
        {"default": lite if dsn.startswith("sqlite") else other}
    )["default"]
    connections["default"] = connection = connections.create_connection("default")
    try:
        with atomic():
            yield connection
    finally:
        connection.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The DSN of a service's database, with tables of an inbox, an outbox and its own."""
    dsn: str = f"sqlite:///{tmp_path / 'service.db'}"
    if request.param == "postgresql":
        dsn = request.getfixturevalue("postgresql")
    dialect = DIALECTS[request.param]
    with plain(dsn) as connection:
        for statement in (*schema.ddl(dialect), *outbox_ddl(dialect), "CREATE TABLE effects (id integer)"):
            connection.execute(statement)
    return dsn


def effect(transaction: Any) -> None:
    statement = "INSERT INTO effects VALUES (1)"
    if isinstance(transaction, Session):
        transaction.execute(sqlalchemy.text(statement))
        return
    cursor = transaction.cursor()
    cursor.execute(statement)
    cursor.close()


def counted(dsn: str, table: str) -> int:
    with plain(dsn) as connection:
        (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(count)


@pytest.fixture(params=[plain, of_sqlalchemy, of_django], ids=lambda one: one.__name__)
def begin(request: pytest.FixtureRequest) -> Begin:
    found: Begin = request.param
    return found


def test_effect_memory_and_events_are_committed_together_or_not_at_all(
    service: str, begin: Begin, tmp_path: Path
) -> None:
    def handle(claim: Claimed, *, fails: bool) -> None:
        with begin(service) as transaction:
            effect(transaction)
            assert publisher.publish_within(transaction, "placed", {"region": "eu"}).ok
            complete_within(transaction, claim)
            if fails:
                raise RuntimeError("after all of it")

    with Publisher(spec_in(tmp_path)) as publisher, open_inbox(service) as inbox:
        claim = claimed(inbox)
        with pytest.raises(RuntimeError, match="after all of it"):
            handle(claim, fails=True)
        assert isinstance(inbox.claim("orders", "1", 60), Busy)
        assert [counted(service, table) for table in ("effects", "edatool_outbox")] == [0, 0]
        handle(claim, fails=False)
        assert inbox.claim("orders", "1", 60) == Done()
        assert [counted(service, table) for table in ("effects", "edatool_outbox")] == [1, 1]
        assert inbox.complete(claim)


def handle(begin: Begin, service: str, claim: Claimed) -> None:
    with begin(service) as transaction:
        effect(transaction)
        complete_within(transaction, claim)


def test_a_claim_that_was_lost_takes_the_effect_back(service: str, begin: Begin) -> None:
    with open_inbox(service) as inbox:
        lost = claimed(inbox)
        held = taken_over(inbox)
        with pytest.raises(ClaimLost, match="does not hold the event 1 anymore"):
            handle(begin, service, lost)
        assert counted(service, "effects") == 0
        assert inbox.complete(held)


def test_without_a_transaction_or_the_table_it_is_refused(tmp_path: Path, service: str) -> None:
    claim = Claimed("orders", "1", 1)
    empty = f"sqlite:///{tmp_path / 'empty.db'}"
    words = "no tables of the inbox: make them with what edatool inbox ddl prints"
    with pytest.raises(InboxError, match=words), plain(empty) as transaction:
        complete_within(transaction, claim)
    with open_inbox(empty) as inbox, pytest.raises(InboxError, match="edatool inbox ddl"):
        inbox.claim("orders", "1", 60)
    with pytest.raises(WrongUsage, match="a dict is no transaction"):
        complete_within({}, claim)
    if service.startswith("postgresql"):
        with psycopg.connect(service, autocommit=True) as connection, pytest.raises(WrongUsage, match="begin one"):
            complete_within(connection, claim)


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("mysql://root:hidden@localhost/x", "cannot be read"),
        ("redis://u:hidden@localhost:port/x", "cannot be read"),
        ("redis://u:hidden@127.0.0.1:1/0", "cannot be used"),
        ("postgresql://u:hidden@127.0.0.1:1/x", "cannot be reached"),
    ],
)
def test_a_url_that_is_wrong_is_an_error_that_does_not_repeat_the_password(where: str, words: str) -> None:
    with pytest.raises((WrongUsage, InboxError), match=words) as raised, open_inbox(where) as inbox:
        inbox.claim("orders", "1", 60)
    assert "hidden" not in str(raised.value)
