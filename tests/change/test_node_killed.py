"""apply on a cluster of three of which a node is killed at one of the steps, and apply run again."""

from contextlib import nullcontext, suppress

import pika
import pytest

from edatool.broker import lock
from edatool.broker.address import Address
from edatool.broker.amqp import parameters
from edatool.broker.declare.ask_holdings import ask_holdings
from edatool.broker.live import read
from edatool.broker.session import Session
from edatool.change import ledgers
from edatool.change.allowed import Allowed
from edatool.change.apply import Done, Keeping, apply
from edatool.change.ledger import Signature
from edatool.change.plan import plan_apply
from edatool.errors import BrokerError, BrokerUnreachable, Locked, Unsafe
from edatool.routing.topology import Binding, Exchange, Policy, Queue, Topology, topology
from edatool.server.installed import until
from tests.change.replacing.load import load
from tests.cluster_fixtures import Member, await_running, once_led, start_dead
from tests.sessions import at

pytestmark = [pytest.mark.slow, pytest.mark.timeout(580)]

QUORUM = {"x-queue-type": "quorum"}
CLASSIC = {"x-queue-type": "classic"}
KEPT = Queue("kept", arguments=QUORUM)
EVENTS, PASSING = Exchange("events", "topic"), Exchange("passing", "topic", auto_delete=True)
BEFORE = topology(
    [EVENTS, PASSING, Exchange("old", "fanout")],
    [KEPT, Queue("old", arguments=QUORUM)],
    [
        Binding("events", "kept", key="order.*"),
        Binding("events", "old", to_exchange=True, key="audit"),
        Binding("old", "old"),
        Binding("passing", "kept", key="x"),
    ],
    [
        Policy("kept", "^kept", "queues", 1, {"delivery-limit": 100}),
        Policy("old", "^old", "queues", 1, {"delivery-limit": 100}),
    ],
)
AFTER = topology(
    [EVENTS, PASSING, Exchange("new", "fanout")],
    [KEPT, Queue("new", arguments=QUORUM)],
    [
        Binding("events", "kept", key="order.#"),
        Binding("events", "new", to_exchange=True, key="audit"),
        Binding("new", "new"),
        Binding("passing", "kept", key="y"),
    ],
    [
        Policy("kept", "^kept", "queues", 1, {"delivery-limit": 200}),
        Policy("new", "^new", "queues", 1, {"delivery-limit": 100}),
    ],
)
STEPS = (1, 7, 13)
"""After which the node dies: policies, queues, bindings and removals are under way then."""


def vhost(node: Address) -> str:
    assert node.vhost
    return node.vhost


def there(node: Address) -> Topology:
    found = read(at(node, vhost(node))).topology
    assert found is not None
    return found


def applied(
    node: Address, desired: Topology, on_done: Done = lambda _: None, discard: frozenset[str] = frozenset()
) -> None:
    """Do what the command line does: with the lock, and on record; removals are agreed to."""
    with Session(node, vhost(node)) as session, lock.held(session, "a test", wait=20):
        known = ledgers.read(session, "shop")
        plan = plan_apply(desired, there(node), known.ownership)
        keeping = Keeping(known.ours, Signature("2026-11-25T12:00:00Z", "somebody@somewhere"))
        apply(plan, session, on_done, keeping=keeping, allowed=Allowed(removals=True, discard=discard))


def applied_once_free(node: Address, desired: Topology, cluster: list[Member]) -> None:
    """Apply; where the lock is on a dead node, as from RabbitMQ 4.3 on, once that node is back."""
    try:
        applied(node, desired)
    except Locked:
        start_dead(cluster)
        applied(node, desired)


def assert_applied(node: Address, desired: Topology) -> None:
    assert there(node) == desired
    ours = ledgers.read(at(node, vhost(node)), "shop").ours
    assert (ours.objects, ours.complete) == (desired, True)


def killing(member: Member, step: int) -> Done:
    """Kill a node when so many steps are done."""
    done = 0

    def count(_: object) -> None:
        nonlocal done
        done += 1
        if done == step:
            member.kill()

    return count


@pytest.mark.parametrize("victim", [0, 2], ids=["the-node-that-apply-talks-to", "another-node"])
def test_apply_run_again_after_a_node_was_killed_at_any_stage_converges_and_nothing_is_lost(
    cluster: list[Member], nodes: list[Address], victim: int
) -> None:
    first, second, _ = nodes
    applied(first, BEFORE)
    with load(second, vhost(second), ("events", "order.eu"), ["kept"], rate=300) as found:
        for step in STEPS:
            with pytest.raises(BrokerUnreachable) if victim == 0 else nullcontext():
                applied(first, AFTER, killing(cluster[victim], step))
            assert not cluster[victim].process.running()
            await_running([one for one in cluster if one.process.running()])
            once_led(lambda: applied_once_free(second, AFTER, cluster))
            assert_applied(second, AFTER)
            start_dead(cluster)
            # Back again the limit of deliveries gets tighter, from 200 to 100; nothing is delivered here.
            once_led(lambda: applied(first, BEFORE, discard=frozenset({KEPT.name})))
            assert_applied(first, BEFORE)
            found.await_more(100)
    account = found.account("kept")
    print(f"killed {len(STEPS)} times: {account}")
    assert account.lost == 0


def test_a_quorum_queue_whose_leader_has_just_died_tells_all_that_it_holds_or_nothing_at_all(
    cluster: list[Member], nodes: list[Address]
) -> None:
    first, _, third = nodes
    applied(third, BEFORE)
    with pika.BlockingConnection(parameters(third, vhost(third))) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for _ in range(100):
            channel.basic_publish("events", "order.eu", b"x", pika.BasicProperties(delivery_mode=2))
    answers: set[int] = set()

    def asked() -> bool:
        with suppress(BrokerError):
            answers.update(one.messages for one in ask_holdings(at(first, vhost(first)), [KEPT]))
        return bool(answers)

    cluster[2].kill()
    assert until(asked, 60)
    assert 0 not in answers
    await_running(cluster[:2])
    with pytest.raises(Unsafe, match=r"kept \(100 messages"):
        applied(first, topology([EVENTS]))


def test_a_classic_queue_on_a_dead_node_stays_ours_until_it_can_be_removed(
    cluster: list[Member], nodes: list[Address]
) -> None:
    first, _, third = nodes
    queue = Queue("classic", arguments=CLASSIC)
    applied(third, topology([EVENTS], [queue]))
    cluster[2].kill()
    await_running(cluster[:2])
    with pytest.raises(Unsafe, match=r"classic \(nobody knows"):
        applied(first, topology([EVENTS]))
    assert queue.name in ledgers.read(at(first, vhost(first)), "shop").ours.objects.queues
    start_dead(cluster)
    applied(first, topology([EVENTS]))
    assert_applied(first, topology([EVENTS]))
