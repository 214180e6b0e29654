"""A gateway whose broker is short of memory: a server of its own, as others would be blocked, too."""

from pathlib import Path

import httpx
import pytest

import edatool
from tests.broker.test_publishing import ids_in
from tests.broker_fixtures import Server, fresh_vhost
from tests.gateway.serving import ORDER, applied, serving
from tests.node_control import control

pytestmark = pytest.mark.slow


def test_a_broker_that_takes_nothing_is_told_and_gets_nothing_later(
    own_server: Server, own_folder: Path, routes: edatool.Routes
) -> None:
    with fresh_vhost(own_server) as vhost:
        applied(routes, vhost)
        with serving(routes, vhost.url, timeout=1) as url, httpx.Client(base_url=url, trust_env=False) as client:
            assert client.post("/events/order.placed", json=ORDER).status_code == 202
            control(own_folder, "set_vm_memory_high_watermark", "0.00001")
            blocked = [client.post("/events/order.placed", json=ORDER) for _ in range(3)]
            ready = client.get("/readyz").status_code
            control(own_folder, "set_vm_memory_high_watermark", "0.6")
            # The first was written before the broker said that it reads nothing.
            assert blocked[0].status_code in (503, 504)
            assert [one.json()["type"] for one in blocked[1:]] == ["urn:edatool:problem:not-sent"] * 2
            assert ready == 503
            while client.get("/readyz").status_code != 200:
                pass
            last = client.post("/events/order.placed", json=ORDER)
            assert last.status_code == 202
        there = ids_in(vhost.url, "orders")
        assert last.json()["message_id"] in there
        assert sum(there.values()) <= 3
