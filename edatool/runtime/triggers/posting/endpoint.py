"""Where events are posted to, and by which token."""

from collections.abc import Mapping

from edatool.broker.http.secrets import resolve
from edatool.errors import WrongUsage
from edatool.runtime.triggers.posting.http import is_plain
from edatool.spec.http_url import origin, without_secrets


def posted_to(to: str | Mapping[str, str]) -> tuple[str, str]:
    """Return a URL, and as much of it as people may read: of one that is read as a secret the host alone.

    Raises:
        WrongUsage: it is not where it is to be read from.
    """
    if isinstance(to, str):
        return to, without_secrets(to)
    url = resolve(to)
    return url, origin(url)


def bearer_token(reference: Mapping[str, str] | None) -> str | None:
    """Return the token that a reference stands for, None without one.

    Raises:
        WrongUsage: it is not there, or cannot stand in a header.
    """
    token = resolve(reference) if reference else None
    if reference and token and not is_plain(token):
        (where,) = reference.values()
        raise WrongUsage(f"the token in {where} cannot stand in a header: it has a line break, spaces or no ASCII")
    return token
