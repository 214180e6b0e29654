"""Alternatives (anyOf, oneOf) behind doors, so that a failure in one is looked at only where that is wanted.

The engine reports a failed alternative together with all failures in it, those of alternatives inside
alternatives too: where a schema refers to itself their number grows exponentially with the depth of the
payload. A door takes the place of an alternative: it has the same verdict and the same annotations, but
its failure only names the schema behind it, with which the search goes on from there.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote

import jsonschema_rs

from edatool.contracts import pointer
from edatool.contracts.document import Document
from edatool.contracts.pointer import Path, at


def with_doors(document: Document, schemas: Iterable[Path]) -> Document:
    """Return the document with a door before each of the ``schemas`` in it that is an alternative."""
    schema = json.loads(document.text)
    alternatives = {path for path in schemas if _is_alternative(path)}
    # From the inside out, for a door moves all that is behind it.
    for path in sorted(alternatives, key=len, reverse=True):
        members, index = at(schema, path[:-1]), path[-1]
        assert isinstance(members, list)
        behind = f"{document.uri}#{quote(pointer.to_text(_behind(path, alternatives)))}"
        members[index] = {"if": members[index], "else": {"not": {"$comment": behind}}}
    return replace(document, schema=schema)


def behind_door(error: jsonschema_rs.ValidationError) -> str | None:
    """Return the URI of the schema behind a door that stayed shut; None for any other error."""
    if not isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Not):
        return None
    schema = error.kind.schema
    named = schema.get("$comment") if isinstance(schema, dict) and len(schema) == 1 else None
    return named if isinstance(named, str) and named.startswith("file:") else None


def _is_alternative(path: Path) -> bool:
    return len(path) > 1 and path[-2] in ("anyOf", "oneOf") and isinstance(path[-1], int)


def _behind(path: Path, alternatives: set[Path]) -> Path:
    """Return where a schema stands once all doors are in place."""
    moved: Path = ()
    for length, part in enumerate(path, start=1):
        moved = (*moved, part, "if") if path[:length] in alternatives else (*moved, part)
    return moved
