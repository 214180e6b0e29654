"""What is lost while the broker is changed under a load of at least 1,000 messages a second, by us and by others."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from edatool.broker.address import Address, parse
from edatool.broker.bindings import bind, unbind
from edatool.broker.live import read
from edatool.broker.operations import Object, Operation, run
from edatool.change.apply import apply
from edatool.change.plan import plan_apply
from edatool.change.replacing.replace import replace
from edatool.change.replacing.replacement import Replaced, Replacement, as_json, bindings_of, replacement
from edatool.errors import BrokerUnreachable
from edatool.routing.topology import Binding, Exchange, Queue, Topology, topology
from tests.broker_fixtures import Vhost
from tests.change.replacing.load import Account, Load, load
from tests.proxy import Proxy

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


@pytest.fixture
def address(vhost: Vhost) -> Address:
    there = parse(vhost.url, vhost.management)
    apply(plan_apply(START, None), there, vhost.name)
    bind(there, vhost.name, [FOREIGN])
    return there


def topology_of(vhost: Vhost) -> Topology:
    found = read(parse(vhost.url, vhost.management), vhost.name).topology
    assert found is not None
    return found


def planned(vhost: Vhost, new: Queue | Exchange) -> Replacement:
    live = topology_of(vhost)
    old = live.queues[new.name] if isinstance(new, Queue) else live.exchanges[new.name]
    return replacement(old, new, live, bindings_of(new, live))


def replaced(vhost: Vhost, address: Address, new: Queue | Exchange) -> Replaced:
    return replace(planned(vhost, new), address, vhost.name, lambda _: None, 300)


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
            with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
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
                    replace(one, through, vhost.name, cut, 300)
                    return
                except BrokerUnreachable:
                    pass
        pytest.fail("it does not converge")

    account = loaded(vhost, address, work)
    show("connection cut", account)
    assert account.lost == 0
    assert topology_of(vhost).queues["q"] == QUORUM


@pytest.fixture
def each(vhost: Vhost, address: Address) -> Callable[..., None]:
    def do(action: str, *objects: Object) -> None:
        assert action in ("create", "delete")
        for one in objects:
            operation = Operation("create", one) if action == "create" else Operation("delete", one, force=True)
            assert all(outcome.done for outcome in run(address, vhost.name, [operation]))

    return do


def test_delete_and_create_of_a_queue_loses_messages(vhost: Vhost, address: Address, each: Callable[..., None]) -> None:
    def work(found: Load) -> None:
        each("delete", CLASSIC)
        each("create", QUORUM, TO_Q)
        found.await_more(500)

    account = loaded(vhost, address, work)
    show("queue deleted and created", account)
    assert account.lost > 0


def test_delete_and_create_of_an_exchange_loses_messages(
    vhost: Vhost, address: Address, each: Callable[..., None]
) -> None:
    def work(found: Load) -> None:
        each("delete", TOPIC)
        each("create", DIRECT, TO_REST, TO_Q)
        found.await_more(500)

    account = loaded(vhost, address, work)
    show("exchange deleted and created", account)
    assert account.lost + account.unsure > 0


@pytest.fixture
def turns() -> Iterator[tuple[Binding, Binding]]:
    """The bindings of fifty turns, from one to the other and back."""
    return iter([(TO_Q, Binding("e", "q", key="#")), (Binding("e", "q", key="#"), TO_Q)] * (TURNS // 2))


def test_binding_anew_before_unbinding_loses_nothing(
    vhost: Vhost, address: Address, turns: Iterator[tuple[Binding, Binding]]
) -> None:
    def work(_: Load) -> None:
        for before, after in turns:
            bind(address, vhost.name, [after])
            unbind(address, vhost.name, [before])

    account = loaded(vhost, address, work)
    show("created, then deleted", account)
    assert (account.lost, account.duplicated) == (0, 0)


def test_unbinding_before_binding_anew_loses_messages(
    vhost: Vhost, address: Address, turns: Iterator[tuple[Binding, Binding]]
) -> None:
    def work(_: Load) -> None:
        for before, after in turns:
            unbind(address, vhost.name, [before])
            bind(address, vhost.name, [after])

    account = loaded(vhost, address, work)
    show("deleted, then created", account)
    assert account.lost > 0
