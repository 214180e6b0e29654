"""Relays against a real broker."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pika
import pytest
from prometheus_client import CollectorRegistry

from edatool import Outbox, Publisher
from edatool.broker.address import parse
from edatool.broker.live import read
from edatool.broker.publish.pending import Pending
from edatool.change.apply import apply
from edatool.change.plan import plan_apply
from edatool.checks.load import load
from edatool.errors import BrokerRefused, BrokerUnreachable, OutboxError
from edatool.routing.compile import compile_spec
from edatool.runtime.database.sqlite import existing
from edatool.runtime.metrics.measured import measured
from edatool.runtime.outbox import status
from edatool.runtime.outbox.file import for_relaying
from edatool.runtime.outbox.leases import Store
from edatool.runtime.outbox.outbox import relay_of, to_broker
from edatool.runtime.outbox.relay import MEASURED, Relay
from edatool.runtime.outbox.schema import OUTBOX
from edatool.server import node
from tests.broker_fixtures import Vhost
from tests.proxy import Proxy
from tests.runtime.metrics.read import samples
from tests.runtime.outbox.kept import fill, ids_kept, message, spec_in
from tests.sessions import at

GOOD = {"region": "eu"}

FILTERED = """\
edatool: 1
name: shop
events:
  placed: {exchange: e, key: "order.{region}"}
