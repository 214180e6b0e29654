"""What apply promises on a vhost that others use too, and with no more rights than the documentation asks for."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import replace

import pika
import pytest

from edatool.broker import lock
from edatool.broker.address import Address, parse
from edatool.broker.amqp import parameters
from edatool.broker.consume.peek import peek
from edatool.broker.live import read
from edatool.broker.session import Session
from edatool.change import ledgers
from edatool.change.allowed import Allowed
from edatool.change.apply import Keeping, apply
from edatool.change.ledger import Signature
from edatool.change.plan import plan_apply
from edatool.errors import BrokerRefused
from edatool.routing.definitions.definitions import definitions_of
from edatool.routing.topology import Binding, Exchange, Policy, Queue, Topology, topology
from tests.broker_fixtures import Vhost
from tests.sessions import at

FOREIGN = 2000
NAME = {"x-queue-type": "classic"}
MINE = topology(
    [
        Exchange("shop.events", "topic", arguments={"alternate-exchange": "shop.unrouted"}),
        Exchange("shop.unrouted", "fanout"),
    ],
    [
        Queue("shop.orders", arguments={**NAME, "x-dead-letter-exchange": "shop.unrouted"}),
        Queue("shop.rest", arguments=NAME),
    ],
    [
        Binding("shop.events", "shop.orders", key="order.#"),
        Binding("shop.unrouted", "shop.rest"),
        Binding("shop.events", "shop.unrouted", to_exchange=True, key="audit"),
    ],
    [Policy("shop.limits", "^shop\\.", "queues", 1, {"max-length": 1000})],
)

REPLACED = replace(
    MINE,
    exchanges={**MINE.exchanges, "shop.events": replace(MINE.exchanges["shop.events"], type="direct")},
    queues={
        **MINE.queues,
        "shop.orders": Queue(
            "shop.orders", arguments={**MINE.queues["shop.orders"].arguments, "x-queue-type": "quorum"}
        ),
    },
)
LEAVING = Allowed(removals=True)
AGREED = Allowed(replace=frozenset({"shop.orders", "shop.events"}))


def apply_all(address: Address, vhost: Vhost, desired: Topology, allowed: Allowed = LEAVING) -> None:
    with Session(address, vhost.name) as session, lock.held(session, "a test", wait=10):
        known = ledgers.read(session, "shop")
        plan = plan_apply(desired, read(session).topology, known.ownership)
        signature = Signature("2026-11-25T12:00:00Z", "somebody@somewhere")
        apply(plan, session, keeping=Keeping(known.ours, signature), allowed=allowed)


def exported(vhost: Vhost) -> list[str]:
    definitions = vhost.api.get(f"/api/definitions/{vhost.quoted}").raise_for_status().json()
    kinds = ("exchanges", "queues", "bindings", "policies")
    return sorted(json.dumps(one, sort_keys=True) for kind in kinds for one in definitions[kind])


def publish_orders(vhost: Vhost) -> list[str]:
    """Have messages in shop.orders, and return their ids."""
    with pika.BlockingConnection(parameters(parse(vhost.url), vhost.name)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        ids = [str(number) for number in range(100)]
        for one in ids:
            properties = pika.BasicProperties(message_id=one, delivery_mode=2)
            channel.basic_publish("shop.events", "order.placed", b"x", properties, mandatory=True)
    return ids


@pytest.fixture
def least(vhost: Vhost) -> Iterator[Address]:
    """A user with the rights that the documentation asks for: the tag policymaker, and its own names."""
    name, own = f"u-{secrets.token_hex(4)}", r"^(shop|edatool)\."
    vhost.api.put(f"/api/users/{name}", json={"password": "pw", "tags": "policymaker"}).raise_for_status()
    rights = {"configure": own, "write": own, "read": own}
    vhost.api.put(f"/api/permissions/{vhost.quoted}/{name}", json=rights).raise_for_status()
    yield replace(parse(vhost.url, vhost.management), user=name, password="pw")
    vhost.api.delete(f"/api/users/{name}").raise_for_status()


def test_thousands_of_foreign_objects_are_the_same_after_everything_was_made_changed_and_removed(vhost: Vhost) -> None:
    queues = [Queue(f"theirs-{i}", arguments=NAME) for i in range(FOREIGN // 2)]
    bindings = [Binding("amq.topic", one.name, key=one.name) for one in queues]
    body = definitions_of(topology([], queues, bindings))
    vhost.api.post(f"/api/definitions/{vhost.quoted}", json=body, timeout=120).raise_for_status()
    before = exported(vhost)
    assert len(before) == FOREIGN
    address = parse(vhost.url, vhost.management)
    for desired in (MINE, replace(MINE, policies={}), topology([*MINE.exchanges.values()]), topology()):
        apply_all(address, vhost, desired)
        assert set(before) <= set(exported(vhost))
    assert exported(vhost) == before


def test_the_documented_rights_suffice_for_all_of_it(vhost: Vhost, least: Address) -> None:
    apply_all(least, vhost, MINE)
    assert read(at(least, vhost.name)).topology == MINE
    changed = replace(MINE, policies={"shop.limits": Policy("shop.limits", "^shop\\.", "queues", 1, {"max-length": 5})})
    apply_all(least, vhost, changed)
    assert read(at(least, vhost.name)).topology == changed
    apply_all(least, vhost, topology())
    assert read(at(least, vhost.name)).topology == topology()


def test_the_documented_rights_suffice_to_replace_a_queue_and_an_exchange(vhost: Vhost, least: Address) -> None:
    apply_all(least, vhost, MINE)
    sent = publish_orders(vhost)
    apply_all(least, vhost, REPLACED, AGREED)
    assert read(at(least, vhost.name)).topology == REPLACED
    held = peek(at(least, vhost.name), REPLACED.queues["shop.orders"], most=1000)
    assert [one.message_id for one in held] == sent
    assert ledgers.read(at(least, vhost.name), "shop").ours.replacing == {}


@pytest.mark.parametrize("bound", [Binding("theirs", "shop.orders"), Binding("shop.events", "theirs")])
def test_a_replacement_that_would_have_to_move_what_the_user_may_not_touch_is_refused_before_anything_is_done(
    vhost: Vhost, least: Address, bound: Binding
) -> None:
    apply_all(least, vhost, MINE)
    administrator = parse(vhost.url, vhost.management)
    apply(
        plan_apply(topology([Exchange("theirs", "fanout")], [Queue("theirs")], [bound]), None),
        at(administrator, vhost.name),
    )
    before, ledger = read(at(least, vhost.name)), ledgers.read(at(least, vhost.name), "shop")
    right = "(read|write) access" if vhost.version >= (4, 0, 0) else "access"
    with pytest.raises(BrokerRefused, match=rf"lacks permissions .* nothing was done: .*{right} to .*theirs"):
        apply_all(least, vhost, REPLACED, AGREED)
    assert read(at(least, vhost.name)) == before
    assert ledgers.read(at(least, vhost.name), "shop") == ledger


def test_a_replacement_by_a_user_without_rights_to_its_helper_objects_is_refused_before_anything_is_done(
    vhost: Vhost, least: Address
) -> None:
    apply_all(least, vhost, MINE)
    rights = dict.fromkeys(("configure", "write", "read"), r"^shop\.|^edatool\.lock$")
    vhost.api.put(f"/api/permissions/{vhost.quoted}/{least.user}", json=rights).raise_for_status()
    before, ledger = read(at(least, vhost.name)), ledgers.read(at(least, vhost.name), "shop")
    with pytest.raises(BrokerRefused, match=r"lacks permissions .* nothing was done: .*edatool\.replace\."):
        apply_all(least, vhost, REPLACED, AGREED)
    assert read(at(least, vhost.name)) == before
    assert ledgers.read(at(least, vhost.name), "shop") == ledger


def test_a_user_who_may_not_make_the_mark_is_told_so_and_nothing_is_made(vhost: Vhost, least: Address) -> None:
    rights = dict.fromkeys(("configure", "write", "read"), r"^shop\.|^edatool\.lock$")
    vhost.api.put(f"/api/permissions/{vhost.quoted}/{least.user}", json=rights).raise_for_status()
    with pytest.raises(BrokerRefused, match=r"allow it to configure the exchange 'edatool\.mark'"):
        apply_all(least, vhost, MINE)
    assert read(at(least, vhost.name)).topology == topology()
