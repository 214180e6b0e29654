"""A site on this machine's own address, whose pages show themselves anew when it changes."""

import mimetypes
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from edatool.errors import WrongUsage

HOST = "127.0.0.1"


class SiteServer(ThreadingHTTPServer):
    """Serves the files that ``show`` was given last."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        self.files: Mapping[str, str] = {}
        self.version = 0
        super().__init__((HOST, port), _Request)

    @property
    def url(self) -> str:
        """Where it is served."""
        return f"http://{HOST}:{self.server_port}/"

    def show(self, files: Mapping[str, str]) -> None:
        """Serve these files from now on."""
        self.files = files
        self.version += 1


@contextmanager
def serving(port: int) -> Iterator[SiteServer]:
    """Lend a server that runs beside the block.

    Raises:
        WrongUsage: the port is taken, or not allowed.
    """
    try:
        server = SiteServer(port)
    except OSError as error:
        raise WrongUsage(f"port {port} cannot be served on: {error.strerror}; name another with --port") from None
    thread = threading.Thread(target=server.serve_forever, name="edatool-docs", daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


class _Request(BaseHTTPRequestHandler):
    server: SiteServer
    timeout = 10

    def do_GET(self) -> None:
        """Answer with a file."""
        path = unquote(urlsplit(self.path).path).removeprefix("/") or "index.html"
        if self.headers.get("Host") not in (
            f"{HOST}:{self.server.server_port}",
            f"localhost:{self.server.server_port}",
        ):
            # Else a page from elsewhere could read this one under a name that it has lead here.
            self._answer(HTTPStatus.MISDIRECTED_REQUEST, "text/plain", "This is served to this machine only.\n")
        elif path == "live":
            self._answer(HTTPStatus.OK, "text/plain", f"{self.server.version}\n")
        elif path in self.server.files:
            kind = mimetypes.guess_type(path)[0] or "text/plain"
            self._answer(HTTPStatus.OK, kind, self.server.files[path])
        else:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain", "There is no such page.\n")

    def _answer(self, status: HTTPStatus, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: what is asked for is of no interest."""
