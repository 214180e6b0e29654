"""What a sender may send, told to programs and to people."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from edatool.gateway.description.openapi import openapi
from edatool.gateway.description.page import HEADERS, page
from edatool.gateway.senders.producers import Senders
from edatool.gateway.senders.readers import Readers
from edatool.routes import Routes


class Description:
    """Tells each sender of the events that it may send, and of no others."""

    def __init__(self, routes: Routes, readers: Readers, senders: Senders) -> None:
        self._routes, self._readers, self._senders = routes, readers, senders

    async def openapi(self, request: Request) -> Response:
        """Return it as OpenAPI."""
        return JSONResponse(await self._document(request))

    async def page(self, request: Request) -> Response:
        """Return it as a page."""
        return HTMLResponse(page(await self._document(request), self._senders.url_for(request)), headers=HEADERS)

    async def _document(self, request: Request) -> dict[str, Any]:
        reader = await self._readers.sender(request)
        return openapi(self._routes, reader.events, reader.producer)
