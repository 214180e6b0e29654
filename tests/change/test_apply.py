import secrets
from collections.abc import Iterator
from dataclasses import replace

import pika
import pytest

from edatool.broker import lock
from edatool.broker.address import Address, parse
from edatool.broker.amqp import parameters
from edatool.broker.http.management import Management
from edatool.broker.live import read
from edatool.broker.session import Session
from edatool.change import ledgers
from edatool.change.allowed import Allowed
from edatool.change.apply import Keeping, apply
from edatool.change.changes import Change
from edatool.change.ledger import Signature
from edatool.change.ownership import Ownership
from edatool.change.plan import Plan, plan_apply
from edatool.errors import BrokerRefused, BrokerUnreachable, Unsafe
from edatool.routing.topology import Binding, Exchange, Policy, Queue, Topology, topology
from edatool.server.installed import until
from tests.broker_fixtures import Vhost
from tests.change.on_broker import address, there
from tests.proxy import Proxy
from tests.sessions import at, session_of

QUEUES = [Queue(f"my-q{i}", arguments={"x-queue-type": "classic"}) for i in range(10)]
DESIRED = topology(
    [Exchange("my-e", "topic", arguments={"alternate-exchange": "my-u"}), Exchange("my-u", "fanout")],
    QUEUES,
    [Binding("my-e", one.name, key=f"k.{one.name}") for one in QUEUES]
    + [Binding("my-e", "my-u", to_exchange=True, key="#")],
    [Policy("my-p", "^my-", "queues", 1, {"max-length": 10})],
)

LEAVING = Allowed(removals=True)


def planned(vhost: Vhost, desired: Topology = DESIRED) -> Plan:
    return plan_apply(desired, there(vhost))


def removal(vhost: Vhost, ours: Topology) -> Plan:
    return plan_apply(topology(), there(vhost), Ownership(ours))


def publish(vhost: Vhost, queue: str) -> None:
    body = {"properties": {}, "routing_key": queue, "payload": "x", "payload_encoding": "string"}
    vhost.api.post(f"/api/exchanges/{vhost.quoted}/amq.default/publish", json=body).raise_for_status()


@pytest.fixture
def limited(vhost: Vhost) -> Iterator[Address]:
    """A user with the tag management who may do everything with names that begin with ``my-``, but for my-q2."""
    name, allowed = f"u-{secrets.token_hex(4)}", "^my-(?!q2$)"
    vhost.api.put(f"/api/users/{name}", json={"password": "pw", "tags": "management"}).raise_for_status()
    rights = {"configure": allowed, "write": allowed, "read": allowed}
    vhost.api.put(f"/api/permissions/{vhost.quoted}/{name}", json=rights).raise_for_status()
    yield replace(address(vhost), user=name, password="pw")
    vhost.api.delete(f"/api/users/{name}").raise_for_status()


def test_after_apply_the_plan_is_empty_and_foreign_objects_are_as_before(vhost: Vhost) -> None:
    foreign = topology(
        [Exchange("theirs", "direct")],
        [Queue("their-q", arguments={"x-queue-type": "classic"})],
        [Binding("theirs", "their-q", key="k")],
    )
    apply(plan_apply(foreign, None), session_of(vhost))
    done: list[Change] = []
    plan = planned(vhost)
    apply(plan, session_of(vhost), done.append)
    assert set(map(id, done)) == set(map(id, plan.steps))
    again = planned(vhost)
    assert again.steps == ()
    assert again.compared.unchanged == DESIRED.size
    assert again.compared.foreign == foreign


def test_a_policy_is_changed_and_deleted(vhost: Vhost) -> None:
    before = topology(policies=[Policy("p", "^x", "all", 0, {"max-length": 1})])
    after = topology(policies=[Policy("p", "^x", "queues", 0, {"max-length": 2})])
    apply(planned(vhost, before), session_of(vhost))
    apply(planned(vhost, after), session_of(vhost))
    assert there(vhost) == after
    apply(removal(vhost, after), session_of(vhost), allowed=LEAVING)
    assert there(vhost) == topology()


def test_what_cannot_be_changed_in_place_is_refused_and_nothing_is_done(vhost: Vhost) -> None:
    old = topology(queues=[Queue("my-q3", arguments={"x-queue-type": "quorum"})])
    apply(planned(vhost, old), session_of(vhost))
    with pytest.raises(Unsafe, match="queue my-q3"):
        apply(planned(vhost), session_of(vhost))
    assert there(vhost) == old


def test_a_missing_permission_of_an_administrator_is_found_by_the_patterns(vhost: Vhost, limited: Address) -> None:
    vhost.api.put(f"/api/users/{limited.user}", json={"password": "pw", "tags": "administrator"}).raise_for_status()
    with pytest.raises(BrokerRefused, match="configure on 'my-q2'; write on 'my-q2'"):
        apply(planned(vhost), at(limited, vhost.name))
    assert there(vhost) == topology()


