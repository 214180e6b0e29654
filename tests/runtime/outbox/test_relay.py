"""Relays against a real broker."""

import os
import subprocess
import sys
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pika
import pytest
from prometheus_client import CollectorRegistry

from edatool import Outbox, Publisher
from edatool.broker.address import parse
from edatool.broker.live import read
from edatool.change.apply import apply
from edatool.change.plan import plan_apply
from edatool.checks.load import load
from edatool.errors import OutboxError
from edatool.routing.compile import compile_spec
from edatool.runtime.database.sqlite import existing
from edatool.runtime.metrics.measured import measured
from edatool.runtime.outbox import status
from edatool.runtime.outbox.outbox import relay_of, to_broker
from edatool.runtime.outbox.relay import MEASURED
from edatool.runtime.outbox.schema import OUTBOX
from tests.broker_fixtures import Vhost
from tests.proxy import Proxy
from tests.runtime.metrics.read import samples
from tests.runtime.outbox.kept import fill, ids_kept, message, spec_in
from tests.runtime.outbox.relays import ENDING, GOOD, by_key, eventually, relay, take, through
from tests.sessions import at

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


def test_a_service_that_ends_at_once_has_sent_what_it_published(tmp_path: Path, file: Path, there: str) -> None:
    with Publisher(spec_in(tmp_path), there, outbox=file) as publisher:
        list(publisher.publish_many(("placed", GOOD) for _ in range(3000)))
    assert (len(take(there)), ids_kept(file)) == (3000, [])


def test_the_interpreter_ends_without_close_and_everything_was_sent(tmp_path: Path, file: Path, there: str) -> None:
    command = [sys.executable, "-c", ENDING, spec_in(tmp_path), str(file)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, input=there, timeout=60)
    assert (done.stderr, ids_kept(file), len(take(there))) == ("", [], 1000)


def test_what_an_earlier_process_left_is_sent_by_one_that_publishes_nothing(
    tmp_path: Path, file: Path, there: str
) -> None:
    fill(file, [message(1)])
    with Publisher(spec_in(tmp_path), there, outbox=file):
        eventually(lambda: ids_kept(file) == [])
    assert len(take(there)) == 1


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
