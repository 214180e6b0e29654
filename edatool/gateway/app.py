"""The ASGI application: what is asked where, and what becomes of errors."""

from collections.abc import Iterable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from edatool.gateway.answers import Answer, Refused, problem, response
from edatool.gateway.description.description import Description
from edatool.gateway.events import Events
from edatool.gateway.posting import Posting


def application(posting: Posting, events: Events, description: Description, routed: Iterable[Route] = ()) -> Starlette:
    """Return the application that serves what ``events`` takes, and tells what that is, and what else is ``routed``."""

    async def ready(_: Request) -> Response:
        return PlainTextResponse("ok\n") if posting.is_ready() else PlainTextResponse("not ready\n", 503)

    async def refused(_: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)
        posting.count("refused")
        return response(error.answer)

    found = Starlette(
        routes=[
            Route("/events", events.post, methods=["POST"]),
            Route("/events/{event:path}", events.post, methods=["POST"]),
            *routed,
            Route("/", description.page, methods=["GET"]),
            Route("/openapi.json", description.openapi, methods=["GET"]),
            Route("/healthz", _healthy, methods=["GET"]),
            Route("/readyz", ready, methods=["GET"]),
        ],
        exception_handlers={
            Refused: refused,
            HTTPException: _not_served,
            ClientDisconnect: _gone,
            Exception: _bug,
        },
    )
    # Where that leads to, whoever asks would say, by the header Host.
    found.router.redirect_slashes = False
    return found


async def _healthy(_: Request) -> Response:
    return PlainTextResponse("ok\n")


async def _not_served(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    body = problem(error.status_code, "not-served", error.detail).body
    return response(Answer(error.status_code, body, error.headers or {}))


async def _gone(_: Request, __: Exception) -> Response:
    return Response(status_code=400)  # nobody is there to read it


async def _bug(_: Request, __: Exception) -> Response:
    return response(problem(500, "bug", "The gateway failed at this request: its log says how"))
