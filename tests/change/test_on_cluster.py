"""A cluster of three, of which the first node dies: what was declared and confirmed is there, or it is said."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

import edatool
from edatool import Publisher, Receipt
from edatool.broker.address import Address
from edatool.broker.consume.peek import peek
from edatool.broker.live import read
from edatool.change.apply import apply
from edatool.change.plan import Plan, plan_apply
from edatool.checks.load import load
from edatool.routes import Routes
from edatool.routing.compile import compile_spec
from edatool.server.installed import until
from edatool.watch.watch import Watch
from tests.cluster_fixtures import Member, await_running, start_dead
from tests.sessions import at
from tests.watch.conftest import until as await_status

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SPEC = """\
edatool: 1
name: shop
events:
  placed: {exchange: events, key: "order.{region}"}
exchanges:
  events: {type: topic}
queues:
  all: {type: quorum}
  eu: {type: quorum}
bindings:
  - {queue: all, exchange: events, key: "order.#"}
  - {queue: eu, exchange: events, key: order.eu}
policies:
  often: {pattern: "^(all|eu)$", apply_to: queues, definition: {delivery-limit: 100}}
"""
OF_ONE_TO_THREE = """\
edatool: 1
name: shop
events:
  placed: {exchange: events}
exchanges:
  events: {type: topic}
queues:
  on-one: {type: classic}
  on-two: {type: quorum, quorum_initial_group_size: 2}
  on-three: {type: quorum}
bindings:
  - {queue: on-one, events: [placed]}
  - {queue: on-two, events: [placed]}
  - {queue: on-three, events: [placed]}
"""
ONE_MORE = """\
queues:
  more: {type: quorum}
bindings:
  - {queue: more, exchange: events, key: "*.eu"}
