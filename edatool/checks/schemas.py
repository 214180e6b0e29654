"""The schemas that contracts consist of."""

from collections.abc import Iterable, Iterator
from typing import Any

from edatool.contracts.contract import Contract
from edatool.contracts.documents.document import SchemaDocument, SchemaPlace
from edatool.contracts.pointer import Path, at
from edatool.findings import Position
from edatool.frozen import frozen


@frozen
class Schema:
    """A schema that is an object, and where it stands in which document."""

    document: SchemaDocument
    path: Path
    value: dict[str, Any]

    def where(self, *path: str | int) -> Position:
        """Return where something stands in it."""
        return self.document.position((*self.path, *path))

    @property
    def patterns(self) -> Iterator[tuple[Path, str]]:
        """Its regular expressions, and where they stand in it."""
        if isinstance(pattern := self.value.get("pattern"), str):
            yield ("pattern",), pattern
        if isinstance(by_name := self.value.get("patternProperties"), dict):
            yield from ((("patternProperties", one), one) for one in by_name)


def schemas_of(contracts: Iterable[Contract]) -> tuple[Schema, ...]:
    """Return all schemas that contracts reach, each once."""
    places: dict[SchemaPlace, SchemaDocument] = {}
    for one in contracts:
        places |= {place: one.reached.documents[place.uri] for place in one.reached.schemas}
    found = ((document, place.path, at(document.schema, place.path)) for place, document in places.items())
    return tuple(Schema(document, path, value) for document, path, value in found if isinstance(value, dict))
