"""Relays whose broker is away, silent or cut off, and relays that are killed."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from edatool import Publisher
from edatool.broker.address import parse
from edatool.broker.publish.pending import Pending
from edatool.errors import BrokerRefused, BrokerUnreachable
from edatool.runtime.database.sqlite import existing
from edatool.runtime.outbox import status
from edatool.runtime.outbox.relay import Relay
from edatool.runtime.outbox.schema import OUTBOX
from edatool.server import node
from tests.processes import Process
from tests.proxy import Proxy
from tests.runtime.outbox.kept import fill, ids_kept, message, spec_in
from tests.runtime.outbox.relays import ENDING, GOOD, by_key, declare, eventually, make_held_due, relay, take, through


def test_a_service_publishes_while_there_is_no_broker_and_later_all_is_there_in_order(
    tmp_path: Path, file: Path, there: str, proxy: Proxy, caplog: pytest.LogCaptureFixture
) -> None:
    proxy_url = through(proxy, there)
    proxy.refuse()
    with Publisher(spec_in(tmp_path), proxy_url, outbox=file) as publisher:
        ids = [publisher.publish("placed", GOOD, str(number)).message_id for number in range(200)]
        eventually(lambda: "what is in the outbox is kept" in caplog.text)
        proxy.accept()
        ids += [publisher.publish("placed", GOOD, str(number)).message_id for number in range(200, 400)]
        eventually(lambda: ids_kept(file) == [])
    assert [number for _, number in take(there)] == ids


def test_a_broker_that_comes_up_after_the_first_attempt_gets_all_in_order(
    file: Path, there: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy.refuse()
    fill(file, (message(number) for number in range(1500)))
    failed, send, sent = threading.Event(), Relay._send, iter(range(10_000))

    def comes_up_in_between(self: Relay, *arguments: object) -> bool:
        if next(sent) == 700:
            assert failed.wait(10)
            proxy.accept()
            time.sleep(0.5)  # so that the next attempt to connect has succeeded
        return send(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Relay, "_send", comes_up_in_between)
    settle = Pending.settle

    def told(self: Pending, *arguments: object) -> None:
        settle(self, *arguments)  # type: ignore[arg-type]
        failed.set()

    monkeypatch.setattr(Pending, "settle", told)
    one = relay(file, through(proxy, there))
    running = threading.Thread(target=one.run)
    running.start()
    eventually(lambda: ids_kept(file) == [])
    one.stop(10)
    running.join()
    assert [number for _, number in take(there)] == [str(number) for number in range(1500)]


def test_the_interpreter_ends_in_time_where_the_broker_does_not_answer_and_all_is_kept(
    tmp_path: Path, file: Path, there: str, proxy: Proxy
) -> None:
    proxy.stall()
    command = [sys.executable, "-c", ENDING, spec_in(tmp_path), str(file)]
    url = through(proxy, there)
    done = subprocess.run(command, check=True, capture_output=True, text=True, input=url, timeout=60)
    assert (done.stderr, len(ids_kept(file))) == ("", 1000)
    proxy.flow()


def test_connections_cut_again_and_again_lose_nothing_and_keep_the_order(file: Path, there: str, proxy: Proxy) -> None:
    fill(file, (message(number, key=f"to.q.{number % 5}", exchange="e") for number in range(10_000)))
    one = relay(file, through(proxy, there))
    running = threading.Thread(target=one.run)
    running.start()
    cuts = 0
    while left := len(ids_kept(file)):
        eventually(lambda: len(ids_kept(file)) < left)
        proxy.cut()
        cuts += 1
    one.stop(10)
    running.join()
    for key, numbers in by_key(take(there)).items():
        first = list(dict.fromkeys(numbers))
        assert first == list(range(int(key[-1]), 10_000, 5))
    assert cuts > 2


RELAYING = """
import sys
from edatool.broker.address import parse
from edatool.runtime.outbox.file import for_relaying
from edatool.runtime.outbox.outbox import to_broker
from edatool.runtime.outbox.relay import Relay
from edatool.runtime.outbox.leases import OutboxStore
from pathlib import Path
file, holder, url = Path(sys.argv[1]), sys.argv[2], sys.stdin.readline().strip()
Relay(OutboxStore(for_relaying(file), holder), to_broker(parse(url)), lease=1.0).run()
"""


@pytest.mark.slow
def test_relays_killed_at_any_moment_lose_nothing_and_repeat_only_what_was_on_its_way(file: Path, there: str) -> None:
    many = 15_000
    fill(file, (message(number, key=f"to.q.{number % 20}", exchange="e") for number in range(many)))
    kills = 0
    while len(left := ids_kept(file)) > 2000:
        command = [sys.executable, "-c", RELAYING, str(file), f"run-{kills}"]
        with Process(command, stdin=subprocess.PIPE, text=True) as process:
            assert process.stdin
            process.stdin.write(f"{there}\n")
            process.stdin.flush()
            eventually(lambda: len(ids_kept(file)) < len(left))
            time.sleep(random.uniform(0, 0.2))
            process.kill()
        assert process.returncode == -signal.SIGKILL
        kills += 1
    assert kills > 2
    last = relay(file, there)
    running = threading.Thread(target=last.run)
    running.start()
    eventually(lambda: ids_kept(file) == [])
    last.stop(10)
    running.join()
    found = Counter(number for _, number in take(there))
    assert set(found) == {str(number) for number in range(many)}
    assert sum(found.values()) <= many + kills * 2000


def test_a_relay_that_is_stopped_while_the_broker_is_silent_ends_in_time(file: Path, there: str, proxy: Proxy) -> None:
    fill(file, (message(number) for number in range(100)))
    proxy.stall()
    one = relay(file, through(proxy, there))
    running = threading.Thread(target=one.run)
    running.start()
    eventually(lambda: status.status(existing(file, OUTBOX)).relays == 1)
    start = time.monotonic()
    one.stop(0.5)
    running.join()
    assert time.monotonic() - start < 10
    assert status.status(existing(file, OUTBOX)).relays == 0
    assert len(ids_kept(file)) == 100
    proxy.flow()


def test_what_the_broker_does_not_answer_is_sent_again_under_the_same_id(
    file: Path, there: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edatool.runtime.outbox.relay.ANSWER", 1.0)
    fill(file, [message(0)])
    one = relay(file, through(proxy, there))
    running = threading.Thread(target=one.run)
    running.start()
    eventually(lambda: ids_kept(file) == [])
    proxy.stall()
    fill(file, (message(number) for number in range(1, 100)))
    one.wake()
    eventually(lambda: one.counts["unanswered"] > 0)
    proxy.flow()
    make_held_due(file)
    eventually(lambda: ids_kept(file) == [])
    one.stop(10)
    running.join()
    found = Counter(number for _, number in take(there))
    assert set(found) == {str(number) for number in range(100)}
    assert max(found.values()) <= 2


def test_without_a_broker_it_is_an_error_and_nothing_is_lost(file: Path) -> None:
    fill(file, [message(1)])
    with pytest.raises(BrokerUnreachable):
        relay(file, "amqp://127.0.0.1:1").run(once=True)
    assert ids_kept(file) == ["1"]
    found = status.status(existing(file, OUTBOX))
    assert (found.relays, found.held) == (0, ())


def test_a_wrong_password_is_an_error_that_does_not_repeat_it(file: Path, there: str) -> None:
    fill(file, [message(1)])
    address = parse(there)
    with pytest.raises(BrokerRefused) as raised:
        relay(file, there.replace(address.password, "wrong-secret")).run(once=True)
    assert "wrong-secret" not in str(raised.value)


@pytest.mark.slow
def test_a_broker_that_is_restarted_under_load_gets_all_that_was_accepted(tmp_path: Path, node_folder: Path) -> None:
    started = node.start(node_folder)
    declare(started.url, "q")
    file = tmp_path / "outbox.db"
    regions = [f"r{number}" for number in range(10)]
    with Publisher(spec_in(tmp_path), started.url, outbox=file) as publisher:
        restarting = threading.Thread(target=lambda: (node.stop(node_folder), node.start(node_folder)))
        accepted = []
        for number in range(3000):
            if number == 1000:
                restarting.start()
            receipt = publisher.publish("placed", {"region": regions[number % 10]}, str(number))
            assert receipt.outcome == "accepted"
            accepted.append(receipt.message_id)
        restarting.join()
        eventually(lambda: ids_kept(file) == [], 90)
    found = by_key(take(started.url))
    assert {str(number) for numbers in found.values() for number in numbers} == set(accepted)
    for numbers in found.values():
        first = list(dict.fromkeys(numbers))
        assert first == sorted(first)
