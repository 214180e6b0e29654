"""URLs of HTTP."""

from urllib.parse import urlsplit


def is_http(text: str) -> bool:
    """Whether a text is a URL of HTTP, with a host."""
    try:
        split = urlsplit(text)
        _ = split.port
        return split.scheme in ("http", "https") and bool(split.hostname)
    except ValueError:
        return False
