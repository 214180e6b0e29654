"""Secrets in the spec: never the secret itself, but where it is read from.

In plain values ``{env: NAME}`` and ``{file: PATH}`` become the references ``{"$env": "NAME"}`` and
``{"$file": "PATH"}``, which cannot be taken for settings of RabbitMQ's own.
"""

import os.path
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from edatool.spec.shape import Either, ListOf, Record, RecordField, Text

_SOURCE = Record(
    {
        "env": RecordField(Text(like="the name of an environment variable"), "the environment variable that holds it"),
        "file": RecordField(Text(like="the path of a file"), "the file that holds it, relative to this one"),
    },
    exactly_one=(("env", "file"),),
)
_LIKE = "{env: NAME} or {file: PATH}"

SECRET = Either((_SOURCE,), f"{_LIKE}, and never the secret itself,", secret=True)
URI = Either((_SOURCE, Text()), f"a URI without a password, or {_LIKE}", secret=True)
URIS = Either(
    (_SOURCE, ListOf(URI, least=1), Text()), f"a URI without a password, {_LIKE}, or a list of them", secret=True
)


def reference(value: Any, folder: str) -> Any:
    """Return a checked value of ``SECRET``, ``URI`` or ``URIS`` with references; files are relative to ``folder``."""
    match value:
        case {"env": str(name)}:
            return {"$env": name}
        case {"file": str(path)}:
            return {"$file": os.path.join(folder, path)}  # noqa: PTH118 - a name, not a file
        case list():
            return [reference(one, folder) for one in value if one is not None]
        case _:
            return value


def unreferenced(value: Any) -> Any:
    """Return a value with references as the spec has it, the way back from ``reference``."""
    match value:
        case {"$env": str(name)}:
            return {"env": name}
        case {"$file": str(path)}:
            return {"file": path}
        case list():
            return [unreferenced(one) for one in value]
        case _:
            return value


def is_reference(value: object) -> bool:
    """Whether a value says where a secret is read from."""
    return isinstance(value, dict) and len(value) == 1 and bool(value.keys() & {"$env", "$file"})


def has_password(text: str) -> bool:
    """Whether a string is a URI with a password in it, be it the user's or that of a key file."""
    if "://" not in text:
        return False
    try:
        split = urlsplit(text)
        _ = split.port
    except ValueError:  # a password with a slash in it, which is read as a port
        return "@" in text
    return split.password is not None or "password" in parse_qs(split.query)


def texts(value: object) -> Iterator[str]:
    """Yield all strings in a value of JSON but the names in it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
