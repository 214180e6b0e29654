"""Alternatives (anyOf, oneOf) behind doors, so that a failure in one is looked at only where that is wanted.

The engine reports a failed alternative together with all failures in it, those of alternatives inside
alternatives too: where a schema refers to itself their number grows exponentially with the depth of the
payload. A door takes the place of an alternative: it has the same verdict and the same annotations, but
its failure only names the schema behind it, with which the search goes on from there.
"""

from typing import Any

import jsonschema_rs

from edatool.contracts.pointer import Path

_SIGN = "edatool: behind this door is "


def door(schema: object, uri: str, *, has_if: bool) -> dict[str, Any]:
    """Return the door before a schema, which is named by ``uri``; ``way_in`` leads to the schema.

    A draft that has no ``if`` has no keywords either that look at annotations, which ``not`` drops.
    """
    if has_if:
        return {"if": schema, "else": {"not": {"$comment": _SIGN + uri}}}
    return {"not": {"$comment": _SIGN + uri, "not": schema}}


def way_in(*, has_if: bool) -> Path:
    """Return the way from a door to the schema behind it."""
    return ("if",) if has_if else ("not", "not")


def behind_door(error: jsonschema_rs.ValidationError) -> str | None:
    """Return the URI of the schema behind a door that stayed shut; None for any other error."""
    if not isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Not):
        return None
    schema = error.kind.schema
    sign = schema.get("$comment") if isinstance(schema, dict) else None
    return sign.removeprefix(_SIGN) if isinstance(sign, str) and sign.startswith(_SIGN) else None


def needs_door(path: Path) -> bool:
    """Say whether the schema at ``path`` is an alternative."""
    return len(path) > 1 and path[-2] in ("anyOf", "oneOf") and isinstance(path[-1], int)
