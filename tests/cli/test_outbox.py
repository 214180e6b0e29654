import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from edatool import Publisher
from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun
from tests.processes import Process
from tests.runtime.outbox.kept import fill, ids_kept, message

ORDER = {"region": "eu", "total": 1}
ORDER_TEXT = '{"region":"eu","total":1}'


@pytest.fixture(autouse=True)
def _no_dsn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EDATOOL_OUTBOX_DSN", raising=False)


@pytest.fixture
def kept(shop: Path) -> Path:
    """An outbox with three orders."""
    with Publisher("routes.yaml", outbox="outbox.db") as publisher:
        for number in range(3):
            publisher.publish("order.placed", ORDER, str(number))
    return shop / "outbox.db"


def test_status_says_what_waits(kept: Path, edatool: EdatoolRun) -> None:
    result = edatool("outbox", "status", "outbox.db")
    assert (result.code, result.err) == (0, "")
    size = 3 * len(ORDER_TEXT)
    expected = rf"3 waiting \({size} bytes, the oldest for \d s\), 0 parked; no relay sends now\n"
    assert re.fullmatch(expected, result.out)
    found = json.loads(edatool("outbox", "status", "outbox.db", "--format", "json").out)
    assert found["age_seconds"] < 60
    assert found | {"age_seconds": 0} == {
        "format_version": 1,
        "waiting": 3,
        "bytes": size,
        "age_seconds": 0,
        "relays": 0,
        "parked_messages": 0,
        "held": [],
        "parked": [],
    }


def test_relay_sends_and_says_what_is_left(kept: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    assert edatool("apply", "--yes").code == 0
    fill(kept, [message(9, key="nobody")])
    result = edatool("outbox", "relay", "outbox.db", "--attempts", "1")
    assert (result.code, result.out) == (6, "3 confirmed, 1 refused; 0 waiting, 1 parked\n")
    assert "is parked: NO_ROUTE" in result.err
    shown = edatool("outbox", "status", "outbox.db").out
    assert "parked, as the broker never took them:\n  (default exchange) [nobody]: 1 of t: NO_ROUTE\n" in shown
    assert edatool("outbox", "retry", "outbox.db").out == "1 message to be sent again\n"
    held = edatool("outbox", "relay", "outbox.db", "--format", "json")
    assert (held.code, json.loads(held.out)) == (
        6,
        {"format_version": 1, "confirmed": 0, "refused": 1, "unanswered": 0, "waiting": 1, "parked_messages": 0},
    )
    assert "(default exchange) [nobody]: 1 waiting, 1 attempt, next in" in edatool("outbox", "status", "outbox.db").out
    found = json.loads(edatool("outbox", "status", "outbox.db", "--format", "json").out)
    assert found["held"][0] | {"due_seconds": 0} == {
        "vhost": None,
        "exchange": "",
        "key": "nobody",
        "messages": 1,
        "attempts": 1,
        "due_seconds": 0,
        "reason": "NO_ROUTE",
    }


def test_relay_of_an_outbox_that_is_empty_then_is_0(kept: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    assert edatool("apply", "--yes").code == 0
    assert edatool("outbox", "relay", "outbox.db").code == 0
    result = edatool("outbox", "relay", "outbox.db")
    assert (result.code, result.out) == (0, "nothing sent; 0 waiting, 0 parked\n")


def test_relay_without_a_broker_is_exit_4_and_keeps_all(kept: Path, edatool: EdatoolRun) -> None:
    assert edatool("outbox", "relay", "outbox.db", "--broker", "amqp://127.0.0.1:1").code == 4
    assert ids_kept(kept) == ["0", "1", "2"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_relay_follows_until_it_is_told_to_end(kept: Path, on_broker: Vhost, edatool: EdatoolRun, number: int) -> None:
    assert edatool("apply", "--yes").code == 0
    environment = {**os.environ, "EDATOOL_OUTBOX_DSN": "sqlite:///outbox.db"}
    command = [sys.executable, "-c", "from edatool.cli.main import main; main()", "outbox", "relay", "--follow"]
    with Process(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as one:
        until_empty(kept)
        fill(kept, [message(9, key="orders")])
        until_empty(kept)
        one.send_signal(number)
        out, err = one.communicate(timeout=30)
    assert (one.returncode, out, err) == (0, "4 confirmed; 0 waiting, 0 parked\n", "")


def until_empty(file: Path) -> None:
    deadline = time.monotonic() + 60
    while ids_kept(file):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_purge_removes_what_it_is_told_to(kept: Path, edatool: EdatoolRun) -> None:
    assert edatool("outbox", "purge", "outbox.db").code == 2
    assert edatool("outbox", "purge", "outbox.db", "--parked").out == "0 messages removed\n"
    assert len(ids_kept(kept)) == 3
    assert edatool("outbox", "purge", "outbox.db", "--all").out == "3 messages removed\n"
    assert ids_kept(kept) == []


def test_an_outbox_has_to_be_named_and_to_be_there(shop: Path, edatool: EdatoolRun) -> None:
    assert edatool("outbox", "status").code == 2
    missing = edatool("outbox", "status", "nothing.db")
    assert (missing.code, "there is no file nothing.db" in missing.err) == (6, True)
    assert not (shop / "nothing.db").exists()
    assert edatool("outbox", "relay", "nothing.db").code == 6


def test_the_password_of_a_dsn_is_never_printed(edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDATOOL_OUTBOX_DSN", "postgresql://shop:hidden-words@127.0.0.1:1/shop")
    for command in ("status", "relay", "retry"):
        result = edatool("outbox", command)
        assert (result.code, "postgresql://shop@127.0.0.1:1/shop cannot be reached" in result.err) == (6, True)
        assert "hidden-words" not in result.out + result.err


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_ddl_prints_statements_that_the_database_takes(
    edatool: EdatoolRun, request: pytest.FixtureRequest, shop: Path, dialect: str
) -> None:
    statements = edatool("outbox", "ddl", "--dialect", dialect).out
    if dialect == "sqlite":
        import sqlite3

        with sqlite3.connect("service.db") as connection:
            connection.executescript(statements)
        connection.close()
        dsn = "sqlite:///service.db"
    else:
        import psycopg

        dsn = request.getfixturevalue("postgresql")
        with psycopg.connect(dsn) as server:
            server.execute(statements)
    assert edatool("outbox", "status", "--dsn", dsn).out.startswith("0 waiting (0 bytes), 0 parked")