exchanges: {e: {type: topic}}
queues: {all: {}, big: {}}
bindings:
  - {queue: all, exchange: e, key: "order.#"}
  - {queue: big, exchange: e, key: "order.#", filter: {data.total: [{numeric: [">=", 100]}]}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "outbox.db"


@pytest.fixture
def there(vhost: Vhost) -> str:
    """The URL of a vhost with a queue q."""
    declare(vhost.url, "q")
    return vhost.url


@pytest.fixture
def proxy(there: str) -> Iterator[Proxy]:
    address = parse(there)
    with Proxy((address.host, address.port)) as proxy:
        yield proxy


def through(proxy: Proxy, url: str) -> str:
    return url.replace(f":{parse(url).port}", f":{proxy.port}")


def declare(url: str, name: str, **arguments: object) -> None:
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        given = {name.replace("_", "-"): value for name, value in arguments.items()}
        channel.queue_declare(name, durable=True, arguments=given)
        channel.exchange_declare("e", "topic", durable=True)
        channel.queue_bind(name, "e", f"to.{name}.#")
        channel.queue_bind(name, "e", "order.#")


def take(url: str, name: str = "q") -> list[tuple[str, str]]:
    """Take all messages out of a queue; return their keys and ids."""
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        count = channel.queue_declare(name, passive=True).method.message_count
        found = []
        if count:
            for method, properties, _ in channel.consume(name, auto_ack=True, inactivity_timeout=30):
                assert properties, "the queue holds fewer messages than it says"
                found.append((method.routing_key, properties.message_id))
                if len(found) == count:
                    break
            channel.cancel()
    return found


def relay(file: Path, url: str, report: Callable[[str], None] = lambda _: None, **options: Any) -> Relay:
    attempts = int(options.pop("attempts", 10))
    store = Store(for_relaying(file), f"relay-{random.random()}", attempts)
    return Relay(store, to_broker(parse(url)), report=report, **options)


def eventually(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


def make_held_due(file: Path) -> None:
    """Let the waits of held keys be over."""
    database = for_relaying(file)
    database.run("UPDATE edatool_outbox_held SET due = 0")
    database.close()


def by_key(found: Iterable[tuple[str, str]]) -> dict[str, list[int]]:
    orders: dict[str, list[int]] = {}
    for key, number in found:
        orders.setdefault(key, []).append(int(number))
    return orders


def test_prometheus_sees_what_became_of_messages(file: Path, there: str) -> None:
    registry = CollectorRegistry()
    fill(file, (message(number, key="to.q", exchange="e") for number in range(3)))
    relay(file, there, measures=measured(registry, MEASURED)).run(once=True)
    found = samples(registry)
    assert found["edatool_relay_messages_total{outcome=confirmed}"] == 3
    assert found["edatool_relay_handling_seconds_count"] == 3
    assert found["edatool_relay_in_flight"] == 0


def test_everything_is_sent_once_in_the_order_of_each_key_and_is_gone(file: Path, there: str) -> None:
    fill(file, (message(number, key=f"to.q.{number % 37}", exchange="e") for number in range(10_000)))
    one = relay(file, there)
    one.run(once=True)
    orders = by_key(take(there))
    assert all(numbers == list(range(key, 10_000, 37)) for key, numbers in ((n[0], n) for n in orders.values()))
    assert sum(map(len, orders.values())) == one.counts["confirmed"] == 10_000
    assert ids_kept(file) == []


def test_properties_headers_and_body_arrive(file: Path, there: str) -> None:
    fill(file, [message(5, body=b'{"a": 1}')])
    relay(file, there).run(once=True)
    with pika.BlockingConnection(pika.URLParameters(there)) as connection:
        _, properties, body = connection.channel().basic_get("q", auto_ack=True)
    assert (body, properties.headers) == (b'{"a": 1}', {"n": 5, "tier": "gold", "vip": True})
    assert (properties.message_id, properties.type, properties.app_id) == ("5", "t", "app")
    assert (properties.timestamp, properties.content_type, properties.delivery_mode) == (7, "application/json", 2)


def test_a_filter_decides_on_what_comes_out_of_an_outbox(tmp_path: Path, file: Path, vhost: Vhost) -> None:
    spec = spec_in(tmp_path)
    Path(spec).write_text(FILTERED)
    checked, address = load([spec], {}), parse(vhost.url, vhost.management)
    apply(plan_apply(compile_spec(checked.spec), read(at(address, vhost.name)).topology), at(address, vhost.name))
    with Publisher(checked, vhost.url, outbox=file) as publisher:
        for total in (99, 100, 101):
            assert publisher.publish("placed", {"region": "eu", "total": total}, str(total)).ok
    assert [number for _, number in take(vhost.url, "all")] == ["99", "100", "101"]
    assert [number for _, number in take(vhost.url, "big")] == ["100", "101"]


def test_bodies_of_megabytes_are_sent_a_few_at_a_time(file: Path, there: str) -> None:
    fill(file, (message(number, body=b"x" * 3_000_000) for number in range(30)))
    relay(file, there).run(once=True)
    assert [number for _, number in take(there)] == [str(number) for number in range(30)]


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


def test_a_service_that_ends_at_once_has_sent_what_it_published(tmp_path: Path, file: Path, there: str) -> None:
    with Publisher(spec_in(tmp_path), there, outbox=file) as publisher:
        list(publisher.publish_many(("placed", GOOD) for _ in range(3000)))
    assert (len(take(there)), ids_kept(file)) == (3000, [])


ENDING = """
import sys
from edatool import Publisher
publisher = Publisher(sys.argv[1], sys.stdin.readline().strip(), outbox=sys.argv[2])
for _ in range(1000):
    publisher.publish_nowait("placed", {"region": "eu"})
"""


def test_the_interpreter_ends_without_close_and_everything_was_sent(tmp_path: Path, file: Path, there: str) -> None:
    command = [sys.executable, "-c", ENDING, spec_in(tmp_path), str(file)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, input=there, timeout=60)
    assert (done.stderr, ids_kept(file), len(take(there))) == ("", [], 1000)


def test_the_interpreter_ends_in_time_where_the_broker_does_not_answer_and_all_is_kept(
    tmp_path: Path, file: Path, there: str, proxy: Proxy
) -> None:
    proxy.stall()
    command = [sys.executable, "-c", ENDING, spec_in(tmp_path), str(file)]
    url = through(proxy, there)
    done = subprocess.run(command, check=True, capture_output=True, text=True, input=url, timeout=60)
    assert (done.stderr, len(ids_kept(file))) == ("", 1000)
    proxy.flow()


def test_what_an_earlier_process_left_is_sent_by_one_that_publishes_nothing(
    tmp_path: Path, file: Path, there: str
) -> None:
    fill(file, [message(1)])
    with Publisher(spec_in(tmp_path), there, outbox=file):
        eventually(lambda: ids_kept(file) == [])
    assert len(take(there)) == 1


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


def test_several_relays_share_the_work_and_send_nothing_twice(file: Path, there: str) -> None:
    fill(file, (message(number, key=f"to.q.{number % 200}", exchange="e") for number in range(20_000)))
    relays = [relay(file, there) for _ in range(3)]
    threads = [threading.Thread(target=one.run) for one in relays]
    for one in threads:
        one.start()
    eventually(lambda: ids_kept(file) == [])
    for running in relays:
        running.stop(10)
    for one in threads:
        one.join()
    found = take(there)
    assert max(Counter(number for _, number in found).values()) == 1
    assert len(found) == 20_000
    assert all(numbers == sorted(numbers) for numbers in by_key(found).values())
    assert sum(one.counts["confirmed"] for one in relays) == 20_000
    assert min(one.counts["confirmed"] for one in relays) > 1000


RELAYING = """
import sys
from edatool.broker.address import parse
from edatool.runtime.outbox.file import for_relaying
from edatool.runtime.outbox.outbox import to_broker
from edatool.runtime.outbox.relay import Relay
from edatool.runtime.outbox.leases import Store
from pathlib import Path
file, holder, url = Path(sys.argv[1]), sys.argv[2], sys.stdin.readline().strip()
Relay(Store(for_relaying(file), holder), to_broker(parse(url)), lease=1.0).run()
"""


@pytest.mark.slow
def test_relays_killed_at_any_moment_lose_nothing_and_repeat_only_what_was_on_its_way(file: Path, there: str) -> None:
    many = 15_000
    fill(file, (message(number, key=f"to.q.{number % 20}", exchange="e") for number in range(many)))
    kills = 0
    while len(left := ids_kept(file)) > 2000:
        command = [sys.executable, "-c", RELAYING, str(file), f"run-{kills}"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, text=True) as process:
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


def test_a_relay_that_is_stopped_waits_for_its_confirms_and_gives_its_lanes_back(
    file: Path, there: str, proxy: Proxy
) -> None:
    fill(file, (message(number) for number in range(5000)))
    one = relay(file, through(proxy, there))
    running = threading.Thread(target=one.run)
    running.start()
    eventually(lambda: len(ids_kept(file)) < 5000)
    one.stop(10)
    running.join()
    assert len(take(there)) == 5000 - len(ids_kept(file))
    assert status.status(existing(file, OUTBOX)).relays == 0


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


def test_a_vhost_other_than_the_brokers_parks_its_messages(tmp_path: Path, file: Path, there: str) -> None:
    spec = spec_in(tmp_path)
    Path(spec).write_text(Path(spec).read_text() + "vhost: other\n")
    with Publisher(spec, outbox=file) as publisher:
        assert publisher.publish("placed", GOOD).ok
    relay(file, there, attempts=1).run(once=True)
    (parked,) = status.status(existing(file, OUTBOX)).parked
    assert "'other'" in parked.reason


def test_an_outbox_that_is_not_there_yet_is_waited_for(file: Path, there: str) -> None:
    reports: list[str] = []
    one = relay_of(existing(file, OUTBOX), to_broker(parse(there)), report=reports.append)
    running = threading.Thread(target=one.run)
    running.start()
    eventually(lambda: bool(reports))
    fill(file, [message(1)])
    eventually(lambda: ids_kept(file) == [])
    one.stop(10)
    running.join()
    assert "there is no file" in reports[0]
    with pytest.raises(OutboxError, match="there is no file"):
        relay_of(existing(file.with_name("other.db"), OUTBOX), to_broker(parse(there))).run(once=True)


def test_a_file_that_is_deleted_under_a_service_is_noticed_by_its_relay_too(
    tmp_path: Path, file: Path, there: str
) -> None:
    ids = []
    with Publisher(spec_in(tmp_path), there, outbox=file) as publisher:
        for number in range(300):
            if number % 100 == 50:
                file.unlink()
            with suppress(OutboxError):
                ids.append(publisher.publish("placed", GOOD, str(number)).message_id)
        eventually(lambda: ids_kept(file) == [])
    assert len(ids) < 300
    assert ids[-1] in [number for _, number in take(there)]


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small disk, which takes root")
def test_a_full_disk_can_still_be_emptied(tmp_path: Path, there: str) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", disk], check=False).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        with Publisher(spec_in(tmp_path), outbox=Outbox(disk / "outbox.db")) as publisher:
            pairs = (("placed", {**GOOD, "pad": "x" * 4000}) for _ in range(8000))
            outcomes = Counter(receipt.outcome for receipt in publisher.publish_many(pairs))
        assert set(outcomes) == {"accepted", "unknown"}
        relay(disk / "outbox.db", there).run(once=True)
        assert ids_kept(disk / "outbox.db") == []
        assert len(take(there)) == outcomes["accepted"]
    finally:
        subprocess.run(["umount", disk], check=True)


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
