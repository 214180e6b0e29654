import json
import logging
import select
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import pytest

import edatool
from edatool.broker.address import parse
from edatool.gateway import body, connection, lines
from tests.broker.test_publishing import ids_in
from tests.broker_fixtures import Vhost
from tests.gateway.serving import ORDER, proxied, serving
from tests.proxy import Proxy

POST = b"POST /events/order.placed HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
GOOD = json.dumps(ORDER).encode()
CLOSE = b"\r\nConnection: close\r\n\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n" % (len(GOOD), GOOD)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PATIENCE", 0.2)
    monkeypatch.setattr(body, "PATIENCE", 0.2)
    monkeypatch.setattr(lines, "PATIENCE", 0.2)
    monkeypatch.setattr(connection, "UNREAD", 0.2)


@pytest.fixture
def raw(url: str) -> Iterator[socket.socket]:
    where = httpx.URL(url)
    with socket.create_connection((where.host, where.port or 0), timeout=20) as raw:
        yield raw


def read_all(raw: socket.socket) -> bytes:
    """Return all that comes until the other side ends the connection."""
    read = b""
    try:
        while piece := raw.recv(65536):
            read += piece
    except ConnectionResetError:
        pass
    return read


@pytest.mark.parametrize("begun", [b"", b"POST", POST])
def test_a_head_that_does_not_end_is_not_waited_for(impatient: None, raw: socket.socket, begun: bytes) -> None:
    raw.sendall(begun)
    assert read_all(raw) == b""


def test_headers_without_end_take_no_memory(raw: socket.socket) -> None:
    raw.sendall(POST)
    many = b"".join(b"X-%d: %s\r\n" % (number, b"x" * 1000) for number in range(20_000))
    with pytest.raises((ConnectionResetError, BrokenPipeError)):
        raw.sendall(many)


def test_headers_behind_a_body_take_no_memory(raw: socket.socket) -> None:
    raw.sendall(CHUNKED + b"X-One: ")
    with pytest.raises((ConnectionResetError, BrokenPipeError)):
        raw.sendall(b"x" * 20_000_000)


def test_headers_behind_a_body_are_none_of_this_request_nor_of_the_next(raw: socket.socket) -> None:
    raw.sendall(CHUNKED + b"Idempotency-Key: behind\r\nX: y\r\n\r\n" + CHUNKED.replace(b"\r\n\r\n", CLOSE, 1) + b"\r\n")
    answer = read_all(raw)
    assert answer.count(b"HTTP/1.1 202 ") == 2
    assert b"behind" not in answer


UPGRADE = POST + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n"


@pytest.mark.parametrize("end", [b"Content-Length: %d\r\n\r\n" % len(GOOD) + GOOD, CHUNKED[len(POST) :] + b"\r\n"])
def test_who_would_rather_speak_another_protocol_is_answered_in_this_one(raw: socket.socket, end: bytes) -> None:
    for piece in (end, end.replace(GOOD, GOOD.replace(b"120", b"-12"))):
        raw.sendall(UPGRADE + piece)
    raw.sendall(POST + b"Content-Length: 2" + CLOSE + b"{}")
    answers = read_all(raw)
    assert [one[:3] for one in answers.split(b"HTTP/1.1 ")[1:]] == [b"202", b"422", b"422"]


def test_the_body_of_who_would_rather_speak_another_protocol_is_no_request(raw: socket.socket) -> None:
    hidden = POST + b"Content-Length: %d\r\n\r\n" % len(GOOD) + GOOD
    raw.sendall(UPGRADE + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(hidden))
    assert raw.recv(100).startswith(b"HTTP/1.1 100 ")
    raw.sendall(hidden)
    raw.sendall(POST + b"Content-Length: 2" + CLOSE + b"{}")
    assert b"HTTP/1.1 202 " not in read_all(raw)


def test_a_tunnel_is_refused(raw: socket.socket, caplog: pytest.LogCaptureFixture) -> None:
    raw.sendall(UPGRADE.replace(b"POST /events/order.placed", b"CONNECT a:1") + b"\r\n" + GOOD)
    assert read_all(raw).startswith(b"HTTP/1.1 400 ")
    assert [one.message for one in caplog.records if one.levelno > logging.WARNING] == []


@pytest.mark.parametrize("more", [b"{", b"\r\n"])
def test_the_rest_of_a_request_that_is_answered_is_not_waited_for(
    impatient: None, raw: socket.socket, more: bytes
) -> None:
    length = 100 if more == b"{" else 0
    raw.sendall(b"HEAD /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % length)
    assert raw.recv(65536).startswith(b"HTTP/1.1 200 ")
    with suppress(BrokenPipeError, ConnectionResetError):  # where it was ended before that
        raw.sendall(more)
    assert read_all(raw) == b""


def test_a_client_that_does_not_read_is_not_waited_for(impatient: None, url: str) -> None:
    where = httpx.URL(url)
    with socket.socket() as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.connect((where.host, where.port or 0))
        raw.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2000)
        ended = select.poll()
        ended.register(raw, 0)
        # What is sent to a connection that was ended is answered so; while there is one, it is no sign of life.
        assert any(ended.poll(500) or not raw.send(b"\r\n") for _ in range(40))


