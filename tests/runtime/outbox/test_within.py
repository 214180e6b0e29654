"""Events in transactions of a service's own database."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker
from sqlalchemy.pool import NullPool

from edatool import Publisher
from edatool.broker.address import parse
from edatool.errors import OutboxError, WrongUsage
from edatool.runtime.database.dsn import of_dsn
from edatool.runtime.database.tables import DIALECTS
from edatool.runtime.outbox import status
from edatool.runtime.outbox.leases import OutboxStore
from edatool.runtime.outbox.outbox import relay_of, to_broker
from edatool.runtime.outbox.schema import OUTBOX, ddl
from tests.broker_fixtures import Vhost
from tests.runtime.outbox.kept import spec_in
from tests.runtime.outbox.relays import by_key, declare, eventually, take

GOOD = {"region": "eu"}


@pytest.fixture
def publisher(tmp_path: Path) -> Iterator[Publisher]:
    with Publisher(spec_in(tmp_path)) as publisher:
        yield publisher


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database of SQLite with the tables of an outbox, and one of a service's own."""
    file = tmp_path / "service.db"
    connection = sqlite3.connect(file)
    for statement in (*ddl(DIALECTS["sqlite"]), "CREATE TABLE own (id integer)"):
        connection.execute(statement)
    connection.close()
    return file


@pytest.fixture
def database(postgresql: str) -> str:
    """The DSN of such a database of PostgreSQL."""
    with psycopg.connect(postgresql) as connection:
        for statement in (*ddl(DIALECTS["postgresql"]), "CREATE TABLE own (id integer)"):
            connection.execute(statement)
    return postgresql


@pytest.fixture(params=["sqlite", "postgresql"])
def dsn(request: pytest.FixtureRequest) -> str:
    """A DSN, once for each kind of database."""
    if request.param == "sqlite":
        return f"sqlite:///{request.getfixturevalue('file')}"
    found: str = request.getfixturevalue("database")
    return found


def engine_of(dsn: str) -> sqlalchemy.Engine:
    return sqlalchemy.create_engine(dsn.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool)


def kept(dsn: str) -> list[str]:
    database = of_dsn(dsn, OUTBOX)
    rows = database.run("SELECT message_id FROM edatool_outbox ORDER BY seq")
    database.close()
    return [one for (one,) in rows]


def connected(dsn: str) -> Any:
    if dsn.startswith("sqlite"):
        return sqlite3.connect(dsn.removeprefix("sqlite:///"))
    return psycopg.connect(dsn)


def test_an_event_is_kept_where_the_transaction_is_committed_and_only_there(publisher: Publisher, dsn: str) -> None:
    connection = connected(dsn)
    receipt = publisher.publish_within(connection, "placed", GOOD, "rolled back")
    connection.rollback()
    assert (receipt.outcome, receipt.key) == ("accepted", "order.eu")
    connection.execute("INSERT INTO own VALUES (1)")
    publisher.publish_within(connection, "placed", GOOD, "committed")
    connection.commit()
    connection.close()
    assert kept(dsn) == ["committed"]


def test_a_payload_that_breaks_its_contract_is_rejected_and_not_kept(publisher: Publisher, dsn: str) -> None:
    connection = connected(dsn)
    receipt = publisher.publish_within(connection, "placed", {})
    connection.commit()
    connection.close()
    assert (receipt.outcome, len(receipt.violations)) == ("rejected", 1)
    assert kept(dsn) == []


def test_a_session_and_a_connection_of_sqlalchemy_will_do(publisher: Publisher, dsn: str) -> None:
    engine = engine_of(dsn)
    with Session(engine) as session, session.begin():
        session.execute(sqlalchemy.text("INSERT INTO own VALUES (1)"))
        publisher.publish_within(session, "placed", GOOD, "session")
    with Session(engine) as session:
        publisher.publish_within(session, "placed", GOOD, "rolled back")
        session.rollback()
    scoped = scoped_session(sessionmaker(engine))
    publisher.publish_within(scoped, "placed", GOOD, "scoped")
    scoped.commit()
    scoped.remove()
    with engine.begin() as connection:
        publisher.publish_within(connection, "placed", GOOD, "connection")
    engine.dispose()
    assert kept(dsn) == ["session", "scoped", "connection"]


