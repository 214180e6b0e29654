import secrets
from collections.abc import Iterator
from dataclasses import replace

import pytest

from edatool.broker.address import Address, parse
from edatool.broker.live import read
from edatool.change.apply import apply
from edatool.change.diff import Change
from edatool.change.plan import Plan, plan_apply, plan_destroy
from edatool.errors import BrokerRefused, BrokerUnreachable, Unsafe
from edatool.routing.topology import Binding, Exchange, Policy, Queue, Topology, topology
from tests.broker_fixtures import Vhost

QUEUES = [Queue(f"my-q{i}", arguments={"x-queue-type": "classic"}) for i in range(10)]
DESIRED = topology(
    [Exchange("my-e", "topic", arguments={"alternate-exchange": "my-u"}), Exchange("my-u", "fanout")],
    QUEUES,
    [Binding("my-e", one.name, key=f"k.{one.name}") for one in QUEUES]
    + [Binding("my-e", "my-u", to_exchange=True, key="#")],
    [Policy("my-p", "^my-", "queues", 1, {"max-length": 10})],
)


def address(vhost: Vhost) -> Address:
    return parse(vhost.url, vhost.management)


def there(vhost: Vhost) -> Topology:
    found = read(address(vhost), vhost.name).topology
    assert found is not None
    return found


def planned(vhost: Vhost, desired: Topology = DESIRED) -> Plan:
    return plan_apply(desired, there(vhost))


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
    apply(plan_apply(foreign, None), address(vhost), vhost.name)
    done: list[Change] = []
    plan = planned(vhost)
    apply(plan, address(vhost), vhost.name, done.append)
    assert set(map(id, done)) == set(map(id, plan.steps))
    again = planned(vhost)
    assert again.steps == ()
    assert again.compared.unchanged == DESIRED.size
    assert again.compared.foreign == foreign


def test_a_policy_is_changed_and_deleted(vhost: Vhost) -> None:
    before = topology(policies=[Policy("p", "^x", "all", 0, {"max-length": 1})])
    after = topology(policies=[Policy("p", "^x", "queues", 0, {"max-length": 2})])
    apply(planned(vhost, before), address(vhost), vhost.name)
    apply(planned(vhost, after), address(vhost), vhost.name)
    assert there(vhost) == after
    apply(plan_destroy(after, there(vhost)), address(vhost), vhost.name)
    assert there(vhost) == topology()


def test_what_cannot_be_changed_in_place_is_refused_and_nothing_is_done(vhost: Vhost) -> None:
    old = topology(queues=[Queue("my-q3", arguments={"x-queue-type": "quorum"})])
    apply(planned(vhost, old), address(vhost), vhost.name)
    with pytest.raises(Unsafe, match="queue my-q3"):
        apply(planned(vhost), address(vhost), vhost.name)
    assert there(vhost) == old


def test_a_missing_permission_of_an_administrator_is_found_by_the_patterns(vhost: Vhost, limited: Address) -> None:
    vhost.api.put(f"/api/users/{limited.user}", json={"password": "pw", "tags": "administrator"}).raise_for_status()
    with pytest.raises(BrokerRefused, match="configure on 'my-q2'; write on 'my-q2'"):
        apply(planned(vhost), limited, vhost.name)
    assert there(vhost) == topology()


def test_a_missing_permission_of_another_user_is_found_by_asking(vhost: Vhost, limited: Address) -> None:
    with pytest.raises(BrokerRefused, match="my-q2") as raised:
        apply(planned(vhost), limited, vhost.name)
    assert "my-q1" not in str(raised.value)
    assert there(vhost) == topology()


def test_a_permission_to_dead_letter_is_looked_at(vhost: Vhost, limited: Address) -> None:
    letters = Queue("my-letters", arguments={"x-queue-type": "classic", "x-dead-letter-exchange": "theirs"})
    with pytest.raises(BrokerRefused, match="theirs"):
        apply(planned(vhost, topology(queues=[letters])), limited, vhost.name)
    assert there(vhost) == topology()


def test_without_the_management_api_everything_but_policies_is_declared(vhost: Vhost) -> None:
    blind = parse(vhost.url, "none")
    unseen = read(blind, vhost.name).unseen
    desired = replace(DESIRED, policies={})
    for _ in range(2):
        apply(plan_apply(desired, None, unseen), blind, vhost.name)
        assert there(vhost) == desired
    with pytest.raises(BrokerUnreachable, match="policies"):
        apply(plan_apply(DESIRED, None, unseen), blind, vhost.name)


def test_without_the_management_api_a_difference_is_refused_before_anything_is_done(vhost: Vhost) -> None:
    old = topology(queues=[Queue("my-q3", arguments={"x-queue-type": "quorum"})])
    apply(planned(vhost, old), address(vhost), vhost.name)
    blind = parse(vhost.url, "none")
    with pytest.raises(Unsafe, match="my-q3"):
        apply(plan_apply(replace(DESIRED, policies={}), None, "switched off"), blind, vhost.name)
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
            apply(planned(vhost), address(vhost), vhost.name, interrupt)
        apply(planned(vhost), address(vhost), vhost.name)
        assert there(vhost) == DESIRED
        apply(plan_destroy(DESIRED, there(vhost)), address(vhost), vhost.name)
        assert there(vhost) == topology()


@pytest.mark.parametrize("kind", ["classic", "quorum", "stream"])
def test_destroy_refuses_a_queue_that_holds_messages_unless_forced(vhost: Vhost, kind: str) -> None:
    desired = topology(
        [Exchange("e", "topic")],
        [Queue("full", arguments={"x-queue-type": kind})],
        [Binding("e", "full", key="k")],
    )
    apply(planned(vhost, desired), address(vhost), vhost.name)
    publish(vhost, "full")
    with pytest.raises(Unsafe, match=r"full \((1 messages|a stream)"):
        apply(plan_destroy(desired, there(vhost)), address(vhost), vhost.name)
    assert there(vhost) == desired
    apply(plan_destroy(desired, there(vhost)), address(vhost), vhost.name, force=True)
    assert there(vhost) == topology()


def test_destroy_leaves_an_exchange_that_others_are_bound_to(vhost: Vhost) -> None:
    mine = topology([Exchange("e", "topic")])
    theirs = topology([], [Queue("theirs", arguments={"x-queue-type": "classic"})], [Binding("e", "theirs", key="k")])
    apply(planned(vhost, mine), address(vhost), vhost.name)
    apply(planned(vhost, theirs), address(vhost), vhost.name)
    with pytest.raises(BrokerRefused, match="in use"):
        apply(plan_destroy(mine, there(vhost)), address(vhost), vhost.name)
    assert set(there(vhost).exchanges) == {"e"}
