"""A server of AMQP 0-9-1 that says what a broker says up to a point, and then something else, or nothing."""

import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from pika import frame, spec

CAPABILITIES = {"publisher_confirms": True, "basic.nack": True}
PROPERTIES = {"product": "RabbitMQ", "cluster_name": "fake@host", "capabilities": CAPABILITIES}
HEARTBEAT: bytes = frame.Heartbeat().marshal()
UNANSWERED = ("silence", "start", "tune", "open", "channel")
"""Until where the server goes before it only sends heartbeats."""


def method(one: Any, channel: int = 0) -> bytes:
    marshaled: bytes = frame.Method(channel, one).marshal()
    return marshaled


START = method(spec.Connection.Start(server_properties=PROPERTIES, mechanisms=b"PLAIN AMQPLAIN", locales=b"en_US"))
TUNE = method(spec.Connection.Tune(channel_max=2047, frame_max=131072, heartbeat=1))
OPEN = method(spec.Connection.OpenOk())
CHANNEL = method(spec.Channel.OpenOk(), 1)

TALKS: Mapping[str, tuple[bytes, ...]] = {
    "nothing": (b"",),
    "http": (b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",),
    "amqp 1.0": (b"AMQP\x00\x01\x00\x00",),
    "garbage": (bytes(range(256)) * 8,),
    "a frame without an end": (START[:-1] + b"\x00",),
    "a table that is none": (START[:20] + b"\xff" * (len(START) - 21) + b"\xce",),
    "text that is not utf-8": (method(spec.Connection.Start(0, 9, {}, b"\xff\xfe", b"en_US")),),
    "a method that nobody knows": (struct.pack(">BHIHH", 1, 0, 4, 10, 999) + b"\xce",),
    "a refused login": (
        START,
        method(spec.Connection.Close(403, "ACCESS_REFUSED - Login was refused using authentication", 0, 0)),
    ),
    "an end at the login": (START, b""),
    "no plain": (method(spec.Connection.Start(0, 9, PROPERTIES, b"EXTERNAL SCRAM-SHA-256", b"en_US")),),
    "an end of the negotiation": (START, TUNE, b""),
    "a vhost at its limit": (
        START,
        TUNE,
        b"",
        method(
            spec.Connection.Close(
                530,
                "NOT_ALLOWED - access to vhost '/' refused for user 'guest': connection limit (1) is reached",
                10,
                40,
            )
        ),
    ),
    "no permission": (
        START,
        TUNE,
        b"",
        method(spec.Connection.Close(530, "NOT_ALLOWED - access to vhost '/' refused for user 'guest'", 10, 40)),
    ),
    "a frame on a channel that is not open": (START, TUNE, b"", OPEN + method(spec.Basic.Ack(), 77)),
    "content on the wrong channel": (START, TUNE, b"", OPEN, struct.pack(">BHI", 3, 9, 1) + b"x\xce"),
    "an answer to nothing": (START, TUNE, b"", OPEN, CHANNEL + method(spec.Queue.BindOk(), 1)),
    "an end in the middle": (START, TUNE, b"", OPEN, CHANNEL[:5]),
    "a channel twice": (START, TUNE, b"", OPEN, CHANNEL + CHANNEL),
    "a shutdown": (
        START,
        TUNE,
        b"",
        OPEN + method(spec.Connection.Close(320, "CONNECTION_FORCED - broker forced connection closure", 0, 0)),
    ),
}
"""What is sent for each of ``SIGNS`` that the client sends; after the last the connection is closed."""

SIGNS = (b"AMQP", b"\x00\x0a\x00\x0b", b"\x00\x0a\x00\x1f", b"\x00\x0a\x00\x28", b"\x00\x14\x00\x0a")
"""The header, and the methods Connection.StartOk, TuneOk and Open, and Channel.Open."""


@contextmanager
def broken_broker(talk: str) -> Iterator[int]:
    """Yield the port of a server that talks like that: one of ``TALKS``, or of ``UNANSWERED``."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threads = [threading.Thread(target=_accept, args=(listener, talk, over))]
        threads[0].start()
        try:
            yield listener.getsockname()[1]
        finally:
            over.set()
            listener.shutdown(socket.SHUT_RDWR)
            threads[0].join()


def _accept(listener: socket.socket, talk: str, over: threading.Event) -> None:
    threads = []
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            serve = _say if talk in TALKS else _fall_silent
            threads.append(threading.Thread(target=serve, args=(client, talk, over)))
            threads[-1].start()
    for one in threads:
        one.join()


def _say(client: socket.socket, talk: str, _: threading.Event) -> None:
    with client, suppress(OSError):
        client.settimeout(10)
        seen = b""
        # Each is waited for by what is in it: the client may send two at once, as after Tune.
        signs = (b"",) if talk == "http" else SIGNS  # it answers a header of AMQP and a request alike
        for sign, piece in zip(signs, TALKS[talk], strict=False):
            while sign not in seen:
                if not (got := client.recv(65536)):
                    return
                seen += got
            client.sendall(piece)
        client.shutdown(socket.SHUT_WR)
        while client.recv(65536):
            pass


def _fall_silent(client: socket.socket, until: str, over: threading.Event) -> None:
    answers = {"silence": 0, "start": 1, "tune": 2, "open": 3, "channel": 4}[until]
    with client, suppress(OSError):
        client.settimeout(0.2)
        wanted = [(b"AMQP", START), (b"PLAIN", TUNE), (b"\x00\x0a\x00\x28", OPEN), (b"\x00\x14\x00\x0a", CHANNEL)]
        for sign, answer in wanted[:answers]:
            _await(client, sign, over)
            client.sendall(answer)
        while not over.is_set():
            if until != "silence":
                client.sendall(HEARTBEAT)
            with suppress(TimeoutError):
                if not client.recv(65536):
                    return


def _await(client: socket.socket, sign: bytes, over: threading.Event) -> None:
    seen = b""
    while sign not in seen and not over.is_set():
        with suppress(TimeoutError):
            piece = client.recv(65536)
            if not piece:
                raise OSError
            seen += piece
