"""Counts over HTTP, in the text format of Prometheus, and whether all is well."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

from edatool.errors import WrongUsage


class Counts(Protocol):
    """What has names and numbers that only grow: those of a router, or of a consumer."""

    def items(self) -> list[tuple[str, int]]:
        """Return all counts with their names."""


def exposition(what: str, counts: Counts) -> str:
    """Return the counts of a ``router`` or ``consumer`` as Prometheus reads them (text format 0.0.4)."""
    lines = []
    for name, number in counts.items():
        lines += [f"# TYPE edatool_{what}_{name}_total counter", f"edatool_{what}_{name}_total {number}"]
    return "\n".join([*lines, ""])


@contextmanager
def exposed(where: str, what: str, counts: Counts, is_ready: Callable[[], bool]) -> Iterator[int]:
    """Serve counts at ``/metrics``, and 200 at ``/healthz``, while the context lasts; yields the port.

    ``/readyz`` is 200 while ``is_ready`` says so, and else 503. ``where`` is ``PORT``, at 127.0.0.1, or
    ``HOST:PORT``; port 0 is any that is free.

    Raises:
        WrongUsage: nothing can be served there.
    """

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answers = {
                "/metrics": (200, exposition(what, counts)),
                "/healthz": (200, "ok\n"),
                "/readyz": (200, "ok\n") if is_ready() else (503, "not ready\n"),
            }
            status, text = answers.get(self.path, (404, ""))
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing of requests."""

    host, _, port = where.rpartition(":")
    try:
        server = ThreadingHTTPServer((host or "127.0.0.1", int(port)), Answer)
    except (OSError, ValueError, OverflowError) as error:
        raise WrongUsage(f"nothing can be served at {where} for metrics: {error}") from None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
