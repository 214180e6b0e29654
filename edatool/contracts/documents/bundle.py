"""Contracts with all that they refer to, as schemas that need no files."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from copy import deepcopy
from pathlib import PurePath
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from edatool.contracts.contract import Contract
from edatool.contracts.documents.document import SchemaDocument, SchemaPlace
from edatool.contracts.documents.drafts import ALONE, DRAFT_4
from edatool.contracts.documents.links import ReachedDocuments
from edatool.contracts.pointer import at, to_text
from edatool.frozen import frozen

# What a schema says of itself as a file; the rest of it is the same wherever it stands.
_OF_THE_FILE = ("$schema", "$id", "$anchor")
_OF_A_FILE_OF_DRAFT_4 = ("$schema", "id")

# What may stand beside a reference in every draft without a say in what is valid.
_BESIDE = ("$comment", "$defs", "default", "definitions", "description", "examples", "title")

# Keywords of later drafts that draft-07 would pass over.
_LATER = frozenset(
    (
        *("$dynamicAnchor", "$dynamicRef", "$recursiveAnchor", "$recursiveRef", "dependentRequired"),
        *("dependentSchemas", "maxContains", "minContains", "prefixItems", "unevaluatedItems"),
        "unevaluatedProperties",
    )
)


@frozen
class Bundled:
    """One schema file: its text without what made it a file, its draft, and what draft-07 would not read of it."""

    schema: Any
    draft: str
    later: tuple[str, ...]


def bundle(
    contracts: Iterable[Contract], pointer_to: Callable[[str], str]
) -> tuple[dict[str, Bundled], dict[str, str]]:
    """Return the files that contracts reach, each under a name, and the names by the contract's own.

    Of an AsyncAPI or OpenAPI document only the schemas are taken that are reached. A contract inside a file has a name
    of its own, for a reference to it.

    A reference becomes a JSON Pointer from the root of the document that is to hold all of them: ``pointer_to`` gives
    the pointer to the schema of a name.
    """
    every, whole = list(contracts), ReachedDocuments()
    for one in every:
        whole.documents |= one.reached.documents
        whole.schemas |= one.reached.schemas
        whole.links |= one.reached.links
    names = _names(whole.documents)
    bundled = {names[uri]: _bundled(one, whole, names, pointer_to) for uri, one in whole.documents.items()}
    own = {one.name: names[one.place.uri] for one in every}
    for one in every:
        if one.place.path:
            own[one.name] = _free(_stem(str(one.place.path[-1])), bundled)
            draft = whole.documents[one.place.uri].draft
            bundled[own[one.name]] = Bundled({"$ref": _pointer(names, one.place, pointer_to)}, draft, ())
    return dict(sorted(bundled.items())), own


def _names(uris: Iterable[str]) -> dict[str, str]:
    """Name documents after their files; where that is not enough, with a number."""
    names: dict[str, str] = {}
    for uri in uris:
        names[uri] = _free(_stem(PurePath(unquote(urlsplit(uri).path)).stem), names.values())
    return names


def _stem(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "-", text) or "schema"


def _free(stem: str, taken: Collection[str]) -> str:
    """Return a name that is not taken yet."""
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(name for name in numbered if name not in taken)


def _pointer(names: Mapping[str, str], place: SchemaPlace, pointer_to: Callable[[str], str]) -> str:
    return pointer_to(names[place.uri]) + quote(to_text(place.path), safe="/$")


def _schemas_alone(document: SchemaDocument, whole: ReachedDocuments) -> Any:
    """Return the schemas of a document that are reached, at their places, without what stands beside them."""
    alone: dict[str | int, Any] = {}
    for place in sorted((one for one in whole.schemas if one.uri == document.uri), key=lambda one: len(one.path)):
        *around, last = place.path
        inside: Any = alone
        for step in around:
            inside = inside.setdefault(step, {}) if isinstance(inside, dict) else inside[step]
        if not isinstance(inside, dict) or last not in inside:
            inside[last] = deepcopy(at(document.schema, place.path))
    return alone


def _bundled(
    document: SchemaDocument, whole: ReachedDocuments, names: Mapping[str, str], pointer_to: Callable[[str], str]
) -> Bundled:
    schema = _schemas_alone(document, whole) if document.holds_schemas else deepcopy(document.schema)
    places = [place for place in whole.schemas if place.uri == document.uri]
    inside = [(place, one) for place in places if isinstance(one := at(schema, place.path), dict)]
    later = set() if document.draft in ALONE else {keyword for _, one in inside for keyword in one.keys() & _LATER}
    for place, one in inside:
        for keyword in _OF_A_FILE_OF_DRAFT_4 if document.draft == DRAFT_4 else _OF_THE_FILE:
            one.pop(keyword, None)
        if document.draft == DRAFT_4:
            _exclude(one)
        link = whole.links.get(place)
        if link:
            _refer(one, _pointer(names, link.target, pointer_to), alone=link.alone)
    return Bundled(schema, document.draft, tuple(sorted(later)))


def _exclude(schema: dict[str, Any]) -> None:
    """Write bounds that are excluded as later drafts do: by a keyword of their own instead of true beside them."""
    for keyword, excluding in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if schema.pop(excluding, False) is True and keyword in schema:
            schema[excluding] = schema.pop(keyword)


def _refer(schema: dict[str, Any], target: str, *, alone: bool) -> None:
    """Point a reference elsewhere; what else is said counts in every draft, or is left out where it never did."""
    del schema["$ref"]
    beside = {keyword: value for keyword, value in schema.items() if not alone or keyword in _BESIDE}
    schema.clear()
    schema |= beside
    if all(keyword in _BESIDE for keyword in beside):
        schema["$ref"] = target
    else:
        schema["allOf"] = [*schema.get("allOf", ()), {"$ref": target}]
