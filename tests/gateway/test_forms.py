import json
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from cloudevents.core.bindings.http import HTTPMessage, to_binary_event, to_structured_event
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

import edatool
from edatool.broker.address import parse
from tests.broker.test_publishing import ids_in
from tests.broker_fixtures import Vhost
from tests.gateway.serving import ORDER, proxied, serving, written
from tests.proxy import Proxy

CLOUD = """
  order.told: {exchange: orders, key: order.told, schema: order.json, cloudevents: binary}
"""
LINES = {"Content-Type": "application/x-ndjson"}


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> edatool.Routes:
    return written(tmp_path_factory.mktemp("spec"), events=CLOUD)


def cloud_event(name: str, data: dict[str, Any] = ORDER, identifier: str = "1") -> CloudEvent:
    attributes = {"id": identifier, "source": "/café", "type": name, "subject": "n° 1", "shop": "north"}
    return CloudEvent({**attributes, "specversion": "1.0", "datacontenttype": "application/json"}, data)


def sent(client: httpx.Client, path: str, message: HTTPMessage) -> httpx.Response:
    return client.post(path, content=message.body, headers=message.headers)


def taken_out(shop: Vhost) -> list[dict[str, Any]]:
    get = {"count": 1000, "ackmode": "ack_requeue_false", "encoding": "auto"}
    found: list[dict[str, Any]] = (
        shop.api.post(f"/api/queues/{shop.quoted}/orders/get", json=get).raise_for_status().json()
    )
    return found


@pytest.mark.parametrize("path", ["/events", "/events/order.placed"])
@pytest.mark.parametrize("mode", [to_binary_event, to_structured_event])
def test_a_cloudevent_of_the_sdk_is_published_under_its_id(
    client: httpx.Client, shop: Vhost, path: str, mode: Any
) -> None:
    ids_in(shop.url, "orders")
    answer = sent(client, path, mode(cloud_event("order.placed", identifier="ä 1")))
    assert (answer.status_code, answer.json()["message_id"]) == (202, "ä 1")
    (one,) = taken_out(shop)
    assert json.loads(one["payload"]) == ORDER
    assert "ce-id" not in one["properties"].get("headers", {})


@pytest.mark.parametrize("mode", [to_binary_event, to_structured_event])
def test_the_attributes_of_a_cloudevent_go_along_where_the_event_is_one(
    client: httpx.Client, shop: Vhost, mode: Any
) -> None:
    ids_in(shop.url, "orders")
    assert sent(client, "/events", mode(cloud_event("order.told"))).status_code == 202
    (one,) = taken_out(shop)
    assert json.loads(one["payload"]) == ORDER
    headers = one["properties"]["headers"]
    told = {name: headers[f"ce-{name}"] for name in ("id", "source", "type", "subject", "shop")}
    assert told == {"id": "1", "source": "/café", "type": "order.told", "subject": "n° 1", "shop": "north"}


@pytest.mark.parametrize(
    ("path", "event", "status", "pointer"),
    [
        ("/events", {"type": "order.placed", "id": "1", "source": "/"}, 422, ""),
        ("/events", {"specversion": "1.0", "type": "order.placed", "source": "/"}, 422, ""),
        ("/events", {"specversion": "1.0", "type": "order.placed", "id": "x" * 256, "source": "/"}, 422, "/id"),
        ("/events", {"specversion": "1.0", "type": "order.placed", "id": "1", "source": "/", "UP": "1"}, 422, ""),
        ("/events/order.lost", {"specversion": "1.0", "type": "order.placed", "id": "1", "source": "/"}, 422, "/type"),
        ("/events", {"specversion": "1.0", "type": "nothing", "id": "1", "source": "/"}, 404, None),
        ("/events", [], 422, ""),
    ],
)
def test_what_is_no_cloudevent_of_this_spec_is_refused(
    client: httpx.Client, path: str, event: object, status: int, pointer: str | None
) -> None:
    kind = {"Content-Type": "application/cloudevents+json"}
    answer = client.post(path, content=json.dumps(event), headers=kind)
    assert answer.status_code == status
    assert [one["pointer"] for one in answer.json().get("violations", [])] == ([] if pointer is None else [pointer])


def batch(*events: CloudEvent) -> bytes:
    return b"[" + b",".join(JSONFormat().write(one) for one in events) + b"]"


def test_a_batch_is_taken_where_all_of_its_events_are(client: httpx.Client, shop: Vhost) -> None:
    ids_in(shop.url, "orders")
    kind = {"Content-Type": "application/cloudevents-batch+json"}
    good = [cloud_event("order.placed", identifier=str(number)) for number in range(3)]
    answer = client.post("/events", content=batch(*good), headers=kind)
    assert answer.status_code == 202
    assert [one["status"] for one in answer.json()["events"]] == [202] * 3
    answer = client.post("/events", content=batch(good[0], cloud_event("order.placed", {}), good[2]), headers=kind)
    assert answer.status_code == 422
    assert [one["status"] for one in answer.json()["events"]] == [202, 422, 202]
    assert ids_in(shop.url, "orders") == {"0": 2, "1": 1, "2": 2}


def outcomes(text: str) -> list[tuple[int, int]]:
    return [(one["line"], one["status"]) for one in map(json.loads, text.splitlines())]


def test_a_batch_of_too_many_events_is_refused(client: httpx.Client) -> None:
    kind = {"Content-Type": "application/cloudevents-batch+json"}
    answer = client.post("/events", content=json.dumps([0] * 10_001), headers=kind)
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:edatool:problem:too-many")


