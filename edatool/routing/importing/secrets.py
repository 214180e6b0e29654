"""Secrets of what is taken over: in their place stand names of environment variables, which are to hold them."""

import re
from typing import Any

from edatool.routing.redaction import HIDDEN
from edatool.spec.secret import has_password, texts

_UNNAMED = "?"
REFERENCE = {"$env": _UNNAMED}
"""Where a secret was, until the variable has a name."""


def without_credentials(uri: Any) -> Any:
    """Return the URI, or the list of URIs, of a setting; what is not surely free of credentials becomes a reference."""
    match uri:
        case str():
            is_free = uri.startswith(("amqp://", "amqps://")) and not has_password(uri)
            return uri if is_free else REFERENCE
        case list():
            return [without_credentials(one) for one in uri]
        case _:
            return uri


def holds_secret(value: object) -> bool:
    """Whether a secret, hidden or not, is left anywhere in a value."""
    return any(text == HIDDEN or has_password(text) for text in texts(value))


def named(value: Any, path: tuple[str, ...], variables: dict[str, tuple[str, ...]]) -> Any:
    """Return a value of the spec whose references have names, which say the path, and add them to ``variables``.

    The first part of the path, the section, is in no name.
    """
    match value:
        case {"env": str(name)} if name == _UNNAMED:
            variable = _free_name(path[1:], variables)
            variables[variable] = path
            return {"env": variable}
        case dict():
            return {key: named(one, (*path, key), variables) for key, one in value.items()}
        case [one]:
            return [named(one, path, variables)]
        case list():
            return [named(one, (*path, str(number)), variables) for number, one in enumerate(value, 1)]
        case _:
            return value


def _free_name(words: tuple[str, ...], taken: dict[str, tuple[str, ...]]) -> str:
    name = re.sub("[^A-Z0-9]+", "_", "_".join(words).upper())
    name = f"_{name}" if name[0].isdigit() else name
    return next(one for one in (name, *(f"{name}_{number}" for number in range(2, len(taken) + 3))) if one not in taken)
