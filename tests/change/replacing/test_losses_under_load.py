"""What is lost while the broker is changed under a load of at least 1,000 messages a second, by us and by others."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pika
import pytest

from edatool.broker.address import Address, parse
from edatool.broker.amqp import parameters
from edatool.broker.declare.bindings import bind, unbind
from edatool.broker.live import read
from edatool.change.apply import apply
from edatool.change.plan import plan_apply
from edatool.change.replacing.replace import replace
from edatool.change.replacing.replacement import Replaced, Replacement, as_json, bindings_of, replacement
from edatool.errors import BrokerUnreachable
from edatool.routing.topology import Binding, Exchange, Queue, Topology, topology
from tests.broker_fixtures import Vhost
from tests.change.replacing.load import Account, Load, load
from tests.processes import Process
from tests.proxy import Proxy
from tests.sessions import at, session_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(580)]

CLASSIC = Queue("q", arguments={"x-queue-type": "classic"})
QUORUM = Queue("q", arguments={"x-queue-type": "quorum"})
TOPIC, DIRECT = Exchange("e", "topic"), Exchange("e", "direct")
TO_Q, TO_REST = Binding("e", "q", key="k"), Binding("e", "rest", key="k")
FOREIGN = Binding("theirs", "q", arguments={"x-match": "any", "n": 1, "price": 1.5})
START = topology(
    [TOPIC, Exchange("theirs", "headers")],
    [CLASSIC, Queue("rest", arguments={"x-queue-type": "classic"})],
    [TO_Q, TO_REST],
)
TURNS = 50
BETWEEN = 100
"""Messages between two turns, so that each turn meets a load that flows."""
ATTEMPTS = 50
"""Loads, each with its turns, of which one has to lose messages when others change the broker."""


@pytest.fixture
def address(vhost: Vhost) -> Address:
    there = parse(vhost.url, vhost.management)
    apply(plan_apply(START, None), at(there, vhost.name))
    bind(at(there, vhost.name), [FOREIGN])
    return there


def topology_of(vhost: Vhost) -> Topology:
    found = read(session_of(vhost)).topology
    assert found is not None
    return found


def planned(vhost: Vhost, new: Queue | Exchange) -> Replacement:
    live = topology_of(vhost)
    old = live.queues[new.name] if isinstance(new, Queue) else live.exchanges[new.name]
    return replacement(old, new, live, bindings_of(new, live))


def replaced(vhost: Vhost, address: Address, new: Queue | Exchange) -> Replaced:
    return replace(planned(vhost, new), at(address, vhost.name), lambda _: None, 300)


def show(what: str, account: Account) -> None:
    print(f"{what}: {account}")


def loaded(vhost: Vhost, address: Address, work: Callable[[Load], None], queue: str = "q") -> Account:
    with load(address, vhost.name, ("e", "k"), ["q", "rest"]) as found:
        found.await_more(500)
        work(found)
        found.await_more(500)
    assert found.account("rest" if queue == "q" else "q").lost >= 0
    return found.account(queue)


def test_a_queue_is_replaced_and_back_without_loss_and_without_duplicates(vhost: Vhost, address: Address) -> None:
    done: list[Replaced] = []

    def work(found: Load) -> None:
        for new in (QUORUM, CLASSIC):
            done.append(replaced(vhost, address, new))
            found.await_more(500)

    account = loaded(vhost, address, work)
    show(f"replaced twice {done}", account)
    assert (account.lost, account.duplicated, account.unsure) == (0, 0, 0)
    assert topology_of(vhost) == topology(
        START.exchanges.values(), START.queues.values(), [*START.bindings.values(), FOREIGN]
    )


def test_an_exchange_changes_its_type_twice_without_loss(vhost: Vhost, address: Address) -> None:
    def work(found: Load) -> None:
        for new in (DIRECT, TOPIC):
            replaced(vhost, address, new)
            found.await_more(500)

    account = loaded(vhost, address, work)
    show("exchange replaced twice", account)
    assert (account.lost, account.duplicated) == (0, 0)


@pytest.fixture
def killing(vhost: Vhost) -> Callable[[Replacement, tuple[str, ...]], None]:
    def carry_out(one: Replacement, steps: tuple[str, ...]) -> None:
        """Replace in a process of its own, killed right after it has begun each of these steps, and at last not."""
        order = {"url": vhost.url, "management": vhost.management, "vhost": vhost.name, "replacement": as_json(one)}
        for step in (*steps, "done"):
            command = [sys.executable, "-m", "tests.change.replacing.process"]
            with Process(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
                assert process.stdin
                assert process.stdout
                process.stdin.write(json.dumps(order))
                process.stdin.close()
                assert any(line.startswith(step) for line in process.stdout), step
                if step != "done":
                    process.kill()

    return carry_out


def test_a_replacement_killed_in_several_places_loses_nothing(
    vhost: Vhost, address: Address, killing: Callable[[Replacement, tuple[str, ...]], None]
) -> None:
    steps = (
        "put an exchange",
        "move the messages",
        "delete the old",
        "move moved",
        "move hold",
        "bind the new",
        "remove",
    )
    one = planned(vhost, QUORUM)
    account = loaded(vhost, address, lambda _: killing(one, steps))
    show("killed by SIGKILL", account)
    assert account.lost == 0
    assert account.unsure == 0
    there = topology_of(vhost)
    assert there.queues["q"] == QUORUM
    assert there.bindings == topology(bindings=[TO_Q, TO_REST, FOREIGN]).bindings
    assert there.exchanges == START.exchanges


def test_a_replacement_whose_connection_is_cut_loses_nothing(vhost: Vhost, address: Address) -> None:
    one, cuts = planned(vhost, QUORUM), iter(("move the messages", "delete the old", "move hold", "bind the new"))

    def work(_: Load) -> None:
        with Proxy((address.host, address.port)) as proxy:
            through = parse(vhost.url.replace(f":{address.port}/", f":{proxy.port}/"), vhost.management)
            next_cut = next(cuts)

            def cut(step: str) -> None:
                nonlocal next_cut
                if step.startswith(next_cut):
                    next_cut = next(cuts, "never")
                    proxy.cut_after_next_request()

            for _turn in range(5):
                try:
                    replace(one, at(through, vhost.name), cut, 300)
                    return
                except BrokerUnreachable:
                    pass
        pytest.fail("it does not converge")

    account = loaded(vhost, address, work)
    show("connection cut", account)
    assert account.lost == 0
    assert topology_of(vhost).queues["q"] == QUORUM


@pytest.fixture
def others(vhost: Vhost, address: Address) -> Iterator[Any]:
    """An open channel, on which others delete and create at their best: one call right after the other."""
    with pika.BlockingConnection(parameters(address, vhost.name)) as connection:
        yield connection.channel()


def lost_at_last(what: str, attempt: Callable[[], Account]) -> int:
    """Attempt it until messages are lost, for a gap of a millisecond may pass between two of them."""
    for _ in range(ATTEMPTS):
        account = attempt()
        show(what, account)
        if account.lost:
            break
    return account.lost


def test_delete_and_create_of_a_queue_and_back_loses_messages(vhost: Vhost, address: Address, others: Any) -> None:
    def work(found: Load) -> None:
        for new in (QUORUM, CLASSIC):
            others.queue_delete("q")
            others.queue_declare("q", durable=True, arguments=dict(new.arguments))
            others.queue_bind("q", "e", "k")
            found.await_more(500)

    assert lost_at_last("queue deleted and created, twice", lambda: loaded(vhost, address, work)) > 0


def test_delete_and_create_of_an_exchange_twice_loses_messages(vhost: Vhost, address: Address, others: Any) -> None:
    def work(found: Load) -> None:
        for new in (DIRECT, TOPIC):
            others.exchange_delete("e")
            others.exchange_declare("e", new.type, durable=True)
            others.queue_bind("rest", "e", "k")
            others.queue_bind("q", "e", "k")
            found.await_more(500)

    assert lost_at_last("exchange deleted and created, twice", lambda: loaded(vhost, address, work)) > 0


def turns() -> Iterator[tuple[Binding, Binding]]:
    """The bindings of fifty turns, from one to the other and back."""
    return iter([(TO_Q, Binding("e", "q", key="#")), (Binding("e", "q", key="#"), TO_Q)] * (TURNS // 2))


def test_binding_anew_before_unbinding_loses_nothing(vhost: Vhost, address: Address) -> None:
    def work(found: Load) -> None:
        for before, after in turns():
            bind(at(address, vhost.name), [after])
            unbind(at(address, vhost.name), [before])
            found.await_more(BETWEEN)

    account = loaded(vhost, address, work)
    show("created, then deleted", account)
    assert (account.lost, account.duplicated) == (0, 0)


def test_unbinding_before_binding_anew_loses_messages(vhost: Vhost, address: Address, others: Any) -> None:
    def work(found: Load) -> None:
        for before, after in turns():
            others.queue_unbind("q", "e", before.key)
            others.queue_bind("q", "e", after.key)
            found.await_more(BETWEEN)

    assert lost_at_last("deleted, then created", lambda: loaded(vhost, address, work)) > 0
