import json
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client import CollectorRegistry

import edatool
from edatool.broker.address import parse
from edatool.errors import WrongUsage
from edatool.gateway.gateway import bound
from edatool.gateway.posting import MEASURED
from tests.broker.test_publishing import ids_in
from tests.broker_fixtures import Vhost
from tests.gateway.serving import ORDER, proxied, serving
from tests.proxy import Proxy


def test_an_event_is_answered_when_the_broker_has_confirmed_it(client: httpx.Client, shop: Vhost) -> None:
    answer = client.post("/events/order.placed", json=ORDER)
    assert answer.status_code == 202
    assert answer.json() == {
        "event": "order.placed",
        "message_id": answer.json()["message_id"],
        "outcome": "confirmed",
    }
    assert ids_in(shop.url, "orders")[answer.json()["message_id"]] == 1


def test_curl_is_answered_as_well(url: str) -> None:
    curl = ["curl", "-s", "-w", "\n%{http_code}", "-H", "Content-Type: application/json", "-d", json.dumps(ORDER)]
    body, status = subprocess.check_output([*curl, f"{url}/events/order.placed"], text=True).splitlines()
    assert (json.loads(body)["outcome"], status) == ("confirmed", "202")


def test_a_payload_that_breaks_its_contract_is_answered_with_all_that_it_breaks(
    client: httpx.Client, shop: Vhost
) -> None:
    ids_in(shop.url, "orders")
    answer = client.post("/events/order.placed", json={"region": "mars", "total": 0})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["type"], problem["status"]) == ("urn:edatool:problem:broken-contract", 422)
    assert {one["pointer"] for one in problem["violations"]} == {"/region", "/total"}
    assert not ids_in(shop.url, "orders")


