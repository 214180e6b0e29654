"""A server that lets clients of AMQP 0-9-1 connect, sends heartbeats, and answers nothing else."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from pika import frame, spec

_START = spec.Connection.Start(server_properties={}, mechanisms=b"PLAIN", locales=b"en_US")
_TUNE = spec.Connection.Tune(channel_max=100, frame_max=131072, heartbeat=30)


@dataclass(frozen=True, slots=True)
class SilentBroker:
    """Where it listens, and whether a client has connected, who waits from then on."""

    port: int
    connected: threading.Event


@contextmanager
def silent_broker() -> Iterator[SilentBroker]:
    """Serve until the end of the context."""
    connected, ended = threading.Event(), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_accept, args=(listener, connected, ended))
        thread.start()
        try:
            yield SilentBroker(listener.getsockname()[1], connected)
        finally:
            ended.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _accept(listener: socket.socket, connected: threading.Event, ended: threading.Event) -> None:
    threads = []
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            threads.append(threading.Thread(target=_serve, args=(client, connected, ended)))
            threads[-1].start()
    for one in threads:
        one.join()


def _serve(client: socket.socket, connected: threading.Event, ended: threading.Event) -> None:
    with client, suppress(OSError):
        client.recv(4096)  # the protocol header
        for method in (_START, _TUNE, spec.Connection.OpenOk()):
            client.sendall(frame.Method(0, method).marshal())
            client.recv(4096)
        connected.set()
        while not ended.wait(0.2):
            client.sendall(frame.Heartbeat().marshal())
