"""A queue replaced on a cluster of three, under load, while nodes are killed: what was confirmed arrives.

Publisher and consumer use the second node, which lives. The node that a queue is declared through is the home of
a classic queue, and first leads a quorum queue.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pika
import pytest

from edatool.broker.address import Address
from edatool.broker.amqp import parameters
from edatool.broker.consume.drain import WINDOW
from edatool.broker.live import read
from edatool.change.apply import apply
from edatool.change.plan import plan_apply
from edatool.change.replacing.replace import replace
from edatool.change.replacing.replacement import Replacement, replacement
from edatool.errors import BrokerError, Unsafe
from edatool.routing.topology import Binding, Exchange, Queue, topology
from edatool.routing.version import numbers
from tests.change.replacing.load import Load, load
from tests.cluster_fixtures import Member, await_running, once_led, start_dead
from tests.sessions import at

pytestmark = [pytest.mark.slow, pytest.mark.timeout(580)]

CLASSIC = Queue("q", arguments={"x-queue-type": "classic"})
QUORUM = Queue("q", arguments={"x-queue-type": "quorum"})
LIMITED = Queue("q", arguments={"x-queue-type": "quorum", "x-max-length": 1_000_000})
EVENTS, TO_Q = Exchange("e", "topic"), Binding("e", "q", key="k.#")
NOT_YET = (BrokerError, Unsafe)
"""RabbitMQ 3.10 refuses what concerns a queue on a dead node, 4 does so after a minute, or lets it be tried."""


class Interrupted(Exception):
    """The replacement was ended by us."""


def vhost(node: Address) -> str:
    assert node.vhost
    return node.vhost


def begun(old: Queue, new: Queue, node: Address) -> Replacement:
    """Declare the old queue through a node, and return its replacement."""
    apply(plan_apply(topology([EVENTS], [old], [TO_Q]), None), at(node, vhost(node)))
    live = read(at(node, vhost(node))).topology
    assert live
    return replacement(old, new, live, [TO_Q])


def go_on(one: Replacement, node: Address, report: Callable[[str], None] = lambda _: None, limit: float = 200) -> None:
    replace(one, at(node, vhost(node)), report, limit)


def before(step: str, act: Callable[[], None]) -> Callable[[str], None]:
    """Act before the first step that is told with these words."""
    waiting = [act]

    def report(told: str) -> None:
        if waiting and told.startswith(step):
            waiting.pop()()

    return report


def interrupt() -> None:
    raise Interrupted


@contextmanager
def nothing_lost(one: Replacement, node: Address, kills: int) -> Iterator[Load]:
    """Have a load meanwhile, and afterwards the new queue, bound, and all that was confirmed.

    For each kill, what was on its way to the new queue may have arrived, and be moved once more. Before RabbitMQ 4.0 a
    consumer may be left on a queue that is gone, and a channel that publishes with nothing but nacks (both seen on
    3.10.8): there, another channel is opened, and what is still in the queue is not lost.
    """
    version = read(at(node, vhost(node))).version
    assert version
    stuck = numbers(version) < (4, 0)
    with load(node, vhost(node), ("e", "k.x"), ["q"], rate=200, patience=10.0 if stuck else math.inf) as found:
        found.await_more(200)
        yield found
        found.await_more(200)
        assert isinstance(one.new, Queue)
        assert read(at(node, vhost(node))).topology == topology([EVENTS], [one.new], [TO_Q])
    if stuck:
        take_rest(node, found.received["q"])
    account = found.account("q")
    print(f"{kills} killed: {account}")
    assert account.lost == 0
    assert account.duplicated <= kills * WINDOW


def take_rest(node: Address, received: Counter[int]) -> None:
    """Take what is still in the queue, as a consumer does that is started anew."""
    with pika.BlockingConnection(parameters(node, vhost(node))) as connection:
        channel = connection.channel()
        while (got := channel.basic_get("q", auto_ack=True))[0]:
            received[int(got[1].message_id)] += 1


def await_death(cluster: list[Member], victim: int) -> None:
    """Wait until the others have noticed that a node is dead."""
    assert not cluster[victim].process.running()
    await_running([one for one in cluster if one is not cluster[victim]])


def test_it_goes_on_through_another_node_when_the_one_it_works_through_is_killed(
    cluster: list[Member], nodes: list[Address]
) -> None:
    first, second, third = nodes
    one = begun(CLASSIC, QUORUM, third)
    steps = ("move the messages", "delete the old", "move hold messages", "bind the new")
    with nothing_lost(one, second, kills=len(steps)):
        for step in steps:
            start_dead(cluster)
            with pytest.raises(BrokerError):
                go_on(one, first, before(step, cluster[0].kill))
        await_death(cluster, 0)
        once_led(lambda: go_on(one, second))


def test_it_goes_on_when_the_node_of_the_old_classic_queue_is_back(cluster: list[Member], nodes: list[Address]) -> None:
    first, second, third = nodes
    one = begun(CLASSIC, QUORUM, third)
    with nothing_lost(one, second, kills=1):
        with pytest.raises(NOT_YET):
            go_on(one, first, before("move the messages", cluster[2].kill), limit=20)
        start_dead(cluster)
        once_led(lambda: go_on(one, first))


def test_it_goes_on_when_the_node_of_the_new_classic_queue_is_back(cluster: list[Member], nodes: list[Address]) -> None:
    first, second, third = nodes
    one = begun(QUORUM, CLASSIC, third)
    with nothing_lost(one, second, kills=1):
        with pytest.raises(BrokerError):
            go_on(one, first, before("move hold messages", cluster[0].kill))
        await_death(cluster, 0)
        with pytest.raises(NOT_YET):
            go_on(one, second, limit=15)
        start_dead(cluster)
        once_led(lambda: go_on(one, second))


@pytest.mark.parametrize("step", ["move hold messages", "move the rest of the hold", "remove the empty queue"])
def test_a_quorum_queue_with_other_arguments_loses_nothing_when_the_node_that_leads_is_killed(
    cluster: list[Member], nodes: list[Address], step: str
) -> None:
    first, second, third = nodes
    one = begun(QUORUM, LIMITED, third)
    with nothing_lost(one, second, kills=1):
        with pytest.raises(Interrupted):
            go_on(one, third, before("move hold messages", interrupt))
        with suppress(BrokerError):
            go_on(one, first, before(step, cluster[2].kill))
        await_death(cluster, 2)
        once_led(lambda: go_on(one, first))
