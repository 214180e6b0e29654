import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from edatool import Publisher
from edatool.broker.address import Address, parse
from edatool.checks.load import Checked
from edatool.errors import BrokerRefused, Unsafe, WrongUsage
from edatool.routing.compile import compile_spec
from edatool.runtime import router
from edatool.runtime.router import FilterRouter
from tests.broker_fixtures import Vhost
from tests.proxy import Proxy
from tests.runtime.filtered_shop import (
    OWN,
    SPEC,
    applied,
    await_consumer,
    await_ready,
    held,
    plain,
    routed,
    send,
    spec,
    taken,
)


@pytest.fixture
def checked(tmp_path: Path) -> Checked:
    return spec(tmp_path)


@pytest.fixture
def address(vhost: Vhost, checked: Checked) -> Address:
    return applied(vhost, checked)


def test_a_publisher_of_the_spec_needs_no_router(vhost: Vhost, address: Address, checked: Checked) -> None:
    with Publisher(checked, address) as publisher:
        for total, region in ((99, "eu"), (100, "eu"), (1000, "eu"), (1000, "us")):
            assert publisher.publish("placed", {"region": region, "total": total, "vip": total == 99}).ok
        assert publisher.publish("noted", {}).ok
    assert held(address, vhost.name) == {"all": 5, "big": 3, "vip": 1, "both": 3, "behind": 1}


def test_consumers_see_nothing_of_stamps(vhost: Vhost, address: Address, checked: Checked) -> None:
    with Publisher(checked, address) as publisher:
        publisher.publish("placed", {"region": "eu", "total": 100})
    ((method, properties, _),) = taken(address, vhost.name, "big")
    assert (method.exchange, method.routing_key) == ("events", "order.eu.placed")  # type: ignore[attr-defined]
    assert properties.headers in (None, {})


def test_messages_of_other_clients_come_where_they_belong_by_the_router(
    vhost: Vhost, address: Address, checked: Checked
) -> None:
    with plain(address, vhost.name) as channel:
        for total, region in ((99, "eu"), (100, "eu"), (1000, "eu"), (1000, "us")):
            send(channel, f"order.{region}.placed", {"total": total, "vip": total == 99})
        send(channel, "note", {"total": 5000})
    assert held(address, vhost.name) == {"all": 5, "both": 1, OWN.intake: 4}
    found = routed(address, vhost.name, checked)
    assert held(address, vhost.name) == {"all": 5, "big": 3, "vip": 1, "both": 3, "behind": 1}
    assert (found.counts.passed, found.counts.filtered) == (4, 0)


def test_what_comes_through_another_exchange_is_known_by_its_way(
    vhost: Vhost, address: Address, checked: Checked
) -> None:
    with plain(address, vhost.name) as channel:
        send(channel, "order.eu.placed", {"total": 100}, exchange="front")
    routed(address, vhost.name, checked)
    assert held(address, vhost.name) == {"all": 1, "big": 1, "both": 1}


def test_a_message_goes_on_as_it_is(vhost: Vhost, address: Address, checked: Checked) -> None:
    with plain(address, vhost.name) as channel:
        send(
            channel,
            "order.eu.placed",
            b' {"total": 1e2} ',
            user_id=address.user,
            message_id="m-1",
            headers={"price": 1, "deep": {"list": [1, "a"]}},
            priority=3,
            type="placed",
        )
    routed(address, vhost.name, checked)
    ((method, properties, body),) = taken(address, vhost.name, "big")
    assert (method.routing_key, body) == ("order.eu.placed", b' {"total": 1e2} ')  # type: ignore[attr-defined]
    assert (properties.message_id, properties.priority, properties.type) == ("m-1", 3, "placed")
    headers = dict(properties.headers or {})
    headers.pop("x-edatool-router")
    assert headers.pop("x-edatool-exchange") == "events"
    assert headers == {"price": 1, "deep": {"list": [1, "a"]}}


