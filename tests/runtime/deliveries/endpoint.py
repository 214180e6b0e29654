"""An endpoint of HTTP that answers as a test says, or does not."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """An answer, or ``reset`` of the connection, or none before the endpoint ends: ``hang``, ``drip`` byte by byte.

    ``drip body``: the status comes at once, and the body does not end.
    """

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    instead: str = ""


RESET, HANG, DRIP = Answer(instead="reset"), Answer(instead="hang"), Answer(instead="drip")
GIANT = Answer(headers={"X-Giant": "!" * 200_000})
DRIPPING_BODY = Answer(200, instead="drip body")


@dataclass
class Endpoint:
    """What came, and the answers that are left; after those it is 204. ``meet`` is called with each request."""

    port: int = 0
    answers: list[Answer] = field(default_factory=list)
    got: list[tuple[str, Message, bytes]] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    """The message ids of what was answered by success, in order."""
    ports: list[int] = field(default_factory=list)
    """Of the other end of the connection of each request."""
    meet: Callable[[], object] = lambda: None
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def url(self, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}/orders"


@contextmanager
def endpoint(address: str = "127.0.0.1", tls: ssl.SSLContext | None = None, port: int = 0) -> Iterator[Endpoint]:
    one = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle(self) -> None:
            with suppress(ConnectionError):  # the other end may give up
                super().handle()

        def do_POST(self) -> None:
            if one.ended.is_set():  # connections that were kept end with it
                self.close_connection = True
                return
            one.got.append((self.path, self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
            one.ports.append(self.client_address[1])
            one.meet()
            answer = one.answers.pop(0) if one.answers else Answer()
            if answer is RESET:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                return
            if answer is HANG:
                one.ended.wait(30)
                return
            if answer is DRIP:
                with suppress(OSError):
                    while not one.ended.wait(0.1):
                        self.wfile.write(b"H")
                return
            if answer.status < 300 and answer is not GIANT:
                one.taken.append(self.headers["ce-id"])
            self.send_response(answer.status)
            if answer is DRIPPING_BODY:
                self.end_headers()
                with suppress(OSError):
                    while not one.ended.wait(0.1):
                        self.wfile.write(b"{")
                        self.wfile.flush()
                return
            for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
                self.send_header(name, value)
            with suppress(OSError):
                self.end_headers()
                self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((address, port), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    one.port = server.server_port
    try:
        yield one
    finally:
        one.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
