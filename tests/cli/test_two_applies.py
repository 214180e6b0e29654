"""Two applies at once on one vhost, each in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pika
import pytest

from edatool.broker.address import parse
from edatool.broker.amqp import parameters
from edatool.change.replacing import queue
from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun, Result
from tests.processes import Process

# As patient with statistics as this process is.
EDATOOL = """
import sys
from edatool.change.replacing import queue
from edatool.cli.main import main
queue.STATISTICS_LAG = float(sys.argv.pop(1))
main()
"""


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", EDATOOL, str(queue.STATISTICS_LAG), *arguments]
    with Process(command, stdout=pipe, stderr=pipe, text=True) as process:
        yield process


def ended(process: subprocess.Popen[str]) -> Result:
    out, err = process.communicate()
    return Result(process.returncode, out, err)


@dataclass(frozen=True)
class AtWork:
    """An apply that holds the lock until the message is put back that its queue is waiting for."""

    process: subprocess.Popen[str]
    put_back: Callable[[], None]


@pytest.fixture
def at_work(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> Iterator[AtWork]:
    """An apply that replaces a queue of which somebody has taken the only message."""
    assert edatool("apply", "--yes").code == 0
    spec = shop / "routes.yaml"
    spec.write_text(spec.read_text().replace("orders: {type: quorum}", "orders: {type: classic}"))
    with pika.BlockingConnection(parameters(parse(on_broker.url), on_broker.name)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish("", "orders", b"one")
        assert channel.basic_get("orders")[2] == b"one"
        with started("apply", "--yes", "--replace", "orders") as process:
            assert process.stderr
            assert any("move the messages of orders" in line for line in process.stderr)
            yield AtWork(process, channel.close)


def test_a_second_apply_that_may_not_wait_says_who_is_at_work_and_exits_with_5(shop: Path, at_work: AtWork) -> None:
    with started("apply", "--yes", "--wait", "0") as process:
        second = ended(process)
    assert second.code == 5
    assert "another apply works on the vhost" in second.err
    assert " since " in second.err
    assert at_work.process.poll() is None
    at_work.put_back()
    assert ended(at_work.process).code == 0


def test_a_second_apply_waits_until_the_first_is_done_and_then_does_the_rest(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost, at_work: AtWork
) -> None:
    with (shop / "routes.yaml").open("a") as spec:
        spec.write("  - {queue: orders, exchange: events, key: order.more.placed}\n")
    with started("apply", "--yes", "--wait", "100") as process:
        assert process.stderr
        assert any("Waiting up to 100 s for another apply" in line for line in process.stderr)
        assert at_work.process.poll() is None
        at_work.put_back()
        assert ended(at_work.process).code == 0
        second = ended(process)
    assert second.code == 0
    assert "1 of 1 steps done" in second.err
    assert "Nothing to do" in edatool("plan").out


def test_of_two_that_start_together_one_makes_everything_and_the_other_finds_it_made(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    with started("apply", "--yes") as one, started("apply", "--yes") as other:
        both = [ended(one), ended(other)]
    assert [result.code for result in both] == [0, 0]
    assert sorted("5 of 5 steps done" in result.err for result in both) == [False, True]
    (ledger,) = json.loads(edatool("ledger", "--format", "json").out)["ledgers"]
    assert len(ledger["history"]) == 1
    assert "Nothing to do" in edatool("plan").out
