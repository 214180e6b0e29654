"""The header Idempotency-Key, under which a repeated request is known again."""

import re

from starlette.requests import Request

from edatool.gateway.answers import Refused, problem

LONGEST = 200
"""So that the number of a line has room behind it in a message id."""
PATTERN = '^(?:"([ !#-~]+)"|([!#-~]+))$'
"""A string as structured headers have it, or without its quotation marks."""

WHAT_IT_IS = f"it is the message id: printable ASCII, {LONGEST} characters at most"


def idempotency_key(request: Request) -> str | None:
    """Return the key of a request, if it has one.

    Raises:
        Refused: it cannot be a message id.
    """
    said = request.headers.get("Idempotency-Key")
    if said is None:
        return None
    key = key_in(said)
    if key is None:
        raise Refused(problem(400, "idempotency-key", "This Idempotency-Key cannot be kept", WHAT_IT_IS))
    return key


def key_in(said: str) -> str | None:
    """Return the key that a text says, None where it cannot be a message id."""
    found = re.fullmatch(PATTERN, said.strip())
    return None if not found or len(said) > LONGEST else found[1] or found[2]