def test_what_is_no_json_is_refused_with_its_place(client: httpx.Client) -> None:
    answer = client.post("/events/order.placed", content=b'{"region" 1}', headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert "line 1, column 11" in answer.json()["violations"][0]["message"]


def test_json_that_is_nested_deeply_is_refused(client: httpx.Client) -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    answer = client.post("/events/order.lost", content=deep, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422


def test_an_event_that_only_warns_is_taken_with_what_it_breaks(client: httpx.Client) -> None:
    answer = client.post("/events/order.noted", json={"region": "eu"})
    assert answer.status_code == 202
    assert [one["pointer"] for one in answer.json()["violations"]] == [""]


@pytest.mark.parametrize(
    ("event", "status", "kind", "outcome"),
    [("order.lost", 409, "unroutable", "unroutable"), ("order.late", 503, "not-taken", "nacked")],
)
def test_what_no_queue_gets_is_no_success(
    client: httpx.Client, event: str, status: int, kind: str, outcome: str
) -> None:
    answer = client.post(f"/events/{event}", json={})
    assert answer.status_code == status
    assert answer.json()["type"] == f"urn:edatool:problem:{kind}"
    assert answer.json()["outcome"] == outcome
    assert ("retry-after" in answer.headers) == (status == 503)


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("POST", "/events/order.gone", {"Content-Type": "application/json"}, 404),
        ("POST", "/elsewhere", {}, 404),
        ("GET", "/events/order.placed", {}, 405),
        ("POST", "/events/order.placed", {}, 415),
        ("POST", "/events/order.placed", {"Content-Type": "text/plain"}, 415),
        ("POST", "/events/order.placed", {"Content-Type": "application/json; charset=latin-1"}, 415),
        ("POST", "/events/order.placed", {"Content-Type": "application/json", "Content-Encoding": "gzip"}, 415),
    ],
)
def test_what_is_not_served_is_a_problem(
    client: httpx.Client, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    answer = client.request(method, path, content=b"{}" if method == "POST" else None, headers=headers)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_sent(url: str, tmp_path: Path) -> None:
    large = tmp_path / "large.json"
    with large.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    write = "\n%{http_code} %{size_upload}"
    curl = ["curl", "-s", "-w", write, "-H", "Content-Type: application/json", "--data-binary", f"@{large}"]
    body, end = subprocess.check_output([*curl, f"{url}/events/order.placed"], text=True).splitlines()
    status, sent = end.split()
    assert (status, json.loads(body)["type"]) == ("413", "urn:edatool:problem:too-large")
    assert int(sent) == 0


def test_a_body_that_does_not_say_how_large_it_is_is_read_up_to_the_limit(client: httpx.Client) -> None:
    answer = client.post(
        "/events/order.placed",
        content=(b" " * 65536 for _ in range(17)),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 413
    assert answer.headers["connection"] == "close"


def test_the_trace_of_a_request_goes_along(client: httpx.Client, shop: Vhost) -> None:
    ids_in(shop.url, "orders")
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    client.post("/events/order.placed", json=ORDER, headers={"traceparent": trace, "tracestate": "a=b"})
    client.post("/events/order.placed", json=ORDER, headers={"traceparent": "00-nothing", "tracestate": "a=b"})
    get = {"count": 2, "ackmode": "ack_requeue_false", "encoding": "auto"}
    found = shop.api.post(f"/api/queues/{shop.quoted}/orders/get", json=get).raise_for_status().json()
    headers = [one["properties"].get("headers", {}) for one in found]
    assert headers == [{"traceparent": trace, "tracestate": "a=b"}, {}]


def test_health_and_readiness_are_told(client: httpx.Client) -> None:
    client.post("/events/order.placed", json=ORDER)
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").status_code == 200


def test_without_a_broker_no_event_is_taken_and_that_is_said(shop: Vhost, routes: edatool.Routes) -> None:
    with Proxy((parse(shop.url).host, parse(shop.url).port)) as proxy:
        there = proxied(shop, proxy)
    with serving(routes, there) as url:
        answer = httpx.post(f"{url}/events/order.placed", json=ORDER, trust_env=False)
        assert answer.status_code == 503
        assert answer.json()["type"] == "urn:edatool:problem:not-sent"
        assert int(answer.headers["retry-after"]) > 0
        assert httpx.get(f"{url}/readyz", trust_env=False).status_code == 503
        assert httpx.get(f"{url}/healthz", trust_env=False).status_code == 200


def test_an_event_whose_confirm_does_not_come_may_have_arrived(shop: Vhost, routes: edatool.Routes) -> None:
    with (
        Proxy((parse(shop.url).host, parse(shop.url).port)) as proxy,
        serving(routes, proxied(shop, proxy), timeout=0.5) as url,
        httpx.Client(base_url=url, trust_env=False) as client,
    ):
        assert client.post("/events/order.placed", json=ORDER).status_code == 202
        proxy.mute()
        answer = client.post("/events/order.placed", json=ORDER)
        proxy.cut()
        assert answer.status_code == 504
        assert answer.json()["outcome"] == "unknown"
        assert answer.json()["message_id"]


def test_with_an_outbox_an_event_is_taken_without_a_broker_and_sent_later(
    shop: Vhost, routes: edatool.Routes, tmp_path: Path
) -> None:
    with Proxy((parse(shop.url).host, parse(shop.url).port)) as proxy:
        there = proxied(shop, proxy)
    ids_in(shop.url, "orders")
    with serving(routes, there, outbox=tmp_path / "outbox.db") as url:
        answer = httpx.post(f"{url}/events/order.placed", json=ORDER, trust_env=False)
        assert (answer.status_code, answer.json()["outcome"]) == (202, "accepted")
    with serving(routes, shop.url, outbox=tmp_path / "outbox.db"):
        pass
    assert ids_in(shop.url, "orders") == {answer.json()["message_id"]: 1}


def test_more_requests_than_may_be_in_hand_are_refused_at_once(shop: Vhost, routes: edatool.Routes) -> None:
    begun, end = threading.Event(), threading.Event()

    def slowly() -> Iterator[bytes]:
        yield b"{"
        begun.set()
        end.wait()
        yield b"}"

    with serving(routes, shop.url, in_flight=1) as url, httpx.Client(base_url=url, trust_env=False) as client:
        held = threading.Thread(
            target=lambda: client.post(
                "/events/order.placed", content=slowly(), headers={"Content-Type": "application/json"}
            )
        )
        held.start()
        begun.wait()
        answer = httpx.post(f"{url}/events/order.placed", json=ORDER, trust_env=False)
        end.set()
        held.join()
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "1"
        assert client.post("/events/order.placed", json=ORDER).status_code == 202


def test_outcomes_are_measured(shop: Vhost, routes: edatool.Routes) -> None:
    registry = CollectorRegistry()
    with serving(routes, shop.url, registry=registry) as url, httpx.Client(base_url=url, trust_env=False) as client:
        for payload in (ORDER, ORDER, {}):
            client.post("/events/order.placed", json=payload)
    found = {
        one: registry.get_sample_value("edatool_gateway_events_total", {"outcome": one}) for one in MEASURED.outcomes
    }
    assert {one: number for one, number in found.items() if number} == {"confirmed": 2, "rejected": 1}
    assert registry.get_sample_value("edatool_gateway_in_flight") == 0
    assert registry.get_sample_value("edatool_gateway_handling_seconds_count") == 3


def test_the_second_write_of_an_answer_does_not_wait_for_the_first() -> None:
    with bound("0") as listening:
        assert listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("where", ["0.0.0.0:0", "[::]:0"])
def test_only_this_machine_may_send(where: str, routes: edatool.Routes) -> None:
    with pytest.raises(WrongUsage, match="anybody could send"), edatool.open_gateway(routes, "amqp://localhost", where):
        pass
