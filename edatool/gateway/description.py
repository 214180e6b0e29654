"""What a sender may send, told to programs and to people."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from edatool.gateway.openapi import openapi
from edatool.gateway.page import HEADERS, page
from edatool.gateway.producers import Senders
from edatool.routes import Routes


class Description:
    """Tells each sender of the events that it may send, and of no others."""

    def __init__(self, routes: Routes, senders: Senders) -> None:
        self._routes, self._senders = routes, senders

    async def openapi(self, request: Request) -> Response:
        """Return it as OpenAPI."""
        return JSONResponse(self._document(request))

    async def page(self, request: Request) -> Response:
        """Return it as a page."""
        return HTMLResponse(page(self._document(request), str(request.base_url).rstrip("/")), headers=HEADERS)

    def _document(self, request: Request) -> dict[str, Any]:
        return openapi(self._routes, self._senders.sender(request).events)
