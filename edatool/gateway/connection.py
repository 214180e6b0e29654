"""One connection of a client, bounded where neither uvicorn nor a request's own limits bound it."""

import asyncio
from asyncio import TimerHandle
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from edatool.gateway.senders.subject import subject_text

PATIENCE = 10.0
"""Seconds within which the head of a request has to be there."""
MOST_BYTES = 64 * 1024
"""How large it may be, and all that a client sends beside heads and bodies."""
UNREAD = 30.0
"""Seconds that a client may neither read what is answered nor send anything."""
FAREWELL = 1.0
"""Seconds that a client has to answer the end of its TLS session, once the gateway stops."""


class _Parser(httptools.HttpRequestParser):
    """Reads a request that asks for another protocol as one that does not: RFC 9110, section 7.8, leaves that to us.

    By itself it ends at the head of such a request, and takes its body for the next request, whoever wrote that.
    """

    def __init__(self, protocol: "BoundedProtocol") -> None:
        super().__init__(protocol)
        self.set_dangerous_leniencies(lenient_data_after_close=True)  # as in uvicorn
        self._protocol = protocol

    def feed_data(self, data: Any) -> None:
        """Read on."""
        try:
            super().feed_data(data)
        except httptools.HttpParserUpgrade as asked:
            self._protocol.parser = _Parser(self._protocol)
            self._protocol.parser.feed_data(self._protocol.head_without_upgrade(self) + data[asked.args[0] :])


class BoundedProtocol(HttpToolsProtocol):
    """Ends a connection whose next request has no head in time, or that takes memory or time beside requests.

    uvicorn bounds none of it: such a connection would stay for ever, and take as much memory as it sends. Once the head
    of a request is there, the limits of its body count, until it is answered.
    """

    _bytes_beside = 0
    _is_in_head = True
    _head: TimerHandle | None = None
    _unread: TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self.parser = _Parser(self)
        certificate = transport.get_extra_info("peercert")
        self._extensions: dict[str, dict[object, object]] = {
            "tls": {"client_cert_name": subject_text(certificate["subject"]) if certificate else None}
        }
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._head_is_there()
        self._is_read()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what came, unless it is too much that belongs to no body."""
        self._bytes_beside += len(data)
        super().data_received(data)
        if self._bytes_beside > MOST_BYTES:
            self.transport.abort()
            return
        if self._unread:
            self._await_reading()
        # No request is in hand: this is the rest of one that is answered, or nothing, or the beginning of the next.
        if not self._head and self.cycle.response_complete:
            self._await_head()

    def on_message_begin(self) -> None:
        """Begin to wait for the headers of a request."""
        super().on_message_begin()
        # As the ASGI specification has it, which uvicorn leaves out.
        self.scope["extensions"] = self._extensions
        self._bytes_beside, self._is_in_head = 0, True
        if not self._head:
            self._await_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; what stands behind the body is none, whoever sends it (RFC 9110, section 6.5.1)."""
        if self._is_in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Wait no more: from here on the body's own limits count."""
        if self._asks_for_upgrade():
            return  # it is read again without that
        super().on_headers_complete()
        self._head_is_there()
        self._bytes_beside, self._is_in_head = 0, False

    def on_body(self, body: bytes) -> None:
        """Take a part of the body, of which others count the bytes."""
        self._bytes_beside = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note the end of a request."""
        if not self._asks_for_upgrade():
            super().on_message_complete()

    def head_without_upgrade(self, parser: httptools.HttpRequestParser) -> bytes:
        """Return the head that was read last as one that asks for no other protocol."""
        lines = [b"%s: %s" % (name, value) for name, value in self.headers if name != b"upgrade"]
        version = parser.get_http_version().encode()
        return b"\r\n".join((b"%s %s HTTP/%s" % (parser.get_method(), self.url, version), *lines, b"", b""))

    def pause_writing(self) -> None:
        """Begin to wait until the client reads."""
        super().pause_writing()
        self._await_reading()

    def resume_writing(self) -> None:
        """Wait no more: it reads."""
        self._is_read()
        super().resume_writing()

    def shutdown(self) -> None:
        """End the connection, or let it end after the request in hand."""
        super().shutdown()
        # asyncio waits half a minute for the answer of a client that holds its connection and does not read from it.
        if self.transport.is_closing():
            self.loop.call_later(FAREWELL, self.transport.abort)

    def _asks_for_upgrade(self) -> bool:
        # CONNECT counts as such, and is refused for its URL.
        return self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT"

    def _await_head(self) -> None:
        self._head = self.loop.call_later(PATIENCE, self._end)

    def _head_is_there(self) -> None:
        if self._head:
            self._head.cancel()
            self._head = None

    def _await_reading(self) -> None:
        self._is_read()
        self._unread = self.loop.call_later(UNREAD, self.transport.abort)

    def _is_read(self) -> None:
        if self._unread:
            self._unread.cancel()
            self._unread = None

    def _end(self) -> None:
        self._head = None
        self.transport.abort()
