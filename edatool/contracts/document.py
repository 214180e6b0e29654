"""A JSON file that holds a schema, as it was read."""

from dataclasses import dataclass

from edatool.contracts.pointer import Path
from edatool.contracts.scan import locate
from edatool.findings import Finding, Position


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its URI, its name as a user would type it, its text, the schema in it, the draft of that.

    ``findings`` says what is wrong with the file by itself; with an error among them the schema is of no use.
    """

    uri: str
    file: str
    text: str
    schema: object
    draft: str
    findings: tuple[Finding, ...] = ()

    def position(self, path: Path) -> Position:
        """Return where the value at ``path`` stands in the file, or the nearest value around it."""
        return Position(self.file, *locate(self.text, path))


@dataclass(frozen=True, slots=True)
class Place:
    """A value in a document: the document's URI and the way to the value."""

    uri: str
    path: Path
