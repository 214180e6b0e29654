"""Three kinds of publisher at once, a change of filters and killed routers in between: every message accounted for."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pika
import pytest

from edatool import Publisher
from edatool.broker.address import Address, parse
from edatool.broker.live import read
from edatool.change.apply import apply
from edatool.change.ownership import Ownership
from edatool.change.plan import plan_apply
from edatool.checks.load import load
from edatool.routes import Routes
from edatool.routing.compile import compile_spec
from edatool.routing.lowering.generated import names
from edatool.routing.topology import Topology
from tests.broker_fixtures import Vhost
from tests.sessions import at

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

SPEC = """\
edatool: 1
name: shop
events: {{placed: {{exchange: events, key: "order.{{region}}"}}}}
exchanges: {{events: {{type: topic}}}}
queues: {{big: {{type: quorum}}, all: {{}}}}
bindings:
  - {{queue: all, exchange: events, key: "#"}}
  - {{queue: big, exchange: events, key: "order.#", filter: big}}
filters:
  big: {{data.total: [{{numeric: [">=", {bound}]}}]}}
"""
OLDEST, OLD, NEW = 10, 100, 200
PREFETCH = 50
EACH = 3000
"""Messages of each publisher."""
OWN = names("shop")

Send = Callable[[str, int], None]


def spec(folder: Path, bound: int) -> Routes:
    (folder / f"{bound}.yaml").write_text(SPEC.format(bound=bound))
    return load([str(folder / f"{bound}.yaml")], {})


def applied(address: Address, vhost: str, checked: Routes, before: Topology) -> None:
    apply(
        plan_apply(compile_spec(checked.spec), read(at(address, vhost)).topology, Ownership(before)), at(address, vhost)
    )


@dataclass
class Sent:
    """What was confirmed: the total of each message, by id."""

    totals: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep_sending(self, kind: str, send: Send) -> None:
        chance = random.Random(kind)
        for number in range(EACH):
            total = chance.choice((5, 50, 99, 100, 150, 199, 200, 1000))
            send(f"{kind}-{number}", total)
            with self.lock:
                self.totals[f"{kind}-{number}"] = total


def publish_by(publisher: Publisher) -> Send:
    def send(message_id: str, total: int) -> None:
        assert publisher.publish("placed", {"region": "eu", "total": total}, message_id).ok

    return send


@contextmanager
def plain(address: Address, vhost: str) -> Iterator[Send]:
    credentials = pika.PlainCredentials(address.user, address.password)
    connection = pika.BlockingConnection(pika.ConnectionParameters(address.host, address.port, vhost, credentials))
    channel = connection.channel()
    channel.confirm_delivery()

    def send(message_id: str, total: int) -> None:
        channel.basic_publish(
            "events", "order.us", json.dumps({"total": total}).encode(), pika.BasicProperties(message_id=message_id)
        )

    yield send
    connection.close()


def start_router(file: Path, vhost: Vhost) -> "subprocess.Popen[str]":
    """Start a router as a process of its own, and wait until it says that it works."""
    edatool = str(Path(sys.executable).with_name("edatool"))
    command = [edatool, "router", "-f", str(file), "--prefetch", str(PREFETCH)]
    environment = {**os.environ, "EDATOOL_BROKER": vhost.url, "EDATOOL_MANAGEMENT": vhost.management}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, bufsize=1
    )
    assert process.stderr
    assert any(line.startswith("edatool router for") for line in process.stderr)
    return process


def killed(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.wait()
    assert process.stderr
    process.stderr.close()


def received(address: Address, vhost: str, queue: str) -> Counter[str]:
    credentials = pika.PlainCredentials(address.user, address.password)
    found: Counter[str] = Counter()
    with pika.BlockingConnection(
        pika.ConnectionParameters(address.host, address.port, vhost, credentials)
    ) as connection:
        channel = connection.channel()
        channel.basic_qos(prefetch_count=500)
        for method, properties, _ in channel.consume(queue, auto_ack=True, inactivity_timeout=2):
            if method is None:
                break
            found[properties.message_id] += 1
    return found


def await_empty(vhost: Vhost, queue: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        found = vhost.api.get(f"/api/queues/{vhost.quoted}/{queue}").raise_for_status().json()
        if found.get("messages") == 0:
            return
        time.sleep(1)  # the broker counts every few seconds
    pytest.fail(f"{queue} is not empty")


def test_every_message_is_where_it_belongs(vhost: Vhost, tmp_path: Path) -> None:
    address = parse(vhost.url, vhost.management)
    oldest, old, new = (spec(tmp_path, bound) for bound in (OLDEST, OLD, NEW))
    applied(address, vhost.name, old, Topology())
    sent = Sent()
    routers = [start_router(tmp_path / f"{OLD}.yaml", vhost) for _ in range(2)]
    try:
        with (
            Publisher(old, address) as current,
            Publisher(oldest, address) as stale,
            plain(address, vhost.name) as other,
        ):
            sends = {"current": publish_by(current), "stale": publish_by(stale), "other": other}
            threads = [threading.Thread(target=sent.keep_sending, args=one) for one in sends.items()]
            for thread in threads:
                thread.start()
            await_sent(sent, EACH)
            killed(routers[0])
            routers[0] = start_router(tmp_path / f"{OLD}.yaml", vhost)
            applied(address, vhost.name, new, compile_spec(old.spec))
            for one in routers:
                one.send_signal(signal.SIGTERM)
            assert [one.wait(30) for one in routers] == [0, 0]
            for one in routers:
                killed(one)
            routers = [start_router(tmp_path / f"{NEW}.yaml", vhost) for _ in range(2)]
            with Publisher(new, address) as newest:
                sent.keep_sending("newest", publish_by(newest))
            for thread in threads:
                thread.join()
            killed(routers[1])
        await_empty(vhost, OWN.intake)
    finally:
        for one in routers:
            killed(one)
    assert_accounted(sent.totals, received(address, vhost.name, "all"), received(address, vhost.name, "big"))
    assert received(address, vhost.name, OWN.refused) == Counter()


def await_sent(sent: Sent, number: int) -> None:
    while len(sent.totals) < number:
        time.sleep(0.01)


def assert_accounted(totals: dict[str, int], everything: Counter[str], big: Counter[str]) -> None:
    assert len(totals) == 4 * EACH
    assert everything == Counter(dict.fromkeys(totals, 1))
    must = {one for one, total in totals.items() if total >= NEW}
    may = {one for one, total in totals.items() if total >= OLD and not one.startswith("newest")}
    twice = [one for one, count in big.items() if count > 1]
    print(f"{len(totals)} sent, {len(must)} had to come and {len(big)} came, {len(twice)} of them twice")
    assert must - big.keys() == set()
    assert big.keys() - may - must == set()
    # What two killed routers had sent on and not acknowledged; a publisher of the current spec needs none.
    assert len(twice) <= 2 * PREFETCH
    assert not [one for one in twice if one.startswith("newest")]
    assert max(big.values()) <= 3


TIGHT = """\
edatool: 1
name: shop
exchanges: {events: {type: topic}}
queues: {big: {type: quorum}, tight: {max_length: 10, overflow: reject-publish}}
bindings:
  - {queue: big, exchange: events, key: "order.#", filter: big}
  - {queue: tight, exchange: events, key: "order.#", filter: big}
