"""JSON Pointer (RFC 6901): text to a path and back, and what a path leads to."""

from collections.abc import Iterable

Path = tuple[str | int, ...]
"""The way to a value: names in objects, indexes in arrays."""


def to_text(path: Iterable[str | int]) -> str:
    """Return the pointer of a path: ``("a/b", 0)`` is ``/a~1b/0``, ``()`` is the empty string."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def to_path(pointer: str, value: object) -> Path | None:
    """Return the path that a pointer takes through ``value``; None where it leads nowhere."""
    path: Path = ()
    if pointer and not pointer.startswith("/"):
        return None
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and name in value:
            value, path = value[name], (*path, name)
        elif isinstance(value, list) and _is_index(name) and int(name) < len(value):
            value, path = value[int(name)], (*path, int(name))
        else:
            return None
    return path


def at(value: object, path: Path) -> object:
    """Return what stands at ``path``, which has to exist."""
    for part in path:
        value = value[part]  # type: ignore[index]  # the caller knows the path
    return value


def _is_index(name: str) -> bool:
    # RFC 6901, section 4: no leading zeros. Nobody has an array of 10^9 items here.
    return name.isascii() and name.isdigit() and len(name) < 10 and (name == "0" or name[0] != "0")