def test_an_asynchronous_session_will_do_in_run_sync(publisher: Publisher, database: str) -> None:
    async def publish() -> None:
        engine = create_async_engine(database.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool)
        async with AsyncSession(engine) as session, session.begin():
            await session.run_sync(lambda one: publisher.publish_within(one, "placed", GOOD, "async"))
        await engine.dispose()

    asyncio.run(publish())
    assert kept(database) == ["async"]


def test_autocommit_without_a_transaction_is_refused(publisher: Publisher, file: Path, database: str) -> None:
    lite = sqlite3.connect(file, isolation_level=None)
    with pytest.raises(WrongUsage, match="begin one"):
        publisher.publish_within(lite, "placed", GOOD)
    lite.execute("BEGIN")
    assert publisher.publish_within(lite, "placed", GOOD).ok
    lite.execute("COMMIT")
    lite.close()
    with psycopg.connect(database, autocommit=True) as connection:
        with pytest.raises(WrongUsage, match="begin one"):
            publisher.publish_within(connection, "placed", GOOD)
        with connection.transaction():
            assert publisher.publish_within(connection, "placed", GOOD).ok
    engine = engine_of(database).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as one, pytest.raises(WrongUsage, match="begin one"):
        publisher.publish_within(one, "placed", GOOD)
    assert (len(kept(f"sqlite:///{file}")), len(kept(database))) == (1, 1)


def test_what_is_no_transaction_is_refused(publisher: Publisher) -> None:
    with pytest.raises(WrongUsage, match="a dict is no transaction"):
        publisher.publish_within({}, "placed", GOOD)


def test_a_relay_sends_what_was_committed_in_the_order_of_each_key(
    publisher: Publisher, dsn: str, vhost: Vhost
) -> None:
    declare(vhost.url, "q")
    connection = connected(dsn)
    for number in range(2000):
        publisher.publish_within(connection, "placed", {"region": f"r{number % 7}"}, str(number))
        if number % 100 == 99:
            connection.commit()
    publisher.publish_within(connection, "placed", {"region": "r0"}, "99999")
    one = relay_of(of_dsn(dsn, OUTBOX), to_broker(parse(vhost.url)))
    if dsn.startswith("sqlite"):
        connection.rollback()
    one.run(once=True)
    connection.rollback()
    connection.close()
    found = by_key(take(vhost.url))
    assert found == {f"order.r{rest}": list(range(rest, 2000, 7)) for rest in range(7)}
    assert kept(dsn) == []


def test_several_relays_of_postgresql_share_the_work_and_send_nothing_twice(
    publisher: Publisher, database: str, vhost: Vhost
) -> None:
    declare(vhost.url, "q")
    with psycopg.connect(database) as connection, connection.pipeline():
        for number in range(20_000):
            publisher.publish_within(connection, "placed", {"region": f"r{number % 100}"}, str(number))
    relays = [relay_of(of_dsn(database, OUTBOX), to_broker(parse(vhost.url))) for _ in range(3)]
    threads = [threading.Thread(target=one.run) for one in relays]
    for one in threads:
        one.start()
    eventually(lambda: kept(database) == [])
    for running in relays:
        running.stop(10)
    for one in threads:
        one.join()
    found = by_key(take(vhost.url))
    assert found == {f"order.r{rest}": list(range(rest, 20_000, 100)) for rest in range(100)}
    assert min(one.counts["confirmed"] for one in relays) > 100


def test_a_message_that_is_committed_late_is_not_overlooked(publisher: Publisher, database: str, vhost: Vhost) -> None:
    declare(vhost.url, "q")
    with psycopg.connect(database) as early, psycopg.connect(database) as late:
        publisher.publish_within(late, "placed", GOOD, "late")
        publisher.publish_within(early, "placed", GOOD, "early")
        early.commit()
        relay_of(of_dsn(database, OUTBOX), to_broker(parse(vhost.url))).run(once=True)
        assert kept(database) == []
        late.commit()
    relay_of(of_dsn(database, OUTBOX), to_broker(parse(vhost.url))).run(once=True)
    assert [number for _, number in take(vhost.url)] == ["early", "late"]