filters:
  big: {data.total: [{numeric: [">=", 100]}]}
"""


def test_messages_with_equal_ids_pass_a_full_queue_and_killed_and_suspended_routers(
    vhost: Vhost, tmp_path: Path
) -> None:
    file = tmp_path / "tight.yaml"
    file.write_text(TIGHT)
    address, checked = parse(vhost.url, vhost.management), load([str(file)], {})
    applied(address, vhost.name, checked, Topology())
    routers = [start_router(file, vhost) for _ in range(2)]
    big, tight = Counter[int](), Counter[int]()
    try:
        with plain(address, vhost.name) as send:
            for number in range(100, 100 + EACH):
                send(f"one of three: {number % 3}", number)
                if number == EACH // 3:
                    killed(routers[0])
                    routers[0] = start_router(file, vhost)
                if number == EACH // 2:
                    routers[1].send_signal(signal.SIGSTOP)
                if number == EACH * 3 // 4:
                    routers[1].send_signal(signal.SIGCONT)
        drain(address, vhost.name, "big", big, EACH)
        assert tight == Counter()
        drain(address, vhost.name, "tight", tight, EACH)
        await_empty(vhost, OWN.stuck)
        await_empty(vhost, OWN.intake)
    finally:
        for one in routers:
            killed(one)
    wanted = set(range(100, 100 + EACH))
    extra = [sum(found.values()) - EACH for found in (big, tight)]
    print(f"{EACH} sent under three ids, {extra} more than that came to a healthy and to a full queue")
    assert set(big) == set(tight) == wanted
    assert max(extra) <= 2 * PREFETCH
    assert received(address, vhost.name, OWN.refused) == Counter()


def drain(address: Address, vhost: str, queue: str, found: Counter[int], count: int) -> None:
    """Take messages until so many different ones have come, each told by its total."""
    credentials = pika.PlainCredentials(address.user, address.password)
    where = pika.ConnectionParameters(address.host, address.port, vhost, credentials)
    with pika.BlockingConnection(where) as connection:
        channel = connection.channel()
        for method, _, body in channel.consume(queue, auto_ack=True, inactivity_timeout=60):
            assert method, f"{len(found)} of {count} came"
            found[json.loads(body)["total"]] += 1
            if len(found) == count:
                break
        channel.cancel()
