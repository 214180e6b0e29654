"""A server of HTTP that answers every request in one of the ways that a broken or hostile API may."""

import socket
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

Send = Callable[[bytes], None]


def answer(body: bytes, status: str = "200 OK", headers: str = "Content-Type: application/json") -> bytes:
    return f"HTTP/1.1 {status}\r\n{headers}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def chunked(send: Send, pieces: Iterator[bytes]) -> None:
    send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for piece in pieces:
        send(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")


def for_ever(piece: bytes) -> Iterator[bytes]:
    while True:
        yield piece


QUEUE = '{"name": "q", "durable": true, "auto_delete": false, "arguments": %s}'

ANSWERS: Mapping[str, bytes] = {
    "nothing": b"",
    "no http": b"AMQP\x00\x00\x09\x01",
    "html": answer(b"<!doctype html><title>Welcome</title>", headers="Content-Type: text/html"),
    "html called json": answer(b"<html>::error::forged</html>"),
    "html with an error": answer(b"<html>Bad Gateway</html>", "502 Bad Gateway"),
    "error without words": answer(b"", "500 "),
    "error that is a list": answer(b"[1]", "503 Service Unavailable"),
    "error with forged words": answer(b'{"reason": "x\\n::error::forged"}', "400 Bad Request"),
    "no content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "accepted": answer(b"{}", "202 Accepted"),
    "redirected": answer(b"", "302 Found", "Location: http://127.0.0.1:1/api"),
    "redirected to itself": answer(b"", "301 Moved Permanently", "Location: /"),
    "empty": answer(b""),
    "cut off json": answer(b'[{"name": "q", '),
    "null": answer(b"null"),
    "a string": answer(b'"ok"'),
    "a number": answer(b"1e999"),
    "an endless number": answer(b"9" * 100_000),
    "not a number": answer(b'[{"name": NaN}]'),
    "objects for lists and lists for objects": answer(b'[[], {"name": []}]'),
    "a list of nulls": answer(b"[null]"),
    "names of the wrong type": answer(b'[{"name": 5, "type": [], "durable": "yes"}]'),
    "keys left out": answer(b"[{}]"),
    "arguments that are text": answer(b"[%s]" % (QUEUE % '"x"').encode()),
    "deep arguments": answer(b"[%s]" % (QUEUE % ('{"a":' * 400 + "1" + "}" * 400)).encode()),
    "deep": answer(b"[" * 100_000),
    "many values": answer(b"[" + b"1," * 11_000_000 + b"1]"),
    "a delayed exchange": answer(b'{"name": "later", "type": "x-delayed-message", "messages_delayed": 3}'),
    "a delayed exchange without a count": answer(b'{"name": "later", "type": "x-delayed-message"}'),
    "no utf-8": answer(b'[{"name": "\xff\xfe"}]'),
    "utf-16": answer('[{"name": "q"}]'.encode("utf-16")),
    "shorter than said": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[]",
    "a length that is no number": b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n[]",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n[]",
    "chunks that are none": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n[]",
    "no gzip": answer(b"[]", headers="Content-Encoding: gzip"),
    "a header of control characters": b"HTTP/1.1 200 OK\r\nX: \x00\x01\r\n\r\n[]",
    "headers without end": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000,
}
"""What is sent at once, and then the connection is closed."""


def _bomb(send: Send) -> None:
    packed = zlib.compressobj(9, zlib.DEFLATED, 31)
    send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
    while True:
        send(packed.compress(bytes(2**24)) or b"")


def _drip(first: bytes, piece: bytes) -> Callable[[Send], None]:
    def sends(send: Send) -> None:
        send(first)
        while True:
            threading.Event().wait(0.05)
            send(piece)

    return sends


def _silence(_: Send) -> None:
    threading.Event().wait(2)


def _endless_body(send: Send) -> None:
    send(b"HTTP/1.1 200 OK\r\n\r\n")
    for piece in for_ever(b" " * 2**20):
        send(piece)


ENDLESS: Mapping[str, Callable[[Send], None]] = {
    "silence": _silence,
    "an endless list": lambda send: chunked(send, for_ever(b" " * 2**20)),
    "an endless body": _endless_body,
    "a bomb": _bomb,
    "slow bytes": _drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n[", b" "),
    "slow headers": _drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "a slow header": _drip(b"HTTP/1.1 200 OK\r\nX: ", b"y"),
    "endless interim answers": _drip(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
}
"""What would go on and on."""


@contextmanager
def broken_api(kind: str) -> Iterator[str]:
    """Yield the URL of a server that answers in this way."""
    clients: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, kind, clients))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            for one in (listener, *clients):  # what is sent to one that has gone may else wait for long
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(listener: socket.socket, kind: str, clients: list[socket.socket]) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            clients.append(client)
            with client, suppress(OSError):
                client.settimeout(20)
                _read_request(client)
                if kind in ANSWERS:
                    client.sendall(ANSWERS[kind])
                else:
                    ENDLESS[kind](client.sendall)


def _read_request(client: socket.socket) -> None:
    request = b""
    while b"\r\n\r\n" not in request and (piece := client.recv(65536)):
        request += piece