def test_a_line_that_comes_byte_by_byte_is_not_waited_for(impatient: None, raw: socket.socket) -> None:
    raw.sendall(POST.replace(b"json\r\n", b"jsonl\r\nTransfer-Encoding: chunked\r\n\r\n"))
    began = time.monotonic()
    while time.monotonic() < began + 20 and not select.select([raw], [], [], 0.05)[0]:
        raw.sendall(b"1\r\n \r\n")
    answer = b""
    while b"urn:edatool:problem:too-slow" not in answer:
        piece = raw.recv(65536)
        assert piece
        answer += piece


def test_a_body_that_does_not_come_is_not_waited_for(impatient: None, raw: socket.socket) -> None:
    raw.sendall(POST + b"Content-Length: 100\r\n\r\n{")
    answer = read_all(raw)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"urn:edatool:problem:too-slow" in answer


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Length: -1",
        b"Content-Length: 1_000",
        b"Content-Length: 0x10",
        b"Content-Length: 99999999999999999999999",
        b"Content-Length: 2\r\nContent-Length: 3",
        b"Content-Length: 2\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: gzip, chunked, identity",
        b"Content-Type\x00: a",
    ],
)
def test_a_head_that_means_two_things_is_refused(raw: socket.socket, header: bytes) -> None:
    raw.sendall(POST + header + b"\r\n\r\n")
    raw.shutdown(socket.SHUT_WR)
    assert read_all(raw).startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 413 "))


@pytest.mark.parametrize(
    "header",
    [
        b"traceparent: \xff\xfe",
        b"tracestate: " + b"x" * 10_000,
        b"ce-id: \xff",
        b"Accept: */*;q=\xc3\x28",
        b"Cookie: " + b"a=b; " * 5000,
        b"Content-Type: application/json; charset=UTF-8",
        b"Forwarded: for=127.0.0.1",
        b"X-Forwarded-For: 1.2.3.4, unknown",
    ],
)
def test_what_headers_hold_besides_does_no_harm(raw: socket.socket, header: bytes) -> None:
    raw.sendall(POST + header + b"\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(GOOD) + GOOD)
    assert read_all(raw).startswith(b"HTTP/1.1 202 ")


@pytest.mark.parametrize("path", [b"/events/%ff%00", b"/events/" + b"x" * 8000, b"/events/..%2f..", b"//events"])
def test_a_strange_path_is_no_event(raw: socket.socket, path: bytes) -> None:
    raw.sendall(POST.replace(b"/events/order.placed", path) + b"Content-Length: 2\r\nConnection: close\r\n\r\n{}")
    assert read_all(raw).startswith(b"HTTP/1.1 404 ")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "[", "", "10.0.0.1"])
def test_who_may_all_is_not_asked_by_names_that_others_give_it(client: httpx.Client, host: str) -> None:
    answer = client.post("/events/order.placed", json=ORDER, headers={"Host": host})
    assert (answer.status_code, answer.json()["type"]) == (421, "urn:edatool:problem:not-localhost")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.2:80", "[::1]:8080"])
def test_names_of_this_machine_alone_are_good(client: httpx.Client, host: str) -> None:
    assert client.post("/events/order.placed", json=ORDER, headers={"Host": host}).status_code == 202


def test_nobody_is_led_where_the_header_host_says(client: httpx.Client) -> None:
    assert client.get("/openapi.json/", headers={"Host": "evil.example"}).status_code == 404


def test_a_payload_that_breaks_its_contract_everywhere_is_answered(client: httpx.Client) -> None:
    many = {"region": ["x"] * 100_000, "total": "x"}
    answer = client.post("/events/order.placed", json=many)
    assert answer.status_code == 422
    assert len(answer.content) < 2**20


def test_every_202_is_in_its_queue_though_the_broker_is_lost_again_and_again(
    shop: Vhost, routes: edatool.Routes
) -> None:
    ids_in(shop.url, "orders")
    ended = threading.Event()

    def post(worker: int) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        with httpx.Client(base_url=url, trust_env=False, timeout=30, verify=False) as client:
            while not ended.is_set() or len(found) < 20:
                key = f"{worker}-{len(found)}"
                answer = client.post("/events/order.placed", json=ORDER, headers={"Idempotency-Key": key})
                found.append((key, answer.status_code))
        return found

    with (
        Proxy((parse(shop.url).host, parse(shop.url).port)) as proxy,
        serving(routes, proxied(shop, proxy), timeout=2) as url,
        ThreadPoolExecutor(8) as threads,
    ):
        httpx.post(f"{url}/events/order.placed", json=ORDER, trust_env=False)
        posts = [threads.submit(post, worker) for worker in range(8)]
        for _ in range(4):
            before = proxy.count
            proxy.cut()
            while proxy.count == before:
                httpx.get(f"{url}/readyz", trust_env=False)
        ended.set()
        answers = dict(one for each in posts for one in each.result())
    there = ids_in(shop.url, "orders")
    told = Counter(answers.values())
    assert set(told) <= {202, 503, 504}
    assert {key for key, status in answers.items() if status == 202} - set(there) == set()
    assert {key for key, status in answers.items() if status == 503} & set(there) == set()
    assert told[202] > 0
    assert max(there[key] for key in answers) == 1
