"""Metrics for Prometheus over HTTP, and whether all is well."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from edatool.errors import WrongUsage

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

_TEXT = "text/plain; charset=utf-8"
_Answered = tuple[int, str, bytes]
"""Status, content type and text."""


@contextmanager
def served(
    metrics: str | None, health: str | None, registry: "CollectorRegistry | None", is_ready: Callable[[], bool]
) -> Iterator[None]:
    """Serve ``metrics`` of a registry at one place, and ``health`` alone at another, where they are named.

    Raises:
        WrongUsage: nothing can be served there.
    """
    with ExitStack() as stack:
        if metrics is not None:
            stack.enter_context(exposed(metrics, is_ready, registry))
        if health is not None:
            stack.enter_context(exposed(health, is_ready))
        yield


@contextmanager
def exposed(where: str, is_ready: Callable[[], bool], registry: "CollectorRegistry | None" = None) -> Iterator[int]:
    """Serve a registry at ``/metrics``, and 200 at ``/healthz``, while the context lasts; yields the port.

    ``/readyz`` is 200 while ``is_ready`` says so, and else 503. ``where`` is ``PORT``, at 127.0.0.1, or
    ``HOST:PORT``; port 0 is any that is free.

    Raises:
        WrongUsage: nothing can be served there.
    """

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answers: dict[str, Callable[[], _Answered]] = {
                "/healthz": _healthy,
                "/readyz": lambda: _readiness(is_ready),
            }
            if registry is not None:
                answers["/metrics"] = lambda: _exposition(registry, self.headers.get("Accept", ""))
            answer = answers.get(urlsplit(self.path).path, _nothing)
            status, kind, text = answer()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Say nothing of requests."""

    host, _, port = where.rpartition(":")
    try:
        server = ThreadingHTTPServer((host or "127.0.0.1", int(port)), Answer)
    except (OSError, ValueError, OverflowError) as error:
        raise WrongUsage(f"nothing can be served at {where} for metrics or health: {error}") from None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def _healthy() -> _Answered:
    return 200, _TEXT, b"ok\n"


def _readiness(is_ready: Callable[[], bool]) -> _Answered:
    return (200, _TEXT, b"ok\n") if is_ready() else (503, _TEXT, b"not ready\n")


def _nothing() -> _Answered:
    return 404, _TEXT, b""


def _exposition(registry: "CollectorRegistry", accepted: str) -> _Answered:
    """Return all metrics in the format of those that are accepted: of Prometheus, or OpenMetrics."""
    from prometheus_client.exposition import choose_encoder  # noqa: PLC0415 - for those who want metrics

    encode, kind = choose_encoder(accepted)
    return 200, kind, encode(registry)
