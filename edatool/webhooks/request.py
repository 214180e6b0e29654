"""A webhook as it comes in."""

from collections.abc import Mapping

from edatool.frozen import frozen


@frozen
class WebhookRequest:
    """The headers of a request, by their names in small letters, and its body."""

    headers: Mapping[str, str]
    body: bytes


def request(headers: Mapping[str, str], body: bytes) -> WebhookRequest:
    """Return a request with headers that are written in any letters."""
    return WebhookRequest({name.lower(): value for name, value in headers.items()}, body)
