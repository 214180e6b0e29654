"""What the documents are written in that hold schemas beside other things: AsyncAPI, OpenAPI and Swagger."""

from typing import Any

from edatool.contracts.drafts import DRAFT_4, DRAFT_7, DRAFT_2020_12


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
