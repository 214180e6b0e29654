"""What the documents are written in that hold schemas beside other things: AsyncAPI, OpenAPI and Swagger."""

from typing import Any

from edatool.contracts.documents.drafts import DRAFT_4, DRAFT_7, DRAFT_2020_12
from edatool.contracts.pointer import Path, at

_JSON_SCHEMA = ("schema+json", "schema+yaml", "asyncapi", "openapi")
_OF_SCHEMAS = frozenset(("$ref", "type", "properties", "allOf", "anyOf", "oneOf", "enum", "const"))


def draft_of_container(document: dict[str, Any]) -> str | None:
    """Return the draft of the schemas in a document that is none itself; None for a schema.

    AsyncAPI's schemas are of draft-07 («Schema Object» of AsyncAPI 2 and 3). OpenAPI 3.1 says 2020-12, and 3.0 and
    Swagger 2.0 an older draft with words of their own, which ``plain_3_0`` writes as draft-04.
    """
    if isinstance(document.get("asyncapi"), str):
        return DRAFT_7
    version = document.get("openapi")
    if isinstance(version, str):
        return DRAFT_4 if version.startswith("3.0") else DRAFT_2020_12
    return DRAFT_4 if isinstance(document.get("swagger"), str) else None


def plain_3_0(value: Any) -> Any:
    """Return a document of OpenAPI 3.0 with ``nullable: true`` said by its types («Schema Object» of OpenAPI 3.0.3)."""
    if isinstance(value, list):
        return [plain_3_0(one) for one in value]
    if not isinstance(value, dict):
        return value
    plain = {key: plain_3_0(one) for key, one in value.items()}
    if plain.get("nullable") is True and isinstance(plain.get("type"), str):
        plain["type"] = [plain["type"], "null"]
    return plain


def no_json_schema(document: Any, path: Path) -> str | None:
    """Say what stands in such a document at ``path`` instead of a JSON Schema, and the way out; None for a schema."""
    value: Any = at(document, path)
    around: Any = at(document, path[:-1]) if path else None
    named = around.get("schemaFormat") if isinstance(around, dict) and path[-1] in ("payload", "schema") else None
    if isinstance(named, str) and not any(one in named for one in _JSON_SCHEMA):
        return f"of the format {named}: a contract is JSON Schema"
    if isinstance(value, dict) and not value.keys() & _OF_SCHEMAS:
        inner = next((name for name in ("payload", "schema") if isinstance(value.get(name), dict)), None)
        return f"no schema, but holds one: write /{inner} behind it" if inner else None
    return None
