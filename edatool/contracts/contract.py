"""A contract: the compiled schema of one kind of payload."""

from dataclasses import field
from typing import Any

import jsonschema_rs

from edatool.contracts.compiled import Compiled
from edatool.contracts.documents.document import SchemaPlace
from edatool.contracts.documents.drafts import id_keyword
from edatool.contracts.documents.links import ReachedDocuments
from edatool.contracts.explainable import is_explainable
from edatool.contracts.payload_field import PayloadField
from edatool.contracts.pointer import at
from edatool.contracts.violation import Violation
from edatool.frozen import frozen

_SOMEWHERE = Violation("", "it does not keep the contract; the schema is nested too deeply to say where")
_ONE_OF_MANY = Violation("", "the payload is large, and only one violation is told: correct it, and see the next")


@frozen
class Contract:
    """What payloads of one kind have to be.

    ``name`` is what it was loaded as, ``file`` the path as a user would type it, ``schema`` the JSON Schema,
    ``examples`` the payloads under its ``examples``, ``uri`` the one that it gives itself; ``fields`` is for
    ``fields.field_of``. Safe to use from several threads.
    """

    name: str
    file: str
    schema: dict[str, Any]
    examples: tuple[object, ...]
    uri: str | None
    place: SchemaPlace = field(repr=False)
    reached: ReachedDocuments = field(repr=False)
    _validator: jsonschema_rs.Validator = field(repr=False)
    _explaining: Compiled = field(repr=False)
    fields: dict[tuple[str, ...], PayloadField] = field(default_factory=dict, repr=False)
    # One is equal to itself only: there is one for each file, and to compare schemas takes long.
    __eq__, __hash__ = object.__eq__, object.__hash__

    def is_valid(self, payload: object) -> bool:
        """Say whether a payload keeps the contract; formats are asserted.

        ``payload`` is as ``payload.parse`` returns it, or something that ``payload.encode`` accepts.
        What JSON has no type for raises ValueError.
        """
        return self._validator.is_valid(payload)

    def violations(self, payload: object) -> list[Violation]:
        """Return all ways in which a payload breaks the contract, none exactly if ``is_valid``.

        Of a large payload, of more than 10,000 values or with an object of more than 500 fields, it is the first one.
        """
        if self.is_valid(payload):
            return []
        if not is_explainable(payload):
            return [self._first(payload), _ONE_OF_MANY]
        from edatool.contracts.explain import explain  # noqa: PLC0415 - most payloads have nothing to explain

        try:
            errors = self._explaining.at(self.place).iter_errors(payload)
            return explain(errors, self._explaining.named, self._explaining.allowed) or [_SOMEWHERE]
        except ValueError:
            # With doors a schema may be deeper than the engine reads; the verdict stands.
            return [_SOMEWHERE]

    def _first(self, payload: object) -> Violation:
        from edatool.contracts.explain import briefly  # noqa: PLC0415 - as above

        try:
            self._explaining.at(self.place).validate(payload)
        except jsonschema_rs.ValidationError as error:
            return briefly(error)
        except ValueError:
            pass  # as above
        return _SOMEWHERE


def contract(name: str, place: SchemaPlace, reached: ReachedDocuments) -> Contract:
    """Compile the schema at ``place``, an object; raises ValueError where the engine refuses it."""
    document = reached.documents[place.uri]
    schema = at(document.schema, place.path)
    assert isinstance(schema, dict)
    return Contract(
        name=name,
        file=document.file,
        schema=schema,
        examples=tuple(schema.get("examples", ())),
        uri=identifier if isinstance(identifier := schema.get(id_keyword(document.draft)), str) else None,
        place=place,
        reached=reached,
        _validator=Compiled(reached, doors=False).at(place),
        _explaining=Compiled(reached, doors=True),
    )