@pytest.mark.parametrize("body", [b"not JSON", b'{"total": NaN}', b"\xff\xfe"])
def test_what_is_not_json_is_put_aside_with_the_reason_and_can_be_put_back(
    vhost: Vhost, address: Address, checked: Checked, body: bytes
) -> None:
    with plain(address, vhost.name) as channel:
        send(channel, "order.eu.placed", body, message_id="bad")
    found = routed(address, vhost.name, checked)
    assert found.counts.refused == 1
    ((_, properties, kept),) = taken(address, vhost.name, OWN.refused)
    assert kept == body
    assert properties.headers
    assert properties.headers["x-edatool-reason"].startswith("its payload is not JSON")
    with plain(address, vhost.name) as channel:
        send(channel, OWN.intake, {"total": 100}, exchange="", headers=properties.headers)
    routed(address, vhost.name, checked)
    assert held(address, vhost.name) == {"all": 1, "big": 1, "both": 1}


def test_the_spec_says_where_what_is_not_json_goes(vhost: Vhost, tmp_path: Path) -> None:
    text = SPEC.replace("filters:\n", "router: {type: classic, dead_letter: {exchange: front, key: bad}}\nfilters:\n")
    checked = spec(tmp_path, text)
    address = applied(vhost, checked)
    with plain(address, vhost.name) as channel:
        send(channel, "order.eu.placed", b"not JSON")
    routed(address, vhost.name, checked)
    assert [method.routing_key for method, _, _ in taken(address, vhost.name, "all")] == ["order.eu.placed", "bad"]  # type: ignore[attr-defined]


def test_a_publisher_with_older_filters_is_corrected_by_the_router(vhost: Vhost, tmp_path: Path) -> None:
    old = spec(tmp_path)
    new = spec(tmp_path, SPEC.replace('[{numeric: [">=", 100]}]', '[{numeric: ["<", 100]}]'))
    address = applied(vhost, new)
    with Publisher(old, address) as publisher:
        for total in (99, 100):
            assert publisher.publish("placed", {"region": "eu", "total": total}).ok
    assert held(address, vhost.name) == {"all": 2, OWN.intake: 2}
    routed(address, vhost.name, new)
    ((_, _, body),) = taken(address, vhost.name, "big")
    assert json.loads(body)["total"] == 99


