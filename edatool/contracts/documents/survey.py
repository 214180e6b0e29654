"""What stands in a schema: its subschemas, the names they go by, and the references they make."""

from collections.abc import Iterator
from dataclasses import field
from typing import Any
from urllib.parse import urldefrag, urljoin

from edatool.contracts.documents.drafts import ALONE, draft_of, id_keyword
from edatool.contracts.pointer import Path
from edatool.frozen import frozen, mutable

# Keywords of all drafts: a reference under a keyword that the draft does not know has to lead somewhere too.
_SCHEMA = (
    *("additionalItems", "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not"),
    *("propertyNames", "then", "unevaluatedItems", "unevaluatedProperties"),
)
_SCHEMAS_IN_ORDER = ("allOf", "anyOf", "items", "oneOf", "prefixItems")
_SCHEMAS_BY_NAME = (
    "$defs",
    "definitions",
    "dependencies",
    "dependentSchemas",
    "patternProperties",
    "properties",
)
_HOLDING = frozenset((*_SCHEMA, *_SCHEMAS_IN_ORDER, *_SCHEMAS_BY_NAME))


@frozen
class Reference:
    """A ``$ref`` or ``$dynamicRef``: the schema that holds it, the keyword, its text, the URI that it means.

    ``alone`` says that the keywords beside it do not count, as up to draft-07.
    """

    path: Path
    keyword: str
    text: str
    target: str
    alone: bool


@mutable
class Survey:
    """The path of every subschema, the URIs by which some can be named, and the references."""

    paths: list[Path] = field(default_factory=list)
    names: dict[str, Path] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)


def survey(schema: object, path: Path, base: str, draft: str) -> Survey:
    """Go through a schema that stands at ``path`` of a document and whose base URI is ``base``."""
    found = Survey()
    waiting = [(schema, path, base, draft)]
    while waiting:
        schema, path, base, draft = waiting.pop()
        found.paths.append(path)
        if isinstance(schema, dict):
            draft = draft_of({"$schema": schema.get("$schema", draft)}) or draft
            base = _name(schema, path, base, draft, found)
            _refer(schema, path, base, draft, found)
            waiting += [(child, path + step, base, draft) for step, child in subschemas(schema)]
    return found


def subschemas(schema: dict[str, Any]) -> Iterator[tuple[Path, object]]:
    """Yield the schemas directly inside a schema, each with the way to it."""
    if _HOLDING.isdisjoint(schema):  # as most are
        return
    for keyword in _SCHEMA:
        if isinstance(schema.get(keyword), dict):
            yield (keyword,), schema[keyword]
    for keyword in _SCHEMAS_IN_ORDER:
        if isinstance(schema.get(keyword), list):
            yield from (((keyword, index), child) for index, child in enumerate(schema[keyword]))
    for keyword in _SCHEMAS_BY_NAME:
        if isinstance(schema.get(keyword), dict):
            yield from (((keyword, name), child) for name, child in schema[keyword].items())


def resolve(base: str, reference: str) -> str:
    """Return the URI that a reference means (RFC 3986, section 5); also for bases such as ``urn:``."""
    if reference.startswith("#"):
        return urldefrag(base).url + reference
    try:
        return urljoin(base, reference)
    except ValueError:
        return reference


def _name(schema: dict[str, Any], path: Path, base: str, draft: str, found: Survey) -> str:
    """Note the names that a schema gives itself; return the base URI of what it holds."""
    identifier = schema.get(id_keyword(draft))
    if isinstance(identifier, str) and not (draft in ALONE and "$ref" in schema):
        named = resolve(base, identifier)
        # Up to draft-07 an $id such as "#address" is what later drafts call an anchor.
        found.names.setdefault(named.removesuffix("#"), path)
        base = urldefrag(named).url
    for keyword in ("$anchor", "$dynamicAnchor"):
        if isinstance(schema.get(keyword), str):
            found.names.setdefault(f"{base}#{schema[keyword]}", path)
    return base


def _refer(schema: dict[str, Any], path: Path, base: str, draft: str, found: Survey) -> None:
    for keyword in ("$ref", "$dynamicRef"):
        text = schema.get(keyword)
        if isinstance(text, str):
            alone = draft in ALONE
            found.references.append(Reference(path, keyword, text, resolve(base, text), alone))
