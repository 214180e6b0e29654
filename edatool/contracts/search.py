"""The errors of a payload, alternatives one level at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import jsonschema_rs

from edatool.contracts.compiled import registry, validator
from edatool.contracts.document import Document, Place
from edatool.contracts.doors import with_doors


@dataclass(slots=True)
class Search:
    """Finds errors with schemas that have doors, compiled when they are first asked for.

    Threads may share it: two that ask for the same schema at once compile it twice, no more.
    """

    documents: Mapping[str, Document]
    schemas: frozenset[Place]
    _registry: jsonschema_rs.Registry | None = None
    _compiled: dict[str, jsonschema_rs.Validator] = field(default_factory=dict)

    def errors(self, uri: str, value: object) -> list[jsonschema_rs.ValidationError]:
        """Return the errors of a value under the schema that ``uri`` names.

        Raises ValueError where the engine refuses a schema with doors: nested too deeply, or with a reference
        that leads behind a door.
        """
        if uri not in self._compiled:
            self._compiled[uri] = validator(uri, self._with_doors())
        return list(self._compiled[uri].iter_errors(value))

    def _with_doors(self) -> jsonschema_rs.Registry:
        if self._registry is None:
            self._registry = registry(
                {
                    uri: with_doors(document, (place.path for place in self.schemas if place.uri == uri))
                    for uri, document in self.documents.items()
                }
            )
        return self._registry
