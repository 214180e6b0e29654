import base64
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
import trustme

from edatool.runtime.deliveries.pinned import PinnedSender
from edatool.runtime.triggers.posting.http import HttpAnswer, HttpRequest, NoAnswer
from edatool.spec.addresses import is_allowed
from tests.runtime.deliveries.endpoint import endpoint

LOOPBACK = [ipaddress.ip_network("127.0.0.0/8")]
TAKEN, GONE = b"HTTP/1.1 204 No Content\r\n\r\n", b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"


def posted(url: str, token: str | None = None) -> HttpAnswer:
    with closing(PinnedSender(url, 20, token, LOOPBACK)) as sender:
        return sender.send(HttpRequest({}, b"{}"), whole=True)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_allowed(ipaddress.ip_address(address), [])


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
        "64:ff9b:1::7f00:1",
        "::ffff:0:7f00:1",
        "2001:0:7f00:1::1",
        "fec0::1",
        "fe80::1%1",
    ],
)
def test_other_addresses_are_refused_unless_their_network_is_allowed(address: str) -> None:
    one = ipaddress.ip_address(address)
    assert not is_allowed(one, [])
    assert is_allowed(one, [ipaddress.ip_network(address)])


def test_the_certificate_has_to_be_that_of_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resolved = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _, *rest, **named: resolved("127.0.0.1", *rest, **named))
    authority, tls = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    authority.issue_cert("partner.example").configure_cert(tls)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with endpoint(tls=tls) as there:
        assert posted(f"https://partner.example:{there.port}/").status == 204
        with pytest.raises(NoAnswer, match="CERTIFICATE_VERIFY_FAILED"):
            posted(f"https://other.example:{there.port}/")


def test_the_next_address_is_tried_where_the_first_takes_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    resolved = socket.getaddrinfo

    def two(host: object, *rest: object, **named: object) -> list[object]:
        hosts = ["127.0.0.2", "127.0.0.1"] if host == "partner.example" else [host]
        return [one for each in hosts for one in resolved(each, *rest, **named)]  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", two)
    with endpoint() as there:
        assert posted(f"http://partner.example:{there.port}/").status == 204


def test_a_url_is_sent_as_http_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    resolved, asked = socket.getaddrinfo, []

    def noting(host: str, *rest: object, **named: object) -> object:
        asked.append(host)
        return resolved("127.0.0.1", *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", noting)
    with endpoint() as there:
        posted(f"http://shop:a%20secret@bücher.example:{there.port}/große bestellung?a=b#c", "another")
    ((path, headers, body),) = there.got
    assert (path, body) == ("/gro%C3%9Fe%20bestellung?a=b", b"{}")
    assert headers["Host"] == f"xn--bcher-kva.example:{there.port}"
    assert headers["Authorization"] == f"Basic {base64.b64encode(b'shop:a secret').decode()}"
    assert asked[0] == "xn--bcher-kva.example"


@contextmanager
def saying(*answers: bytes, closes: bool = True) -> Iterator[tuple[str, threading.Semaphore]]:
    """An endpoint that says one answer over each connection, and closes it or not: its URL, and what counts answers."""
    said = threading.Semaphore(0)

    def answer_all(server: socket.socket) -> None:
        with ExitStack() as left_open:
            for answer in answers:
                there = left_open.enter_context(server.accept()[0])
                received = b""
                while not received.endswith(b"{}"):
                    received += there.recv(1000)
                there.sendall(answer)
                if closes:
                    there.close()
                said.release()

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        thread = threading.Thread(target=answer_all, args=(server,))
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", said
        thread.join()


@pytest.mark.parametrize(("first", "closes"), [(TAKEN, True), (TAKEN + GONE, False)], ids=["closed", "one too many"])
def test_a_connection_that_was_closed_or_said_more_than_was_asked_is_not_used_again(first: bytes, closes: bool) -> None:
    with saying(first, TAKEN, closes=closes) as (url, said), closing(PinnedSender(url, 20, None, LOOPBACK)) as sender:
        assert sender.send(HttpRequest({}, b"{}"), whole=True).status == 204
        assert said.acquire(timeout=20)
        assert sender.send(HttpRequest({}, b"{}"), whole=True).status == 204


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (b"HTTP/1.1 103 Early Hints\r\n\r\n" + TAKEN, HttpAnswer(204, b"")),
        (b"HTTP/1.0 200 OK\r\nRetry-After: 7\r\n\r\nto its end", HttpAnswer(200, b"to its end", "7")),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", HttpAnswer(200, b"{}")),
    ],
    ids=["an interim answer", "HTTP/1.0", "chunks"],
)
def test_answers_are_read_as_http_has_them(said: bytes, answer: HttpAnswer) -> None:
    with saying(said) as (url, _):
        assert posted(url) == answer


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b"", "it closed the connection before it answered"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}", "received 2 bytes, expected 3"),
        (b"no HTTP\r\n\r\n", "illegal status line"),
    ],
)
def test_an_answer_that_is_none_or_not_all_of_one_is_told(said: bytes, why: str) -> None:
    with saying(said) as (url, _), pytest.raises(NoAnswer, match=why):
        posted(url)