"""
EU = {"region": "eu"}
PATIENCE = 60


@pytest.fixture
def checked(tmp_path: Path) -> Routes:
    (tmp_path / "routes.yaml").write_text(SPEC)
    return load([str(tmp_path / "routes.yaml")], {})


@pytest.fixture
def larger(checked: Routes, tmp_path: Path) -> Routes:
    """The spec with one more queue and its binding."""
    (tmp_path / "more.yaml").write_text(ONE_MORE)
    return load([str(tmp_path / "routes.yaml"), str(tmp_path / "more.yaml")], {})


def vhost_of(node: Address) -> str:
    assert node.vhost
    return node.vhost


def planned(checked: Routes, node: Address) -> Plan:
    return plan_apply(compile_spec(checked.spec), read(at(node, vhost_of(node))).topology)


def applied(checked: Routes, node: Address) -> int:
    plan = planned(checked, node)
    apply(plan, at(node, vhost_of(node)))
    return len(plan.steps)


def held(checked: Routes, node: Address, queue: str) -> Counter[str]:
    """Count the messages of a queue by their ids."""
    declared = compile_spec(checked.spec).queues[queue]
    return Counter(one.message_id for one in peek(at(node, vhost_of(node)), declared, most=60_000))


@contextmanager
def publishing(checked: Routes, node: Address) -> Iterator[list[Receipt]]:
    """Publish one event after the other to a node; the receipts so far are complete after the block."""
    receipts: list[Receipt] = []
    enough = threading.Event()

    def publish() -> None:
        with Publisher(checked, node) as publisher:
            for number in count():
                receipts.append(publisher.publish("placed", EU, f"id-{number}"))
                if enough.is_set():
                    return

    with ThreadPoolExecutor() as pool:
        published = pool.submit(publish)
        try:
            yield receipts
        finally:
            enough.set()
            published.result()


def await_confirmed(receipts: list[Receipt], more: int) -> None:
    wanted = confirmed(receipts).total() + more
    assert until(lambda: confirmed(receipts).total() >= wanted, PATIENCE), receipts[-1:]


def confirmed(receipts: list[Receipt]) -> Counter[str]:
    return Counter(one.message_id for one in receipts if one.ok and one.message_id)


def kill_first(cluster: list[Member]) -> None:
    """Kill the first node, and wait until the others have noticed."""
    cluster[0].kill()
    await_running(cluster[1:])


def await_led(running: list[Member], node: Address) -> None:
    """Wait until the nodes agree that one of them leads each quorum queue of a vhost.

    Before, RabbitMQ nacks, and 3.10.8 was seen to go on nacking on the same channel for a minute.
    """
    names = {one.name for one in running}
    assert until(lambda: all(one["leader"] in names for member in running for one in listed(member, node)), PATIENCE)


def all_online(cluster: list[Member], node: Address) -> bool:
    """Tell whether every quorum queue has a running copy on every node."""
    names = {one.name for one in cluster}
    return all(set(one["online"]) == names for one in listed(cluster[0], node))


def listed(member: Member, node: Address) -> list[dict[str, Any]]:
    """Return the queues of a vhost as a node describes them."""
    found: list[dict[str, Any]] = member.get(f"/api/queues/{quote(vhost_of(node), safe='')}").json()
    return found


def test_what_is_applied_through_one_node_leaves_nothing_to_plan_on_the_others(
    checked: Routes, cluster: list[Member], nodes: list[Address]
) -> None:
    first, second, third = nodes
    assert applied(checked, first) == 6
    assert planned(checked, second).steps == ()
    assert planned(checked, third).steps == ()


def test_every_confirmed_message_is_held_once_after_the_node_that_led_its_queues_was_killed(
    checked: Routes, cluster: list[Member], nodes: list[Address]
) -> None:
    first, second, third = nodes
    applied(checked, first)
    with publishing(checked, second) as receipts:
        await_confirmed(receipts, 100)
        cluster[0].kill()
        await_confirmed(receipts, 100)
    assert [one.message_id for one in receipts] == [f"id-{number}" for number in range(len(receipts))]
    safe, unsure = confirmed(receipts), [one for one in receipts if not one.ok]
    assert {one.outcome for one in unsure} <= {"unknown", "nacked", "unroutable"}
    assert safe.total() + len(unsure) == len(receipts)
    for queue in ("all", "eu"):
        there = held(checked, third, queue)
        assert safe <= there <= safe + Counter(one.message_id for one in unsure)


def test_with_a_dead_node_the_plan_is_empty_and_one_more_queue_can_be_applied(
    checked: Routes, larger: Routes, cluster: list[Member], nodes: list[Address]
) -> None:
    first, second, third = nodes
    applied(checked, first)
    kill_first(cluster)
    assert planned(checked, third).steps == ()
    assert applied(larger, third) == 2
    assert planned(larger, second).steps == ()
    await_led(cluster[1:], third)
    with Publisher(larger, second) as publisher:
        assert publisher.publish("placed", EU, "id").ok
    assert held(larger, third, "more") == {"id": 1}


def test_a_node_started_again_has_all_that_was_applied_and_published_without_it(
    checked: Routes, larger: Routes, cluster: list[Member], nodes: list[Address]
) -> None:
    first, second, third = nodes
    applied(checked, first)
    with publishing(checked, second) as before:
        await_confirmed(before, 10)
    kill_first(cluster)
    applied(larger, third)
    await_led(cluster[1:], third)
    with Publisher(larger, second) as publisher:
        assert publisher.publish("placed", EU, "meanwhile").ok
    start_dead(cluster)
    assert planned(larger, first).steps == ()
    assert until(lambda: all_online(cluster, first), PATIENCE)
    both = confirmed(before) + Counter(["meanwhile"])
    assert [held(larger, first, queue) for queue in ("all", "eu", "more")] == [both, both, {"meanwhile": 1}]


def test_status_tells_which_queues_nobody_can_use_while_a_node_is_stopped(
    tmp_path: Path, cluster: list[Member], nodes: list[Address]
) -> None:
    (tmp_path / "routes.yaml").write_text(OF_ONE_TO_THREE)
    routes = edatool.load(str(tmp_path / "routes.yaml"))
    with edatool.connect(nodes[0], routes) as session:
        edatool.deploy(routes, session)  # through the node that is stopped: copies are on it first
    with Publisher(routes, nodes[0]) as publisher:
        assert publisher.publish("placed", {}).ok
    with edatool.connect(nodes[1], routes) as session:
        watch = Watch(routes, session)
        before = await_status(watch.look, lambda found: depths(found) == {"on-one": 1, "on-two": 1, "on-three": 1})
        assert (alerts(before), before.unseen) == ([], ())
        cluster[0].kill()
        stopped = (f"node {cluster[0].name}", "does not run")
        useless = [("on-one", "down: nobody can use it"), ("on-two", "minority: nobody can use it")]
        await_status(watch.look, lambda found: alerts(found) == [stopped, *useless] and depths(found)["on-three"] == 1)
        start_dead(cluster)
        await_status(watch.look, lambda found: (alerts(found), depths(found)) == ([], depths(before)))


def depths(status: edatool.Status) -> dict[str, int | None]:
    return {one.name: one.counts.messages for one in status.queues if one.counts}


def alerts(status: edatool.Status) -> list[tuple[str, str]]:
    return [(about, trouble.what) for about, trouble in status.every if trouble.severity == "alert"]
