"""Publishers in processes that fork, end, are interrupted and are killed."""

import multiprocessing
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import IO

import pytest

from edatool import Publisher
from edatool.broker.address import parse
from edatool.errors import WrongUsage
from edatool.routes import Routes
from tests.broker.test_publishing import ids_in
from tests.broker_fixtures import Vhost
from tests.processes import Process
from tests.runtime.accounting import make, spec_with

GOOD = {"region": "eu"}
BEGIN = """
import asyncio, os, signal, sys, threading
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
from itertools import count
from edatool import Publisher
publisher = Publisher(sys.argv[1], sys.argv[2])
def events():
    for number in count():
        yield "placed", {"region": "eu"}, f"id-{number}"
def say(receipt):
    os.write(1, f"{receipt.message_id if receipt.ok else ''}\\n".encode())  # whole lines, also of several threads
"""
IN_BULK = """
for receipt in publisher.publish_many(events()):
    say(receipt)
"""
IN_THREADS = """
def work(start):
    for number in count(start, 4):
        say(publisher.publish("placed", {"region": "eu"}, f"id-{number}"))
for start in range(4):
    threading.Thread(target=work, args=(start,), daemon=True).start()
sys.stdin.read()
"""
IN_ASYNCIO = """
async def work():
    async for receipt in publisher.publish_many_async(events()):
        say(receipt)
asyncio.run(work())
"""


@pytest.fixture
def checked(tmp_path: Path) -> Routes:
    return spec_with(tmp_path, "{}")


@pytest.fixture
def there(vhost: Vhost, checked: Routes) -> Vhost:
    make(checked, parse(vhost.url, vhost.management), vhost.name)
    return vhost


def started(script: str, folder: Path, vhost: Vhost) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", BEGIN + script, str(folder / "routes.yaml"), vhost.url]
    return Process(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1)


def some(output: IO[str] | None, count: int) -> set[str]:
    assert output
    return {output.readline().strip() for _ in range(count)}


def told(process: "subprocess.Popen[str]", before: set[str]) -> tuple[set[str], str]:
    """Return the ids of all messages that the process called confirmed, and what it said on stderr."""
    assert process.stdout
    out = process.stdout.read()  # communicate would leave out what was read ahead
    _, err = process.communicate(timeout=60)
    lines = out.splitlines()
    # The last one may be cut off where the process was killed.
    return before | {line for line in lines[:-1] if line} | set(lines[-1:] if out.endswith("\n") else ()), err


@pytest.mark.parametrize("script", [IN_BULK, IN_THREADS, IN_ASYNCIO], ids=["bulk", "threads", "asyncio"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_what_a_process_called_confirmed_is_there_however_it_ended(
    tmp_path: Path, there: Vhost, script: str, number: signal.Signals
) -> None:
    with started(script, tmp_path, there) as process:
        before = some(process.stdout, 300)
        process.send_signal(number)
        confirmed, _ = told(process, before)
    assert process.returncode != 0
    held = ids_in(there.url)
    assert confirmed - {""} <= held.keys()
    assert max(held.values()) == 1


def test_the_interpreter_ends_while_threads_publish_without_a_word(tmp_path: Path, there: Vhost) -> None:
    with started(IN_THREADS, tmp_path, there) as process:
        before = some(process.stdout, 100)
        assert process.stdin
        process.stdin.close()
        process.stdin = None
        confirmed, _ = told(process, before)
    assert process.returncode == 0
    assert confirmed - {""} <= ids_in(there.url).keys()


def test_a_publisher_that_was_made_before_a_fork_and_not_used_serves_all_processes(
    checked: Routes, there: Vhost
) -> None:
    publisher = Publisher(checked, there.url)

    def work(name: str) -> None:
        with publisher:
            assert publisher.publish("placed", GOOD, name).ok

    fork = multiprocessing.get_context("fork")
    children = [fork.Process(target=work, args=(f"child-{number}",)) for number in range(3)]
    for one in children:
        one.start()
    assert publisher.publish("placed", GOOD, "parent").ok
    for one in children:
        one.join(30)
    publisher.close()
    assert [one.exitcode for one in children] == [0, 0, 0]
    assert ids_in(there.url) == Counter(["parent", "child-0", "child-1", "child-2"])


def test_a_child_of_a_publisher_in_use_is_refused_in_every_way_to_publish(checked: Routes, there: Vhost) -> None:
    with Publisher(checked, there.url) as publisher:
        assert publisher.publish("placed", GOOD).ok
        child = os.fork()
        if child == 0:
            refused = 0
            for way in (publisher.publish, publisher.publish_nowait):
                try:
                    way("placed", GOOD)
                except WrongUsage:
                    refused += 1
            os._exit(refused)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
        assert publisher.publish("placed", GOOD).ok
