"""A TCP relay in front of a real broker, to cut connections and to speak TLS."""

import socket
import ssl
import threading
from contextlib import suppress


class Proxy:
    """Relays connections to ``target``; a context manager. ``port`` is where it listens; ``count``: how many came."""

    def __init__(self, target: tuple[str, int], tls: ssl.SSLContext | None = None) -> None:
        self._target, self._tls = target, tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._answers = threading.Event()
        self._answers.set()
        self._flows = threading.Event()
        self._flows.set()
        self._poison: bytes | None = None
        self._mute: set[socket.socket] = set()
        self._takes = threading.Event()
        self._takes.set()
        self.count = 0
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def __enter__(self) -> "Proxy":
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join()

    def cut(self) -> None:
        """Close all connections at once, without a word."""
        self._answers.set()
        self._flows.set()
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def cut_after_next_request(self) -> None:
        """Pass the next request on, and close the connection instead of passing the answer."""
        self._answers.clear()

    def mute(self) -> None:
        """Swallow all answers on connections that are open now."""
        self._mute.update(self._open)

    def cut_at(self, text: bytes) -> None:
        """Cut a connection that is asked to pass this on, each time."""
        self._poison = text

    def refuse(self) -> None:
        """Close all connections, and each new one at once, until ``accept``."""
        self._takes.clear()
        self.cut()

    def accept(self) -> None:
        """Go on after ``refuse``."""
        self._takes.set()

    def stall(self) -> None:
        """Pass nothing on for now, in either direction, and close nothing."""
        self._flows.clear()

    def flow(self) -> None:
        """Go on after ``stall``."""
        self._flows.set()

    def turn_to(self, target: tuple[str, int]) -> None:
        """Relay new connections elsewhere."""
        self._target = target

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.count += 1
            if not self._takes.is_set():
                client.close()
                continue
            with suppress(OSError):
                if self._tls:
                    client = self._tls.wrap_socket(client, server_side=True)
                server = socket.create_connection(self._target)
                self._open += [client, server]
                for source, sink, answers in ((client, server, False), (server, client, True)):
                    thread = threading.Thread(target=self._relay, args=(source, sink, answers))
                    self._threads.append(thread)
                    thread.start()

    def _relay(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        with suppress(OSError):
            while chunk := source.recv(65536):
                self._flows.wait()
                if self._poison and self._poison in chunk:
                    break
                if answers and source in self._mute:
                    continue
                if answers and not self._answers.is_set():
                    self.cut()
                    break
                sink.sendall(chunk)
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
