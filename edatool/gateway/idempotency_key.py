"""The header Idempotency-Key, under which a repeated request is known again."""

import re

from starlette.requests import Request

from edatool.gateway.answers import Refused, problem

LONGEST = 200
"""So that the number of a line has room behind it in a message id."""
PATTERN = '^(?:"([ !#-~]+)"|([!#-~]+))$'
"""A string as structured headers have it, or without its quotation marks."""


def idempotency_key(request: Request) -> str | None:
    """Return the key of a request, if it has one.

    Raises:
        Refused: it cannot be a message id.
    """
    said = request.headers.get("Idempotency-Key")
    if said is None:
        return None
    found = re.fullmatch(PATTERN, said.strip())
    if not found or len(said) > LONGEST:
        detail = f"it is the message id: printable ASCII, {LONGEST} characters at most"
        raise Refused(problem(400, "idempotency-key", "This Idempotency-Key cannot be kept", detail))
    return found[1] or found[2]
