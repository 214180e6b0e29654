"""Messages that a broker does not take from a relay."""

import random
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from edatool import Publisher
from edatool.runtime.database.sqlite import existing
from edatool.runtime.outbox import status
from edatool.runtime.outbox.schema import OUTBOX
from tests.proxy import Proxy
from tests.runtime.outbox.kept import fill, ids_kept, message, spec_in
from tests.runtime.outbox.relays import GOOD, by_key, declare, make_held_due, relay, take, through


def test_one_that_the_broker_refuses_is_parked_and_the_others_are_sent_once_or_twice(file: Path, there: str) -> None:
    """A string where a list of keys is expected, or headers that fit no frame: no event of a valid spec has them."""
    bad: dict[int, dict[str, object]] = {100: {"CC": "r"}, 200: {"BCC": 1}, 250: {"long": "x" * 200_000}}
    fill(file, (message(n)._replace(headers=bad[n]) if n in bad else message(n) for n in range(300)))
    for _ in range(4):
        relay(file, there, attempts=2).run(once=True)
        make_held_due(file)
    assert ids_kept(file) == ["100", "200", "250"]
    assert status.status(existing(file, OUTBOX)).parked_messages == 3
    held = Counter(number for _, number in take(there))
    assert len(held) == 297
    assert max(held.values()) <= 2


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_refused_or_cut_the_rest_arrives_in_the_order_of_each_key(
    file: Path, there: str, proxy: Proxy, seed: int
) -> None:
    chance = random.Random(seed)
    many = 3000
    bad = set(chance.sample(range(many), 5))
    headers = ({"CC": "r"}, {"BCC": 1}, {"long": "x" * 140_000})
    fill(
        file,
        (
            message(n, key=f"to.q.{n % 5}", exchange="e")._replace(headers=chance.choice(headers) if n in bad else {})
            for n in range(many)
        ),
    )
    one = relay(file, through(proxy, there), attempts=1)
    running = threading.Thread(target=one.run)
    running.start()
    cuts, deadline = 0, time.monotonic() + 60
    while len(ids_kept(file)) > len(bad):
        assert time.monotonic() < deadline
        if cuts < 5 and chance.random() < 0.1:
            proxy.cut()
            cuts += 1
        time.sleep(0.02)
    one.stop(10)
    running.join()
    assert set(map(int, ids_kept(file))) == bad
    found = take(there)
    for key, numbers in by_key(found).items():
        first = list(dict.fromkeys(numbers))
        assert first == [number for number in range(int(key[-1]), many, 5) if number not in bad]
    assert len(found) < many * 3


def test_one_over_which_connections_are_cut_is_parked_and_the_others_are_sent(
    file: Path, there: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edatool.broker.publish.resending.ALONE", 2)
    proxy.cut_at(b"poison")
    fill(file, (message(number, key=f"to.q.{number}", exchange="e") for number in range(100)))
    fill(file, [message(100, key="to.q.x", exchange="e", body=b"poison")])
    fill(file, (message(number, key=f"to.q.{number}", exchange="e") for number in range(101, 200)))
    for _ in range(2):
        relay(file, through(proxy, there), attempts=2).run(once=True)
        make_held_due(file)
    assert ids_kept(file) == ["100"]
    assert status.status(existing(file, OUTBOX)).parked_messages == 1
    held = Counter(number for _, number in take(there))
    assert len(held) == 199
    assert max(held.values()) <= 8


def test_what_is_unroutable_is_parked_and_other_keys_go_on(file: Path, there: str) -> None:
    fill(file, (message(number, key=("nobody", "q")[number % 2]) for number in range(100)))
    reports: list[str] = []
    one = relay(file, there, reports.append, attempts=2)
    one.run(once=True)
    assert len(take(there)) == 50
    found = status.status(existing(file, OUTBOX))
    assert [(held.place.key, held.messages, held.attempts, held.reason) for held in found.held] == [
        ("nobody", 50, 1, "NO_ROUTE")
    ]
    make_held_due(file)
    relay(file, there, reports.append, attempts=2).run(once=True)
    found = status.status(existing(file, OUTBOX))
    assert (found.waiting, found.parked_messages) == (0, 50)
    assert [(parked.place.key, parked.messages, parked.reason) for parked in found.parked] == [
        ("nobody", 50, "NO_ROUTE")
    ]
    assert "(default exchange) [nobody] cannot be sent and is parked: NO_ROUTE" in reports[0]


def test_parked_messages_go_first_when_they_are_tried_again(file: Path, there: str) -> None:
    fill(file, [message(number, key="later") for number in range(3)])
    relay(file, there, attempts=1).run(once=True)
    fill(file, [message(3, key="later")])
    declare(there, "later")
    assert status.retry(existing(file, OUTBOX)) == 3
    relay(file, there).run(once=True)
    assert [number for _, number in take(there, "later")] == ["0", "1", "2", "3"]


def test_a_missing_exchange_holds_back_its_messages_and_makes_no_others_arrive_twice(file: Path, there: str) -> None:
    fill(
        file,
        (message(n, key=f"q{n % 50}" if n % 10 else "q", exchange="" if n % 10 == 0 else "gone") for n in range(5000)),
    )
    relay(file, there).run(once=True)
    assert sorted(int(number) for _, number in take(there)) == list(range(0, 5000, 10))
    found = status.status(existing(file, OUTBOX))
    assert found.waiting == 4500
    assert "no exchange 'gone'" in found.held[0].reason


def test_a_full_queue_holds_back_its_key_and_all_arrive_once_when_it_has_room(file: Path, there: str) -> None:
    declare(there, "full", x_max_length=10, x_overflow="reject-publish")
    fill(file, (message(number, key=("full", "q")[number % 2]) for number in range(100)))
    got: list[tuple[str, str]] = []
    for _ in range(60):
        relay(file, there).run(once=True)
        got += take(there, "full")
        make_held_due(file)
        if not ids_kept(file):
            break
    assert sorted(int(number) for _, number in got) == list(range(0, 100, 2))
    assert len(take(there)) == 50


def test_a_message_of_no_known_shape_is_parked_and_others_go_on(file: Path, there: str) -> None:
    fill(file, [message(1), message(2, key="x" * 300), message(3)])
    relay(file, there, attempts=1).run(once=True)
    assert [number for _, number in take(there)] == ["1", "3"]
    assert "255 bytes" in status.status(existing(file, OUTBOX)).parked[0].reason


def test_a_vhost_other_than_the_brokers_parks_its_messages(tmp_path: Path, file: Path, there: str) -> None:
    spec = spec_in(tmp_path)
    Path(spec).write_text(Path(spec).read_text() + "vhost: other\n")
    with Publisher(spec, outbox=file) as publisher:
        assert publisher.publish("placed", GOOD).ok
    relay(file, there, attempts=1).run(once=True)
    (parked,) = status.status(existing(file, OUTBOX)).parked
    assert "'other'" in parked.reason
