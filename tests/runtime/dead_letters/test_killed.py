"""A replay of many that is killed again and again: none is lost, and what comes twice has the id of what was sent."""

import os
import signal
import sys
from collections import Counter
from pathlib import Path

import pytest

import edatool
from edatool.broker.consume.visit.visit import WINDOW
from tests.broker_fixtures import Vhost
from tests.processes import Process
from tests.runtime.dead_letters.cemetery import Cemetery, await_true, cemetery


def replay_until_killed(there: Cemetery, sent: int) -> None:
    """Kill a replay once some more have arrived."""
    before = there.count("orders")
    command = (sys.executable, "-m", "edatool", "dead-letters", "replay", "dead", "--yes")
    with Process(
        command, env={**os.environ, "EDATOOL_BROKER": there.vhost.url, "EDATOOL_MANAGEMENT": there.vhost.management}
    ) as running:
        await_true(lambda: there.count("orders") >= before + sent or running.poll() is not None)
        running.send_signal(signal.SIGKILL)


@pytest.mark.parametrize(
    ("many", "kills"), [(800, 1), pytest.param(10_000, 6, marks=[pytest.mark.slow, pytest.mark.timeout(300)])]
)
def test_a_killed_replay_goes_on_without_loss(
    vhost: Vhost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int, kills: int
) -> None:
    monkeypatch.chdir(tmp_path)
    with cemetery(vhost, dead={"x-queue-type": "quorum"}) as there:
        there.bury(range(many))
        for _ in range(kills):
            replay_until_killed(there, many // (2 * kills))
        await_true(lambda: there.count("dead") + there.count("orders") >= many)
        with there.session() as session:
            edatool.replay_dead_letters(session, "dead")
        found = Counter(there.ids("orders"))
        assert set(found) == {f"m{number}" for number in range(many)}
        assert sum(found.values()) - many <= kills * 2 * WINDOW
        assert there.count("dead") == 0
