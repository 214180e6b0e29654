"""The router's counts over HTTP, in the text format of Prometheus."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from edatool.errors import WrongUsage
from edatool.runtime.router.router import RouterCounts


def exposition(counts: RouterCounts) -> str:
    """Return counts as Prometheus reads them (text format 0.0.4)."""
    lines = []
    for name, number in counts.items():
        lines += [f"# TYPE edatool_router_{name}_total counter", f"edatool_router_{name}_total {number}"]
    return "\n".join([*lines, ""])


@contextmanager
def exposed(where: str, counts: RouterCounts) -> Iterator[int]:
    """Serve counts at ``/metrics``, and 200 at ``/healthz``, while the context lasts; yields the port.

    ``where`` is ``PORT``, at 127.0.0.1, or ``HOST:PORT``; port 0 is any that is free.

    Raises:
        WrongUsage: nothing can be served there.
    """

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = {"/metrics": exposition(counts), "/healthz": "ok\n"}.get(self.path)
            self.send_response(404 if text is None else 200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write((text or "").encode())

        def log_message(self, *_: object) -> None:
            """Say nothing of requests."""

    host, _, port = where.rpartition(":")
    try:
        server = ThreadingHTTPServer((host or "127.0.0.1", int(port)), Answer)
    except (OSError, ValueError, OverflowError) as error:
        raise WrongUsage(f"--metrics {where}: nothing can be served there: {error}") from None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