def test_a_missing_permission_of_another_user_is_found_by_asking(vhost: Vhost, limited: Address) -> None:
    with pytest.raises(BrokerRefused, match="my-q2") as raised:
        apply(planned(vhost, replace(DESIRED, policies={})), at(limited, vhost.name))
    assert "my-q1" not in str(raised.value)
    assert there(vhost) == topology()


def test_a_permission_to_dead_letter_is_looked_at(vhost: Vhost, limited: Address) -> None:
    letters = Queue("my-letters", arguments={"x-queue-type": "classic", "x-dead-letter-exchange": "theirs"})
    with pytest.raises(BrokerRefused, match="theirs"):
        apply(planned(vhost, topology(queues=[letters])), at(limited, vhost.name))
    assert there(vhost) == topology()


def test_without_the_management_api_everything_but_policies_is_declared(vhost: Vhost) -> None:
    blind = parse(vhost.url, "none")
    unseen = read(at(blind, vhost.name)).unseen
    desired = replace(DESIRED, policies={})
    for _ in range(2):
        apply(plan_apply(desired, None, unseen=unseen), at(blind, vhost.name))
        assert there(vhost) == desired
    with pytest.raises(BrokerUnreachable, match="a policy needs the management API"):
        apply(plan_apply(DESIRED, None, unseen=unseen), at(blind, vhost.name))


def test_without_the_management_api_a_difference_is_refused_before_anything_is_done(vhost: Vhost) -> None:
    old = topology(queues=[Queue("my-q3", arguments={"x-queue-type": "quorum"})])
    apply(planned(vhost, old), session_of(vhost))
    blind = parse(vhost.url, "none")
    with pytest.raises(Unsafe, match="my-q3"):
        apply(plan_apply(replace(DESIRED, policies={}), None, unseen="switched off"), at(blind, vhost.name))
    assert there(vhost) == old


def test_interrupted_at_any_step_it_goes_on_when_run_again(vhost: Vhost) -> None:
    steps = len(planned(vhost).steps)
    for stop_after in range(1, steps, 5):
        done: list[Change] = []

        def interrupt(change: Change, done: list[Change] = done, stop_after: int = stop_after) -> None:
            done.append(change)
            if len(done) == stop_after:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            apply(planned(vhost), session_of(vhost), interrupt)
        apply(planned(vhost), session_of(vhost))
        assert there(vhost) == DESIRED
        apply(removal(vhost, DESIRED), session_of(vhost), allowed=LEAVING)
        assert there(vhost) == topology()


@pytest.mark.parametrize("kind", ["classic", "quorum", "stream"])
def test_destroy_refuses_a_queue_that_holds_messages_unless_forced(vhost: Vhost, kind: str) -> None:
    desired = topology(
        [Exchange("e", "topic")],
        [Queue("full", arguments={"x-queue-type": kind})],
        [Binding("e", "full", key="k")],
    )
    apply(planned(vhost, desired), session_of(vhost))
    publish(vhost, "full")
    with pytest.raises(Unsafe, match=r"full \((1 message,|a stream)"):
        apply(removal(vhost, desired), session_of(vhost), allowed=LEAVING)
    assert there(vhost) == desired
    apply(
        removal(vhost, desired),
        session_of(vhost),
        allowed=Allowed(discard=frozenset({"full"}), removals=True),
    )
    assert there(vhost) == topology()


def test_a_queue_of_which_a_client_has_taken_messages_and_not_acknowledged_them_is_kept(vhost: Vhost) -> None:
    desired = topology(queues=[Queue("taken", arguments={"x-queue-type": "classic"})])
    apply(planned(vhost, desired), session_of(vhost))
    publish(vhost, "taken")
    with pika.BlockingConnection(parameters(address(vhost), vhost.name)) as connection:
        connection.channel().basic_get("taken")
        with Management(address(vhost), vhost.name) as management:
            assert until(lambda: management.read_unseen() == {"taken": 1}, 20)
        with pytest.raises(Unsafe, match=r"taken \(1 message not acknowledged"):
            apply(removal(vhost, desired), session_of(vhost), allowed=LEAVING)
    assert there(vhost) == desired


def test_a_queue_whose_messages_wait_for_a_delayed_retry_which_its_count_leaves_out_is_kept(vhost: Vhost) -> None:
    arguments = {"x-queue-type": "quorum", "x-delayed-retry-type": "all", "x-delayed-retry-min": 600_000}
    desired = topology(queues=[Queue("waiting", arguments=arguments)])
    apply(planned(vhost, desired), session_of(vhost))
    publish(vhost, "waiting")
    with (
        pika.BlockingConnection(parameters(address(vhost), vhost.name)) as connection,
        Management(address(vhost), vhost.name) as management,
    ):
        channel = connection.channel()
        taken, _, _ = channel.basic_get("waiting")
        assert until(lambda: management.read_unseen() == {"waiting": 1}, 20)
        channel.basic_reject(taken.delivery_tag)
        assert until(lambda: management.read_counts("waiting").unacknowledged == 0, 20)
    with pytest.raises(Unsafe, match=r"waiting \(1 message"):
        apply(removal(vhost, desired), session_of(vhost), allowed=LEAVING)
    assert there(vhost) == desired


