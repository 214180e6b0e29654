"""The clocks of consumers and of their inbox are set forward and back while they work, as after a pause."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from edatool.runtime.database.tables import POSTGRESQL
from edatool.runtime.inbox.schema import ddl
from tests.postgresql_fixtures import private_server
from tests.redis_fixtures import private_redis
from tests.runtime.consume.paid_shop import Desk, await_true

pytestmark = pytest.mark.slow

EVENTS, PROCESSES = 200, 3
JUMPS = (86400, -3600, 86400, 86400, -3600)


class Clock:
    """What is added to the clock of the processes that are started with ``environment``."""

    def __init__(self, folder: Path) -> None:
        self._file, self._ahead = folder / "ahead", 0
        self.set_by(0)
        library = folder / "clock.so"
        compiler = shutil.which("cc")
        assert compiler, "no compiler of C: install gcc"
        subprocess.run([compiler, "-shared", "-fPIC", "-o", library, Path(__file__).with_name("clock.c")], check=True)
        self.environment = {"LD_PRELOAD": str(library), "CLOCK_AHEAD": str(self._file)}

    def set_by(self, seconds: int) -> None:
        self._ahead += seconds
        new = self._file.with_suffix(".new")
        new.write_text(str(self._ahead))
        new.rename(self._file)


@pytest.fixture
def clock() -> Iterator[Clock]:
    # Below /tmp itself: PostgreSQL runs as another user, who may not enter the folders of pytest.
    with tempfile.TemporaryDirectory(prefix="edatool-clock-") as folder:
        Path(folder).chmod(0o755)
        yield Clock(Path(folder))


@pytest.fixture(params=["sqlite", "postgresql", "redis"])
def inbox(
    request: pytest.FixtureRequest, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """An inbox on a machine with that clock."""
    with ExitStack() as servers:
        with monkeypatch.context() as patched:
            for name, value in clock.environment.items():
                patched.setenv(name, value)
            if request.param == "redis":
                place = servers.enter_context(private_redis(tmp_path / "redis"))
            elif request.param == "postgresql":
                place = servers.enter_context(private_server()).new_database()
            else:
                place = str(tmp_path / "inbox.db")
        if request.param == "postgresql":
            with psycopg.connect(place) as connection:
                for statement in ddl(POSTGRESQL):
                    connection.execute(statement)
        yield place


def lines(file: Path) -> list[str]:
    return file.read_text().split() if file.exists() else []


def await_done(effects: Path, count: int) -> None:
    await_true(lambda: len(lines(effects)) >= count)


def test_no_event_is_handled_by_two_at_once_nor_again_whatever_the_clock_says(
    desk: Desk, clock: Clock, inbox: str, tmp_path: Path
) -> None:
    orders = [str(number) for number in range(EVENTS)]
    desk.publish("settled", *orders, *orders)
    spec = str(tmp_path / "routes.yaml")
    module = [sys.executable, "-m", "tests.runtime.consume.clocked_service"]
    command = [*module, spec, desk.shop.vhost.url, inbox, str(tmp_path)]
    effects = tmp_path / "effects"
    with ExitStack() as stack:
        for _ in range(PROCESSES):
            one = stack.enter_context(subprocess.Popen(command, env={**os.environ, **clock.environment}))
            stack.callback(one.kill)
        for number, jump in enumerate(JUMPS, start=1):
            await_done(effects, EVENTS * number // (len(JUMPS) + 1))
            clock.set_by(jump)
        await_done(effects, EVENTS)
        await_true(lambda: desk.ready("retried") == 0)
    assert lines(tmp_path / "clashes") == []
    assert Counter(lines(effects)) == Counter(orders)