def test_unroutable_messages_are_parked_tried_again_and_purged_in_both(
    publisher: Publisher, dsn: str, vhost: Vhost
) -> None:
    declare(vhost.url, "q")
    connection = connected(dsn)
    publisher.publish_within(connection, "placed", GOOD, "1")
    connection.execute("UPDATE edatool_outbox SET exchange = 'amq.topic'")
    connection.commit()
    database = of_dsn(dsn, OUTBOX)
    relay_of(database, to_broker(parse(vhost.url)), attempts=1).run(once=True)
    found = status.status(database)
    assert (found.waiting, found.parked_messages, found.parked[0].reason) == (0, 1, "NO_ROUTE")
    assert status.retry(database) == 1
    assert status.status(database).waiting == 1
    relay_of(of_dsn(dsn, OUTBOX), to_broker(parse(vhost.url)), attempts=1).run(once=True)
    assert status.purge(database, "parked") == 1
    assert status.status(database).parked_messages == 0
    publisher.publish_within(connection, "placed", GOOD, "2")
    connection.commit()
    connection.close()
    assert status.purge(database, "all") == 1
    database.close()


def test_a_transaction_without_the_tables_is_an_error_that_says_how(
    publisher: Publisher, tmp_path: Path, postgresql: str
) -> None:
    for dsn in (f"sqlite:///{tmp_path / 'empty.db'}", postgresql):
        connection = connected(dsn)
        with pytest.raises(OutboxError, match="edatool outbox ddl"):
            publisher.publish_within(connection, "placed", GOOD)
        connection.close()
        engine = engine_of(dsn)
        with Session(engine) as session, pytest.raises(OutboxError, match="edatool outbox ddl"):
            publisher.publish_within(session, "placed", GOOD)
        engine.dispose()


def test_all_that_postgresql_says_is_shown(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("ALTER TABLE edatool_outbox_lane ADD CHECK (lane < 10)")
    one = of_dsn(database, OUTBOX)
    with pytest.raises(OutboxError) as raised:
        OutboxStore(one, "relay").claim(1)
    one.close()
    assert "violates check constraint" in str(raised.value)
    assert "Failing row contains (10, " in str(raised.value)
    assert "\n" not in str(raised.value)
    unreachable = of_dsn("postgresql://u:hidden@127.0.0.1:1/x", OUTBOX)
    with pytest.raises(OutboxError, match=r"port 1 failed: .*Is the server running"):
        unreachable.run("SELECT 1")


def test_a_database_without_the_tables_is_an_error_that_says_how(tmp_path: Path, postgresql: str) -> None:
    sqlite3.connect(tmp_path / "empty.db").close()
    for dsn in (f"sqlite:///{tmp_path / 'empty.db'}", postgresql):
        database = of_dsn(dsn, OUTBOX)
        with pytest.raises(OutboxError, match="edatool outbox ddl"):
            status.status(database)
        database.close()


@pytest.mark.parametrize(
    ("dsn", "words"),
    [
        ("mysql://root:hidden@localhost/x", "cannot be read"),
        ("outbox.db", "cannot be read"),
        ("postgresql://u:hid@den@localhost/x", "percent-encode"),
        ("postgresql://u:hid:den@localhost/x", "percent-encode"),
        ("postgresql://u:hidden@localhost:port/x", "cannot be read"),
        ("postgresql://u:hidden@localhost/x?hidden=1", "cannot read the DSN"),
        ("postgresql://u:hidden@127.0.0.1:1/x", "cannot be reached"),
    ],
)
def test_a_dsn_that_is_wrong_is_an_error_that_does_not_repeat_the_password(dsn: str, words: str) -> None:
    with pytest.raises((WrongUsage, OutboxError), match=words) as raised:
        status.status(of_dsn(dsn, OUTBOX))
    assert "hid" not in str(raised.value)
    assert raised.value.__context__ is None or raised.value.__suppress_context__


def test_a_wrong_password_of_postgresql_is_not_repeated(database: str) -> None:
    with pytest.raises(OutboxError, match="password authentication failed") as raised:
        status.status(of_dsn(database.replace("secret-of-postgresql", "another-secret"), OUTBOX))
    assert "another-secret" not in str(raised.value)
