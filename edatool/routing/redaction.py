"""Values without the secrets in them."""

import re
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from edatool.spec.secret import has_password

HIDDEN = "***"
_PASSWORD = re.compile(r"(://[^:/?#@]*:)[^/?#]*(@)|([?&]password=)[^&#]*")


def redacted(value: Any) -> Any:
    """Return a value of JSON in which passwords of URIs are hidden."""
    match value:
        case str():
            return _uri(value) if has_password(value) else value
        case dict():
            return {key: redacted(one) for key, one in value.items()}
        case list():
            return [redacted(one) for one in value]
        case _:
            return value


def without(text: str, secrets: list[str]) -> str:
    """Return a text, such as a broker's answer, without secrets and without the passwords of those that are URIs."""
    parts = {part for secret in secrets for part in _parts(secret)}
    for part in sorted(parts, key=len, reverse=True):
        text = text.replace(part, HIDDEN)
    return text


def _uri(text: str) -> str:
    hidden = _PASSWORD.sub(lambda found: f"{found[1]}{HIDDEN}@" if found[1] else f"{found[3]}{HIDDEN}", text)
    # What reads as a URI with a password for us, and is written in a way that we do not know, is hidden as a whole.
    return HIDDEN if hidden == text else hidden


def _parts(secret: str) -> set[str]:
    if not has_password(secret):
        return {secret}
    try:
        password = urlsplit(secret).password or secret
    except ValueError:
        password = secret
    return {secret, password, unquote(password), quote(unquote(password), safe="")}