def test_destroy_leaves_an_exchange_that_others_are_bound_to_at_the_last_moment(vhost: Vhost) -> None:
    mine = topology([Exchange("e", "topic")])
    theirs = topology([], [Queue("theirs", arguments={"x-queue-type": "classic"})], [Binding("e", "theirs", key="k")])
    apply(planned(vhost, mine), session_of(vhost))
    plan = removal(vhost, mine)
    apply(planned(vhost, theirs), session_of(vhost))
    with pytest.raises(BrokerRefused, match="in use"):
        apply(plan, session_of(vhost), allowed=LEAVING)
    assert set(there(vhost).exchanges) == {"e"}


def on_record(vhost: Vhost, desired: Topology, stop_after: int | None = None) -> None:
    """Apply with the ledger, as the command line does, and stop after some steps."""
    known = ledgers.read(session_of(vhost), "shop")
    plan = plan_apply(desired, there(vhost), known.ownership)
    done: list[Change] = []

    def on_done(change: Change) -> None:
        done.append(change)
        if len(done) == stop_after:
            raise KeyboardInterrupt

    keeping = Keeping(known.ours, Signature("2026-11-25T12:00:00Z", "somebody@somewhere", "abc"))
    apply(plan, session_of(vhost), on_done, keeping=keeping, allowed=LEAVING)


def test_what_is_no_longer_wanted_is_removed_and_the_ledger_says_what_is_ours(vhost: Vhost) -> None:
    on_record(vhost, DESIRED)
    fewer = topology(list(DESIRED.exchanges.values()), QUEUES[:1], [Binding("my-e", "my-q0", key="k.my-q0")])
    on_record(vhost, fewer)
    assert there(vhost) == fewer
    ledger = ledgers.read(session_of(vhost), "shop").ours
    assert ledger.objects == fewer
    assert set(ledger.removed.queues) == {queue.name for queue in QUEUES[1:]}
    assert [(one.serial, one.created, one.removed, one.complete) for one in ledger.history] == [
        (2, 0, 20, True),
        (1, 24, 0, True),
    ]


def test_interrupted_at_any_step_what_was_made_is_ours_and_the_next_apply_converges(vhost: Vhost) -> None:
    for stop_after in (1, 3, 12, 20):
        with pytest.raises(KeyboardInterrupt):
            on_record(vhost, DESIRED, stop_after)
        known = ledgers.read(session_of(vhost), "shop")
        assert not known.ours.complete
        assert plan_apply(topology(), there(vhost), known.ownership).compared.foreign == topology()
        on_record(vhost, DESIRED)
        assert there(vhost) == DESIRED
        with pytest.raises(KeyboardInterrupt):
            on_record(vhost, topology(), stop_after)
        on_record(vhost, topology())
        assert there(vhost) == topology()
        assert ledgers.read(session_of(vhost), "shop").ours.serial == 0


def test_two_specs_share_a_vhost_and_each_removes_only_its_own(vhost: Vhost) -> None:
    mine, theirs = topology(queues=QUEUES[:2]), topology(queues=QUEUES[2:4])
    on_record(vhost, mine)
    known = ledgers.read(session_of(vhost), "billing")
    keeping = Keeping(known.ours, Signature("2026-11-25T12:00:00Z", "somebody@somewhere"))
    plan = plan_apply(theirs, there(vhost), known.ownership)
    assert plan.compared.owners[("queue", "my-q0")] == "shop"
    apply(plan, session_of(vhost), keeping=keeping)
    on_record(vhost, topology())
    assert there(vhost) == theirs


def test_a_user_without_the_right_to_keep_a_ledger_only_adds(vhost: Vhost, limited: Address) -> None:
    on_record(vhost, topology(queues=QUEUES[3:4]))
    known = ledgers.read(at(limited, vhost.name), "shop")
    assert known.refused is not None
    assert "policymaker" in known.refused
    plan = plan_apply(topology(queues=QUEUES[:2]), there(vhost), known.ownership, unowned=known.refused)
    apply(plan, at(limited, vhost.name))
    assert set(there(vhost).queues) == {"my-q0", "my-q1", "my-q3"}


def test_an_apply_that_is_no_longer_alone_changes_nothing_more(vhost: Vhost) -> None:
    known = ledgers.read(session_of(vhost), "shop")
    there_now = address(vhost)
    with Proxy((there_now.host, there_now.port)) as proxy:
        through = replace(there_now, port=proxy.port)
        with Session(through, vhost.name) as session, lock.held(session, "a test", wait=0):
            proxy.cut()
            keeping = Keeping(known.ours, Signature("2026-11-25T12:00:00Z", "somebody@somewhere"))
            with pytest.raises(BrokerUnreachable, match="lock"):
                apply(planned(vhost), session, keeping=keeping)
    assert there(vhost) == topology()
