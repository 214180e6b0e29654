import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from edatool import Publisher
from edatool.errors import BrokerRefused, Unsafe, WrongUsage
from edatool.runtime.router import router
from edatool.runtime.router.router import FilterRouter
from tests.broker_fixtures import Vhost
from tests.runtime.metrics.read import samples
from tests.runtime.router.filtered_shop import OWN, SPEC, Shop, applied, await_true, running, send, spec


def test_a_publisher_of_the_spec_needs_no_router(shop: Shop) -> None:
    with Publisher(shop.checked, shop.address) as publisher:
        for total, region in ((99, "eu"), (100, "eu"), (1000, "eu"), (1000, "us")):
            assert publisher.publish("placed", {"region": region, "total": total, "vip": total == 99}).ok
        assert publisher.publish("noted", {}).ok
    assert shop.held() == {"all": 5, "big": 3, "vip": 1, "both": 3, "behind": 1}


def test_consumers_see_nothing_of_stamps(shop: Shop) -> None:
    with Publisher(shop.checked, shop.address) as publisher:
        publisher.publish("placed", {"region": "eu", "total": 100})
    ((method, properties, _),) = shop.taken("big")
    assert (method.exchange, method.routing_key) == ("events", "order.eu.placed")
    assert properties.headers in (None, {})


def test_messages_of_other_clients_come_where_they_belong_by_the_router(shop: Shop) -> None:
    with shop.channel() as channel:
        for total, region in ((99, "eu"), (100, "eu"), (1000, "eu"), (1000, "us")):
            send(channel, f"order.{region}.placed", {"total": total, "vip": total == 99})
        send(channel, "note", {"total": 5000})
    assert shop.held() == {"all": 5, "both": 1, OWN.intake: 4}
    found = shop.routed()
    assert shop.held() == {"all": 5, "big": 3, "vip": 1, "both": 3, "behind": 1}
    assert (found.counts.passed, found.counts.filtered) == (4, 0)


def test_prometheus_sees_what_became_of_messages(shop: Shop) -> None:
    registry = CollectorRegistry()
    with shop.channel() as channel:
        send(channel, "order.eu.placed", {"total": 100})
        send(channel, "order.eu.placed", {"total": 99})
    FilterRouter(shop.address, shop.vhost.name, shop.checked, registry=registry).run(until_empty=True)
    found, queue = samples(registry), f"queue={OWN.intake}}}"
    assert found["edatool_router_messages_total{outcome=passed," + queue] == 1
    assert found["edatool_router_messages_total{outcome=filtered," + queue] == 1
    assert found["edatool_router_handling_seconds_count{" + queue] == 1
    assert found["edatool_router_in_flight{" + queue] == 0


def test_what_comes_through_another_exchange_is_known_by_its_way(shop: Shop) -> None:
    with shop.channel() as channel:
        send(channel, "order.eu.placed", {"total": 100}, exchange="front")
    shop.routed()
    assert shop.held() == {"all": 1, "big": 1, "both": 1}


def test_a_message_goes_on_as_it_is(shop: Shop) -> None:
    with shop.channel() as channel:
        send(
            channel,
            "order.eu.placed",
            b' {"total": 1e2} ',
            user_id=shop.address.user,
            message_id="m-1",
            headers={"price": 1, "deep": {"list": [1, "a"]}},
            priority=3,
            type="placed",
        )
    shop.routed()
    ((method, properties, body),) = shop.taken("big")
    assert (method.routing_key, body) == ("order.eu.placed", b' {"total": 1e2} ')
    assert (properties.message_id, properties.priority, properties.type) == ("m-1", 3, "placed")
    headers = dict(properties.headers or {})
    headers.pop("x-edatool-router")
    assert headers.pop("x-edatool-exchange") == "events"
    assert headers == {"price": 1, "deep": {"list": [1, "a"]}}


@pytest.mark.parametrize("body", [b"not JSON", b'{"total": NaN}', b"\xff\xfe"])
def test_what_is_not_json_is_put_aside_with_the_reason_and_can_be_put_back(shop: Shop, body: bytes) -> None:
    with shop.channel() as channel:
        send(channel, "order.eu.placed", body, message_id="bad")
    found = shop.routed()
    assert found.counts.refused == 1
    ((_, properties, kept),) = shop.taken(OWN.refused)
    assert kept == body
    assert properties.headers
    assert properties.headers["x-edatool-reason"].startswith("its payload is not JSON")
    with shop.channel() as channel:
        send(channel, OWN.intake, {"total": 100}, exchange="", headers=properties.headers)
    shop.routed()
    assert shop.held() == {"all": 1, "big": 1, "both": 1}