def test_each_line_has_an_outcome_of_its_own(client: httpx.Client, shop: Vhost) -> None:
    ids_in(shop.url, "orders")
    good = json.dumps(ORDER)
    answer = client.post("/events/order.placed", content=f"{good}\n\n{{}}\nno json\n{good}", headers=LINES)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
    assert outcomes(answer.text) == [(1, 202), (2, 422), (3, 422), (4, 202)]
    assert sum(ids_in(shop.url, "orders").values()) == 2


def test_outcomes_come_before_the_last_line_is_sent(url: str) -> None:
    curl = ["curl", "-sN", "-H", "Content-Type: application/x-ndjson", "-T", ".", "-X", "POST"]
    with subprocess.Popen(
        [*curl, f"{url}/events/order.placed"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        for number in (1, 2):
            process.stdin.write(json.dumps(ORDER).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["line"] == number
        process.stdin.close()
        assert process.stdout.read() == b""


@pytest.mark.slow
def test_a_client_may_send_all_lines_before_it_reads_an_outcome(client: httpx.Client, shop: Vhost) -> None:
    ids_in(shop.url, "orders")
    line = json.dumps({**ORDER, "note": "x" * 400}).encode() + b"\n"
    answer = client.post("/events/order.placed", content=line * 10_001, headers=LINES)
    found = outcomes(answer.text)
    assert [one for _, one in found] == [202] * 10_000 + [413]
    assert sum(ids_in(shop.url, "orders").values()) == 10_000


def test_a_line_over_the_limit_ends_the_request(client: httpx.Client) -> None:
    answer = client.post("/events/order.placed", content=b"{}\n" + b" " * 2**21, headers=LINES)
    assert outcomes(answer.text) == [(1, 422), (2, 413)]


def test_a_repeated_request_has_the_answer_of_the_first_and_makes_no_second_event(
    client: httpx.Client, shop: Vhost
) -> None:
    ids_in(shop.url, "orders")
    keyed = {"Idempotency-Key": '"a key"'}
    answers = [client.post("/events/order.placed", json=ORDER, headers=keyed) for _ in range(2)]
    assert [one.status_code for one in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()
    assert ids_in(shop.url, "orders") == {"a key": 1}


def test_equal_keys_at_the_same_moment_make_one_event(url: str, shop: Vhost) -> None:
    ids_in(shop.url, "orders")
    ready = threading.Barrier(16)

    def post(_: int) -> tuple[int, object]:
        with httpx.Client(base_url=url, trust_env=False, verify=False) as client:
            client.get("/healthz")
            ready.wait()
            answer = client.post("/events/order.placed", json=ORDER, headers={"Idempotency-Key": "once"})
            return answer.status_code, answer.json()

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(post, range(16)))
    taken, others = [one for one in answers if one[0] == 202], [one for one in answers if one[0] != 202]
    assert taken == [taken[0]] * len(taken)
    assert {status for status, _ in others} <= {409}
    assert ids_in(shop.url, "orders") == {"once": 1}


def test_a_key_is_of_one_request(client: httpx.Client) -> None:
    keyed = {"Idempotency-Key": "of-one"}
    assert client.post("/events/order.placed", json=ORDER, headers=keyed).status_code == 202
    other = client.post("/events/order.placed", json={**ORDER, "total": 1}, headers=keyed)
    assert (other.status_code, other.json()["type"]) == (422, "urn:edatool:problem:other-request")
    assert client.post("/events/order.noted", json=ORDER, headers=keyed).status_code == 202


def test_a_key_is_free_again_where_its_request_failed(shop: Vhost, routes: edatool.Routes) -> None:
    ids_in(shop.url, "orders")
    with (
        Proxy((parse(shop.url).host, parse(shop.url).port)) as proxy,
        serving(routes, proxied(shop, proxy), timeout=0.5) as url,
        httpx.Client(base_url=url, trust_env=False) as client,
    ):
        keyed = {"Idempotency-Key": "again"}
        assert client.post("/events/order.placed", json=ORDER).status_code == 202
        proxy.refuse()
        assert client.post("/events/order.placed", json=ORDER, headers=keyed).status_code in (503, 504)
        proxy.accept()
        while (answer := client.post("/events/order.placed", json=ORDER, headers=keyed)).status_code == 503:
            pass
        assert answer.status_code == 202
    assert ids_in(shop.url, "orders")["again"] == 1


@pytest.mark.parametrize("key", ["", '""', "two words", "x" * 201, '"half', b"\xe9", 'a"b'])
def test_a_key_that_cannot_be_a_message_id_is_refused(client: httpx.Client, key: str | bytes) -> None:
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    answer = client.post("/events/order.placed", content=json.dumps(ORDER), headers=headers)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:edatool:problem:idempotency-key")


def test_lines_have_keys_of_their_own(client: httpx.Client, shop: Vhost) -> None:
    ids_in(shop.url, "orders")
    text = f"{json.dumps(ORDER)}\n" * 2
    for _ in range(2):
        answer = client.post("/events/order.placed", content=text, headers={**LINES, "Idempotency-Key": "lines"})
        assert outcomes(answer.text) == [(1, 202), (2, 202)]
    assert ids_in(shop.url, "orders") == {"lines:1": 1, "lines:2": 1}


def test_plain_json_needs_an_event_in_its_path(client: httpx.Client) -> None:
    assert client.post("/events", json=ORDER).status_code == 404
