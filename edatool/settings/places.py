"""Where the keys of a TOML text stand, which Python's reader of TOML does not tell."""

import re
import tomllib
from collections.abc import Iterator

from edatool.spec.yaml_document import TextPlace

_HEADER = re.compile(r"\s*\[([^\[\]]+)\]\s*(#.*)?")
_KEY = re.compile(r"\s*([\w.\-'\" \t]+?)\s*=")


def places(text: str, file: str, table: tuple[str, ...]) -> TextPlace:
    """Return the places of the keys in a table, all of the text for ``()``; it is known to be TOML.

    A line in a text of several lines that looks like a key is taken for one.
    """
    whole = TextPlace(file, 1, 1, 1, 1, {})
    for path, line, column in _keys(text):
        _put(whole, path, TextPlace(file, line, column, line, column, {}))
    for name in table:
        whole = whole.below.get(name, whole)
    return whole


def _keys(text: str) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """Yield each key that begins a line, and each header, as a path with line and column."""
    header: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if found := _HEADER.fullmatch(line):
            header = _names(found[1])
            yield header, number, found.start(1) + 1
        elif found := _KEY.match(line):
            yield header + _names(found[1]), number, found.start(1) + 1


def _names(dotted: str) -> tuple[str, ...]:
    """Return the names of a key, ``a."b c"`` as two; none where it is no key."""
    try:
        value: object = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    names: list[str] = []
    while isinstance(value, dict):
        name, value = next(iter(value.items()))
        names.append(name)
    return tuple(names)


def _put(place: TextPlace, path: tuple[str, ...], new: TextPlace) -> None:
    """Put a place where nothing is known yet; what stands around it begins there, too."""
    for name in path:
        assert isinstance(place.below, dict)
        place = place.below.setdefault(name, new._replace(below={}))
