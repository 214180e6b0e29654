"""A contract: the compiled schema of one kind of payload."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs

from edatool.contracts.document import Document, Place
from edatool.contracts.explain import explain
from edatool.contracts.references import Link
from edatool.contracts.search import Search
from edatool.contracts.violation import Violation

_SOMEWHERE = Violation("", "it does not keep the contract; the schema is too involved to say where")


@dataclass(frozen=True, slots=True, eq=False)
class Contract:
    """What payloads of one kind have to be.

    ``name`` is what it was loaded as, ``file`` the path as a user would type it, ``schema`` the JSON Schema,
    ``examples`` the payloads under its ``examples``. Safe to use from several threads.
    """

    name: str
    file: str
    schema: dict[str, Any]
    examples: tuple[object, ...]
    place: Place = field(repr=False)
    documents: Mapping[str, Document] = field(repr=False)
    links: Mapping[Place, Link] = field(repr=False)
    validator: jsonschema_rs.Validator = field(repr=False)
    search: Search = field(repr=False)

    def is_valid(self, payload: object) -> bool:
        """Say whether a payload keeps the contract; formats are asserted.

        ``payload`` is as ``payload.parse`` returns it, or something that ``payload.encode`` accepts.
        What JSON has no type for raises ValueError.
        """
        return self.validator.is_valid(payload)

    def violations(self, payload: object) -> list[Violation]:
        """Return all ways in which a payload breaks the contract, none exactly if ``is_valid``."""
        if self.is_valid(payload):
            return []
        try:
            errors = self.search.errors(self.place.uri, payload)
            return explain(errors, self.search.errors) or [_SOMEWHERE]
        except ValueError:
            # The engine refused the schema as it is compiled for explaining; the verdict stands.
            return [_SOMEWHERE]
