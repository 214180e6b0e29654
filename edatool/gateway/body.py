"""The body of a request, as far as its limits allow."""

import asyncio

from starlette.requests import ClientDisconnect, Request

from edatool.gateway.answers import CLOSE, Refused, problem

PATIENCE = 30.0
"""Seconds within which a body has to be there."""


async def read_body(request: Request, limit: int) -> bytes:
    """Return a body of at most ``limit`` bytes.

    Raises:
        Refused: it is larger, compressed, or does not come in time.
        ClientDisconnect: the sender went away.
    """
    require_plain(request)
    if int(request.headers.get("Content-Length", "0")) > limit:
        raise too_large(limit)
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for piece in request.stream():
                body += piece
                if len(body) > limit:
                    raise too_large(limit)
    except TimeoutError:
        raise too_slow() from None
    return bytes(body)


def require_plain(request: Request) -> None:
    """Refuse a body that is compressed."""
    coding = request.headers.get("Content-Encoding", "identity").lower()
    if coding != "identity":
        detail = "send it without Content-Encoding"
        headers = {**CLOSE, "Accept-Encoding": "identity"}
        raise Refused(problem(415, "compressed", "Compressed bodies are not read", detail, headers=headers))


def too_large(limit: int) -> Refused:
    """Return the refusal of a body over its limit."""
    title = "The body is too large"
    return Refused(problem(413, "too-large", title, f"send at most {limit} bytes", headers=CLOSE))


def too_slow() -> Refused:
    """Return the refusal of a body that does not come."""
    title = "The body did not come in time"
    return Refused(problem(408, "too-slow", title, f"send it within {PATIENCE:.0f} s", headers=CLOSE))


__all__ = ["ClientDisconnect", "read_body", "require_plain", "too_large", "too_slow"]
