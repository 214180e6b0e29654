"""An AsyncAPI document as values with places, its references followed within it; nothing is fetched."""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import unquote

from edatool.contracts.pointer import Path, at, to_path
from edatool.contracts.scan import line_column, spots
from edatool.errors import WrongUsage
from edatool.findings import Position
from edatool.frozen import frozen
from edatool.routing.definitions.file import json_of
from edatool.routing.importing.translation import Translation
from edatool.spec.text.text import read as read_yaml

Plain = Mapping[str, Any]
Part = tuple[Plain, Path]
"""A mapping of the document, and where it stands once references are followed."""


@frozen
class AsyncApiDocument:
    """The name of a document, its value, and where something stands in it."""

    name: str
    value: Plain
    place: Callable[[Path], Position]

    def refused(self, path: Path, message: str) -> WrongUsage:
        """Return the error that says what is wrong at a place."""
        return WrongUsage(f"{self.place(path)}: {message}")

    def target(self, path: Path) -> Path:
        """Return where the reference leads that stands at a path.

        Raises:
            WrongUsage: it leads out of the document, or nowhere.
        """
        text = str(at(self.value, (*path, "$ref")))
        if not text.startswith("#"):
            message = f"{text!r} leads out of the document, and nothing is fetched: put all into one document"
            raise self.refused((*path, "$ref"), message)
        found = to_path(unquote(text[1:]), self.value)
        if found is None:
            raise self.refused((*path, "$ref"), f"{text!r} leads nowhere in the document: correct it")
        return found

    def part(self, path: Path) -> Part:
        """Return the mapping at a path, or the one that a reference there leads to.

        Raises:
            WrongUsage: there is something else, or a circle of references.
        """
        followed: set[Path] = set()
        while path not in followed:
            followed.add(path)
            value = at(self.value, path)
            if not isinstance(value, dict):
                raise self.refused(path, "a mapping is needed here: write one")
            if "$ref" not in value:
                return value, path
            path = self.target(path)
        raise self.refused(path, "this reference leads back to itself: correct it")

    def inside(self, part: Part, key: str) -> Part:
        """Return the mapping under a key, an empty one where there is none."""
        value, path = part
        return ({}, path) if value.get(key) is None else self.part((*path, key))

    def entries(self, part: Part, key: str) -> Iterator[tuple[str, Part]]:
        """Yield what a mapping under a key holds, by name."""
        values, path = self.inside(part, key)
        yield from ((name, self.part((*path, name))) for name in values)

    def items(self, part: Part, key: str) -> list[Part]:
        """Return what a list of mappings under a key holds."""
        value, path = part
        listed = value.get(key) or []
        if not isinstance(listed, list):
            raise self.refused((*path, key), "a list is needed here: write one")
        return [self.part((*path, key, number)) for number in range(len(listed))]

    def text(self, part: Part, key: str) -> str | None:
        """Return the string under a key, None where there is none."""
        value, path = part
        text = value.get(key)
        if text is not None and not isinstance(text, str):
            raise self.refused((*path, key), f"{key} has to be a string: write one")
        return text or None

    def strings(self, part: Part, key: str) -> list[str]:
        """Return a list of strings under a key."""
        value, path = part
        listed = value.get(key) or []
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            raise self.refused((*path, key), f"{key} has to be a list of strings: write one")
        return listed

    def amqp(self, part: Part) -> Part:
        """Return what the bindings of a channel, an operation or a message say of AMQP."""
        return self.inside(self.inside(part, "bindings"), "amqp")

    def only_tag(self, part: Part, what: str, translation: Translation) -> str | None:
        """Return the name of the one tag of something; of several nobody knows which one is meant."""
        names = [self.text(one, "name") for one in self.items(part, "tags")]
        if len(names) > 1:
            translation.leave_out(f"tags {what}", (*part[1], "tags"))
        return names[0] if len(names) == 1 else None

    def leave_out_others(self, part: Part, known: Collection[str], what: str, translation: Translation) -> None:
        """Note what is not taken over of something, but for the keys that are known."""
        for key in part[0]:
            if key not in known:
                translation.leave_out(f"{key} {what}", (*part[1], key))


def said(**fields: object) -> dict[str, Any]:
    """Return the fields that say something."""
    return {name: value for name, value in fields.items() if value}


def read(name: str, raw: bytes) -> AsyncApiDocument:
    """Read a document of JSON or YAML.

    Raises:
        WrongUsage: it is neither, or no AsyncAPI 3.0.
    """
    document = _of_json(name, raw) if raw.lstrip()[:1] == b"{" else _of_yaml(name, raw)
    version = document.value.get("asyncapi") if isinstance(document.value, dict) else None
    if not isinstance(version, str):
        raise WrongUsage(f"{name} is no AsyncAPI document: it does not begin with asyncapi: 3.0.0")
    if not version.startswith("3.0."):
        message = f"AsyncAPI {version} is not read: write it as 3.0.0 (asyncapi convert does)"
        raise document.refused(("asyncapi",), message)
    return document


def _of_json(name: str, raw: bytes) -> AsyncApiDocument:
    value: Any = json_of(name, raw)
    text = raw.decode()

    @cache
    def offsets() -> dict[Path, int]:
        return {spot.path: spot.offset for spot in spots(text) if not spot.is_key}

    return AsyncApiDocument(name, value, lambda path: Position(name, *line_column(text, offsets().get(path, 0))))


def _of_yaml(name: str, raw: bytes) -> AsyncApiDocument:
    try:
        found, wrong = read_yaml(raw.decode(), name, None)
    except UnicodeDecodeError:
        raise WrongUsage(f"{name} is not UTF-8: save it as UTF-8") from None
    if wrong:
        raise WrongUsage(f"{wrong[0].at}: {wrong[0].message}")
    value: Any = found.value
    return AsyncApiDocument(name, value, lambda path: found.where(path) or Position(name, 1, 1))
