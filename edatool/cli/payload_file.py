"""A file with a payload, and where in it things stand."""

import click

from edatool.contracts.limits import PayloadLimits
from edatool.contracts.payload import parse
from edatool.contracts.pointer import to_path
from edatool.contracts.scan import locate
from edatool.contracts.strict import Json, JsonFlaw, read
from edatool.contracts.violation import Violation
from edatool.errors import WrongUsage
from edatool.findings import Position
from edatool.frozen import frozen
from edatool.routes import unpublished


@frozen
class ReadPayload:
    """What a file holds; ``name`` is how findings call it."""

    name: str
    text: str
    value: Json

    def place(self, one: Violation) -> Position:
        """Return where a part of the payload stands, of one that is missing what it is missing in."""
        pointer = one.pointer
        while (path := to_path(pointer, self.value)) is None:
            pointer = pointer.rpartition("/")[0]
        return Position(self.name, *locate(self.text, path))


def read_payload(name: str) -> ReadPayload:
    """Read a payload from a file, or from standard input, which is ``-``.

    Raises:
        InvalidInput: it is no JSON, or too large.
        WrongUsage: the file cannot be read.
    """
    limits = PayloadLimits()
    try:
        with click.open_file(name, "rb") as opened:
            # Nobody needs more to see that it is too much, and a device has no end.
            text = opened.read(limits.max_bytes + 1)
    except OSError as error:
        raise WrongUsage(f"{name} cannot be read: {error.strerror}") from None
    value = parse(text)
    if not isinstance(value, Violation):
        return ReadPayload(name, text.decode(), value)
    flaw = read(text, limits.max_depth) if len(text) <= limits.max_bytes else None
    if isinstance(flaw, JsonFlaw):
        raise unpublished([(flaw.message, Position(name, flaw.line, flaw.column))])
    raise unpublished([(value.message, Position(name, 1, 1))])