def test_the_spec_says_where_what_is_not_json_goes(new_shop: Callable[[str], Shop]) -> None:
    text = SPEC.replace("filters:\n", "router: {type: classic, dead_letter: {exchange: front, key: bad}}\nfilters:\n")
    shop = new_shop(text)
    with shop.channel() as channel:
        send(channel, "order.eu.placed", b"not JSON")
    shop.routed()
    assert [method.routing_key for method, _, _ in shop.taken("all")] == ["order.eu.placed", "bad"]


def test_a_publisher_with_older_filters_is_corrected_by_the_router(vhost: Vhost, tmp_path: Path) -> None:
    old = spec(tmp_path)
    new = spec(tmp_path, SPEC.replace('[{numeric: [">=", 100]}]', '[{numeric: ["<", 100]}]'))
    shop = applied(vhost, new)
    with Publisher(old, shop.address) as publisher:
        for total in (99, 100):
            assert publisher.publish("placed", {"region": "eu", "total": total}).ok
    assert shop.held() == {"all": 2, OWN.intake: 2}
    shop.routed()
    ((_, _, body),) = shop.taken("big")
    assert json.loads(body)["total"] == 99


def test_a_router_with_older_filters_waits_and_loses_nothing(
    vhost: Vhost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = spec(tmp_path)
    before = applied(vhost, old)
    shop = applied(vhost, spec(tmp_path, SPEC.replace("100]", "200]")), old)
    with shop.channel() as channel:
        for total in (100, 200):
            send(channel, "order.eu.placed", {"total": total})
    monkeypatch.setattr(router, "FIRST_PAUSE", 0.01)
    told: list[str] = []
    with running(before.router(tell=told.append)):
        await_true(lambda: any("other filters" in text for text in told))
    shop.await_ready(OWN.intake, 2)
    shop.routed()
    ((_, _, body),) = shop.taken("big")
    assert json.loads(body)["total"] == 200
    assert shop.held() == {"all": 2, "both": 1}


def test_several_routers_share_the_work(shop: Shop) -> None:
    with shop.channel() as channel:
        for number in range(500):
            send(channel, "order.eu.placed", {"total": 100 + number % 2}, message_id=str(number))
    routers = [shop.router(prefetch=10) for _ in range(3)]
    threads = [threading.Thread(target=one.run, kwargs={"until_empty": True}) for one in routers]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert sum(one.counts.passed for one in routers) == 500
    ids = [properties.message_id for _, properties, _ in shop.taken("big")]
    assert sorted(ids, key=str) == sorted(map(str, range(500)))


def test_a_router_of_a_spec_that_was_not_applied_is_told_so(vhost: Vhost, tmp_path: Path) -> None:
    with pytest.raises(BrokerRefused, match=r"no queue 'edatool.shop.intake'"):
        Shop(vhost, spec(tmp_path)).router().run()


def test_a_spec_without_such_filters_needs_no_router(vhost: Vhost, tmp_path: Path) -> None:
    text = SPEC[: SPEC.index("  - {queue: big")]
    with pytest.raises(WrongUsage, match="no filter that needs a router"):
        Shop(vhost, spec(tmp_path, text)).router()


def test_dropping_the_last_filter_is_refused_while_messages_wait(vhost: Vhost, tmp_path: Path) -> None:
    old = spec(tmp_path)
    shop = applied(vhost, old)
    with shop.channel() as channel:
        send(channel, "order.eu.placed", {"total": 100})
    with pytest.raises(Unsafe, match=r"edatool\.shop\.intake"):
        applied(vhost, spec(tmp_path, SPEC[: SPEC.index("  - {queue: big")]), old)


def test_the_documented_rights_suffice(shop: Shop) -> None:
    vhost = shop.vhost
    who = {"password": "s3cret", "tags": ""}
    vhost.api.put("/api/users/router-test", json=who).raise_for_status()
    try:
        rights = {
            "configure": "^$",
            "write": r"^(edatool\.shop\.filters|amq\.default)$",
            "read": r"^edatool\.shop\.intake(\.stuck)?$",
        }
        vhost.api.put(f"/api/permissions/{vhost.quoted}/router-test", json=rights).raise_for_status()
        with shop.channel() as channel:
            for body in ({"total": 100}, b"not JSON"):
                send(channel, "order.eu.placed", body)
        replace(shop, user=("router-test", "s3cret")).routed()
        assert shop.held() == {"all": 2, "big": 1, "both": 1, OWN.refused: 1}
    finally:
        vhost.api.delete("/api/users/router-test").raise_for_status()
