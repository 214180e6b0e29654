"""URLs of HTTP."""

from urllib.parse import urlsplit, urlunsplit


def is_http(text: str) -> bool:
    """Whether a text is a URL of HTTP, with a host."""
    try:
        split = urlsplit(text)
        _ = split.port
        return split.scheme in ("http", "https") and bool(split.hostname) and text.isprintable()
    except ValueError:
        return False


def without_secrets(url: str) -> str:
    """Return a URL without what may be secret in it."""
    return f"{origin(url)}{urlsplit(url).path}"


def origin(url: str) -> str:
    """Return the scheme, the host and the port of a URL: all that is known not to be secret in one that is."""
    split = urlsplit(url)
    host = split.hostname or ""
    return urlunsplit((split.scheme, f"{host}:{split.port}" if split.port else host, "", "", ""))