def test_a_router_with_older_filters_waits_and_loses_nothing(
    vhost: Vhost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = spec(tmp_path)
    address = applied(vhost, old)
    new = spec(tmp_path, SPEC.replace("100]", "200]"))
    applied(vhost, new, compile_spec(old.spec))
    with plain(address, vhost.name) as channel:
        for total in (100, 200):
            send(channel, "order.eu.placed", {"total": total})
    told = threading.Event()
    monkeypatch.setattr(router, "FIRST_PAUSE", 0.01)

    def tell(text: str) -> None:
        if "other filters" in text:
            told.set()

    stale = FilterRouter(address, vhost.name, old.spec, tell=tell)
    working = threading.Thread(target=stale.run)
    working.start()
    assert told.wait(20)
    stale.stop()
    working.join(20)
    assert not working.is_alive()
    await_ready(address, vhost.name, OWN.intake, 2)
    routed(address, vhost.name, new)
    ((_, _, body),) = taken(address, vhost.name, "big")
    assert json.loads(body)["total"] == 200
    assert held(address, vhost.name) == {"all": 2, "both": 1}


def test_several_routers_share_the_work(vhost: Vhost, address: Address, checked: Checked) -> None:
    with plain(address, vhost.name) as channel:
        for number in range(500):
            send(channel, "order.eu.placed", {"total": 100 + number % 2}, message_id=str(number))
    routers = [FilterRouter(address, vhost.name, checked.spec, prefetch=10) for _ in range(3)]
    threads = [threading.Thread(target=one.run, kwargs={"until_empty": True}) for one in routers]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert sum(one.counts.passed for one in routers) == 500
    ids = [properties.message_id for _, properties, _ in taken(address, vhost.name, "big")]
    assert sorted(ids, key=str) == sorted(map(str, range(500)))


def test_a_router_of_a_spec_that_was_not_applied_is_told_so(vhost: Vhost, checked: Checked) -> None:
    with pytest.raises(BrokerRefused, match=r"no queue 'edatool.shop.intake'"):
        FilterRouter(parse(vhost.url), vhost.name, checked.spec).run()


def test_a_spec_without_such_filters_needs_no_router(vhost: Vhost, tmp_path: Path) -> None:
    text = SPEC[: SPEC.index("  - {queue: big")]
    with pytest.raises(WrongUsage, match="no filter that needs a router"):
        FilterRouter(parse(vhost.url), vhost.name, spec(tmp_path, text).spec)


def test_dropping_the_last_filter_is_refused_while_messages_wait(vhost: Vhost, tmp_path: Path) -> None:
    old = spec(tmp_path)
    address = applied(vhost, old)
    with plain(address, vhost.name) as channel:
        send(channel, "order.eu.placed", {"total": 100})
    with pytest.raises(Unsafe, match=r"edatool\.shop\.intake"):
        applied(vhost, spec(tmp_path, SPEC[: SPEC.index("  - {queue: big")]), compile_spec(old.spec))


def test_the_documented_rights_suffice(vhost: Vhost, address: Address, checked: Checked) -> None:
    who = {"password": "s3cret", "tags": ""}
    vhost.api.put("/api/users/router-test", json=who).raise_for_status()
    try:
        rights = {
            "configure": "^$",
            "write": r"^(edatool\.shop\.filters|amq\.default)$",
            "read": r"^edatool\.shop\.intake(\.stuck)?$",
        }
        vhost.api.put(f"/api/permissions/{vhost.quoted}/router-test", json=rights).raise_for_status()
        with plain(address, vhost.name) as channel:
            for body in ({"total": 100}, b"not JSON"):
                send(channel, "order.eu.placed", body)
        routed(replace(address, user="router-test", password="s3cret"), vhost.name, checked)
        assert held(address, vhost.name) == {"all": 2, "big": 1, "both": 1, OWN.refused: 1}
    finally:
        vhost.api.delete("/api/users/router-test").raise_for_status()


def test_a_full_queue_has_the_message_wait(vhost: Vhost, tmp_path: Path) -> None:
    text = SPEC.replace("queues: {big: {},", "queues: {big: {max_length: 1, overflow: reject-publish},")
    checked = spec(tmp_path, text)
    address = applied(vhost, checked)
    with plain(address, vhost.name) as channel:
        for _ in range(3):
            send(channel, "order.eu.placed", {"total": 100})
    nacked = threading.Event()
    working = FilterRouter(address, vhost.name, checked.spec, tell=lambda _: nacked.set())
    thread = threading.Thread(target=working.run)
    thread.start()
    assert nacked.wait(20)
    assert len(taken(address, vhost.name, "big")) == 1
    working.stop()
    thread.join(20)
    assert not thread.is_alive()
    assert working.counts.failed >= 1
    done = working.counts.passed
    await_ready(address, vhost.name, OWN.stuck, 3 - done)
    assert OWN.intake not in held(address, vhost.name)


def test_a_lost_connection_is_made_anew_also_the_first_one(
    vhost: Vhost, address: Address, checked: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(router, "FIRST_PAUSE", 0.01)
    lost = threading.Event()
    with Proxy((address.host, address.port)) as proxy:
        through = parse(vhost.url.replace(f":{address.port}/", f":{proxy.port}/"))
        working = FilterRouter(through, vhost.name, checked.spec, tell=lambda _: lost.set())
        thread = threading.Thread(target=working.run)
        thread.start()
        await_consumer(address, vhost.name, OWN.intake)
        proxy.cut()
        assert lost.wait(20)
        with plain(address, vhost.name) as channel:
            send(channel, "order.eu.placed", {"total": 100})
        await_ready(address, vhost.name, "big", 1)
        working.stop()
        thread.join(20)
        assert not thread.is_alive()
    assert working.counts.reconnected >= 1
