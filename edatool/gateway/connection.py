"""One connection of a client, bounded while nobody knows yet what it asks for."""

import asyncio
from asyncio import TimerHandle

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from edatool.gateway.subject import subject_text

PATIENCE = 10.0
"""Seconds within which the head of a request has to be there."""
MOST_BYTES = 64 * 1024
"""How large it may be."""
FAREWELL = 1.0
"""Seconds that a client has to answer the end of its TLS session, once the gateway stops."""


class BoundedProtocol(HttpToolsProtocol):
    """Ends a connection whose request has no end of its headers in time, or within so many bytes.

    uvicorn bounds neither: such a connection would stay for ever, and take as much memory as it sends.
    """

    _head_bytes = 0
    _timer: TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        certificate = transport.get_extra_info("peercert")
        self._extensions: dict[str, dict[object, object]] = {
            "tls": {"client_cert_name": subject_text(certificate["subject"]) if certificate else None}
        }
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._head_is_there()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what came, unless it is the head of a request and too much."""
        if self._timer:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._timer and self._head_bytes > MOST_BYTES:
            self.transport.abort()

    def on_message_begin(self) -> None:
        """Begin to wait for the headers of a request."""
        super().on_message_begin()
        # As the ASGI specification has it, which uvicorn leaves out.
        self.scope["extensions"] = self._extensions
        if not self._timer:
            self._await_head()

    def on_headers_complete(self) -> None:
        """Wait no more: from here on the body's own limits count."""
        self._head_is_there()
        super().on_headers_complete()

    def shutdown(self) -> None:
        """End the connection, or let it end after the request in hand."""
        super().shutdown()
        # asyncio waits half a minute for the answer of a client that holds its connection and does not read from it.
        if self.transport.is_closing():
            self.loop.call_later(FAREWELL, self.transport.abort)

    def _await_head(self) -> None:
        self._head_bytes = 0
        self._timer = self.loop.call_later(PATIENCE, self._end)

    def _head_is_there(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _end(self) -> None:
        self._timer = None
        self.transport.abort()
