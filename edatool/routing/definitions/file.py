"""A definitions file of RabbitMQ, as commands take it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any, BinaryIO

from edatool.contracts.limits import DEEPEST
from edatool.contracts.pointer import Path as Pointed
from edatool.contracts.scan import line_column, spots
from edatool.contracts.strict import Json, JsonFlaw
from edatool.contracts.strict import read as read_json
from edatool.errors import WrongUsage
from edatool.findings import Finding, Position
from edatool.frozen import frozen
from edatool.routing.definitions.definitions import as_definitions, refuse, take
from edatool.routing.definitions.entries import Remark
from edatool.routing.definitions.vhosts import vhosts_of
from edatool.routing.topology import Topology

LARGEST = 256 * 2**20
"""The most bytes of a file that are read."""


@frozen
class Translated:
    """What a file was before it was written as definitions, what it holds besides, and where an entry stood in it.

    ``said`` is what a spec can say and definitions cannot, by section and name; ``files`` are schemas that it names.
    """

    what: str
    left_out: tuple[Finding, ...]
    place: Callable[[Pointed], Position]
    said: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


@frozen
class DefinitionsFile:
    """A file: its name, its text, what it defines; and what it was before, if it is of another tool."""

    name: str
    text: str
    definitions: Mapping[str, Any]
    translated: Translated | None = None

    @property
    def what(self) -> str:
        """What kind of file it is."""
        return self.translated.what if self.translated else "definitions file"

    def vhost(self, asked: str | None) -> str | None:
        """Return the vhost that is asked for, else the only one; None where the file does not name it.

        Raises:
            WrongUsage: there are several.
        """
        vhosts = vhosts_of(self.definitions)
        if asked is None and len(vhosts) > 1:
            raise WrongUsage(
                f"{self.name} holds several vhosts: name one of {', '.join(vhosts)} with --vhost, or in the spec"
            )
        return asked if asked is not None else vhosts[0] if vhosts else None

    def taken(
        self, vhost: str | None, *, access: bool = False, administration: bool = False
    ) -> tuple[Topology, list[Finding]]:
        """Return what the file says of a vhost, and what has to be said of the file.

        Raises:
            WrongUsage: RabbitMQ would refuse something in it.
        """
        found = take(self.definitions, vhost or "/", access=access, administration=administration)
        places = self._places([*found.refused, *found.remarks])
        refuse([f"{places[one.path]}: {one.message}" for one in found.refused], self.what)
        return found.topology, [Finding(one.code, one.message, places[one.path]) for one in found.remarks if one.code]

    def _places(self, remarks: Sequence[Remark]) -> dict[Pointed, Position]:
        if not remarks:
            return {}
        if self.translated:
            return {one.path: self.translated.place(one.path[:2]) for one in remarks}
        wanted = {one.path for one in remarks}
        # Only what is asked for is kept, for the file may be large.
        offsets = {spot.path: spot.offset for spot in spots(self.text) if spot.path in wanted and not spot.is_key}
        return {path: Position(self.name, *line_column(self.text, offsets.get(path, 0))) for path in wanted}


def read(file: BinaryIO) -> DefinitionsFile:
    """Read a file.

    Raises:
        WrongUsage: it is not JSON that all readers read alike, or no definitions file.
    """
    name, raw = content(file)
    value = json_of(name, raw)
    try:
        return DefinitionsFile(name, raw.decode(), as_definitions(value))
    except WrongUsage as error:
        raise WrongUsage(f"{name}: {error}") from None


def content(file: BinaryIO) -> tuple[str, bytes]:
    """Return the name and the content of a file that describes what a broker has.

    Raises:
        WrongUsage: it is larger than any such file.
    """
    name = getattr(file, "name", "-")
    # RabbitMQ takes a byte order mark, which some editors write.
    raw = file.read(LARGEST + 1).removeprefix(b"\xef\xbb\xbf")
    if len(raw) > LARGEST:
        raise WrongUsage(f"{name} is over {LARGEST} bytes, which no definitions file is")
    return name, raw


def json_of(name: str, raw: bytes | str) -> Json:
    """Return the value of a JSON text in a file of this name.

    Raises:
        WrongUsage: it is not JSON that all readers read alike.
    """
    value = read_json(raw, DEEPEST)
    if isinstance(value, JsonFlaw):
        raise WrongUsage(f"{name}:{value.line}:{value.column}: {value.message}")
    return value
