"""Schemas compiled by the engine, with nothing but the reached documents to refer to.

The engine gets every ``$ref`` as the full URI of the schema that it leads to. It would otherwise read the
references of a file that it reaches by path as if the file had no ``$id``.
"""

from copy import copy, deepcopy
from dataclasses import field
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from edatool.contracts import pointer
from edatool.contracts.claimed import SchemaReading
from edatool.contracts.documents.document import SchemaDocument, SchemaPlace
from edatool.contracts.documents.drafts import WITHOUT_IF
from edatool.contracts.documents.links import ReachedDocuments
from edatool.contracts.doors import door, needs_door, way_in
from edatool.contracts.pointer import Path, at
from edatool.contracts.violation import MASK
from edatool.frozen import mutable


@mutable
class Compiled:
    """The schemas that ``reached`` holds, compiled when they are first asked for; with doors for explaining.

    Threads may share it: two that ask for the same schema at once compile it twice, no more.
    """

    reached: ReachedDocuments
    doors: bool
    _registry: jsonschema_rs.Registry | None = None
    _validators: dict[str, jsonschema_rs.Validator] = field(default_factory=dict)
    _allowed: dict[tuple[str, str], tuple[object, ...] | None] = field(default_factory=dict)
    _behind: dict[str, SchemaPlace] = field(default_factory=dict)

    def at(self, place: SchemaPlace) -> jsonschema_rs.Validator:
        """Return the validator of the schema at ``place``; raises ValueError where the engine refuses it."""
        return self.named(self._uri(place))

    def named(self, uri: str) -> jsonschema_rs.Validator:
        """Return the validator of the schema that ``uri`` names; raises ValueError where it is refused."""
        if uri not in self._validators:
            self._registry = self._registry or self._filled()
            self._validators[uri] = _validator(uri, self._registry)
        return self._validators[uri]

    def allowed(self, uri: str, name: str) -> tuple[object, ...] | None:
        """Return the only values that the alternative which ``uri`` names has for a field, None where any may be.

        An alternative that allows no object has none.
        """
        if (uri, name) not in self._allowed:
            # There may be thousands of alternatives, and each is asked for.
            if not self._behind:
                self._behind = {self._uri(one): one for one in self.reached.schemas if self._has_door(one)}
            place = self._behind[uri]
            reading = SchemaReading(self.reached)
            of_objects = reading.claims(place, ()).allows("object")
            self._allowed[uri, name] = reading.claims(place, (name,)).values if of_objects else ()
        return self._allowed[uri, name]

    def _filled(self) -> jsonschema_rs.Registry:
        resources = [(uri, self._linked(document)) for uri, document in self.reached.documents.items()]
        try:
            return jsonschema_rs.Registry(resources, retriever=_never)
        except jsonschema_rs.ReferencingError as error:
            raise ValueError(str(error)) from error

    def _linked(self, document: SchemaDocument) -> Any:
        """Return the schema of a document with full references and, if they are wanted, doors."""
        links = [one for one in self.reached.links.items() if one[0].uri == document.uri]
        schema: Any = deepcopy(document.schema) if links or self.doors else copy(document.schema)
        if document.holds_schemas:
            schema["$schema"] = document.draft
        for holder, link in links:
            at(schema, holder.path)["$ref"] = self._uri(link.target)  # type: ignore[index]
        if not self.doors:
            return schema
        # From the inside out, for a door moves all that is behind it.
        for place in sorted(self.reached.schemas, key=lambda place: len(place.path), reverse=True):
            if place.uri == document.uri and self._has_door(place):
                members: Any = at(schema, place.path[:-1])
                behind = members[place.path[-1]]
                members[place.path[-1]] = door(behind, self._uri(place), has_if=document.draft not in WITHOUT_IF)
        return schema

    def _uri(self, place: SchemaPlace) -> str:
        """Return the full URI of a schema: that of the nearest resource around it, and the way from there."""
        length = len(place.path)
        while SchemaPlace(place.uri, place.path[:length]) not in self.reached.resources:
            length -= 1
        resource = SchemaPlace(place.uri, place.path[:length])
        rest = self._moved(place)[len(self._moved(resource)) :]
        return self.reached.resources[resource] + (f"#{quote(pointer.to_text(rest))}" if rest else "")

    def _moved(self, place: SchemaPlace) -> Path:
        """Return where a schema stands once all doors are in place."""
        moved: Path = ()
        inside = way_in(has_if=self.reached.documents[place.uri].draft not in WITHOUT_IF)
        for length, part in enumerate(place.path, start=1):
            behind = self._has_door(SchemaPlace(place.uri, place.path[:length]))
            moved = (*moved, part, *inside) if behind else (*moved, part)
        return moved

    def _has_door(self, place: SchemaPlace) -> bool:
        return self.doors and needs_door(place.path) and place in self.reached.schemas


def _validator(uri: str, within: jsonschema_rs.Registry) -> jsonschema_rs.Validator:
    try:
        return jsonschema_rs.validator_for(
            {"$ref": uri}, registry=within, validate_formats=True, offline=True, mask=MASK
        )
    except jsonschema_rs.ReferencingError as error:
        raise ValueError(str(error)) from error


def _never(uri: str) -> Any:
    raise ValueError(f"{uri} is not fetched")
