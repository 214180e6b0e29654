"""Contracts with all that they refer to, as schemas that need no files."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from edatool.contracts.contract import Contract
from edatool.contracts.document import Document
from edatool.contracts.drafts import DRAFT_7
from edatool.contracts.links import Reached
from edatool.contracts.pointer import at, to_text

# What a schema says of itself as a file; the rest of it is the same wherever it stands.
_OF_THE_FILE = ("$schema", "$id", "$anchor")

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


@dataclass(frozen=True, slots=True)
class Bundled:
    """One schema file: its text without what made it a file, its draft, and what draft-07 would not read of it."""

    schema: Any
    draft: str
    later: tuple[str, ...]


def bundle(
    contracts: Iterable[Contract], pointer_to: Callable[[str], str]
) -> tuple[dict[str, Bundled], dict[str, str]]:
    """Return the files that contracts reach, each under a name, and the names by the contract's own.

    A reference becomes a JSON Pointer from the root of the document that is to hold all of them: ``pointer_to`` gives
    the pointer to the schema of a name.
    """
    every, whole = list(contracts), Reached()
    for one in every:
        whole.documents |= one.reached.documents
        whole.schemas |= one.reached.schemas
        whole.links |= one.reached.links
    names = _names(whole.documents)
    bundled = {names[uri]: _bundled(one, whole, names, pointer_to) for uri, one in whole.documents.items()}
    return dict(sorted(bundled.items())), {one.name: names[one.place.uri] for one in every}


def _names(uris: Iterable[str]) -> dict[str, str]:
    """Name documents after their files; where that is not enough, with a number."""
    names: dict[str, str] = {}
    for uri in uris:
        stem = re.sub(r"[^A-Za-z0-9._-]", "-", PurePath(unquote(urlsplit(uri).path)).stem) or "schema"
        taken = set(names.values())
        numbered = (f"{stem}-{number}" for number in range(2, len(names) + 3))
        names[uri] = stem if stem not in taken else next(name for name in numbered if name not in taken)
    return names


def _bundled(document: Document, whole: Reached, names: Mapping[str, str], pointer_to: Callable[[str], str]) -> Bundled:
    schema = json.loads(document.text)
    places = [place for place in whole.schemas if place.uri == document.uri]
    inside = [(place, one) for place in places if isinstance(one := at(schema, place.path), dict)]
    later = set() if document.draft == DRAFT_7 else {keyword for _, one in inside for keyword in one.keys() & _LATER}
    for place, one in inside:
        for keyword in _OF_THE_FILE:
            one.pop(keyword, None)
        link = whole.links.get(place)
        if link:
            target = pointer_to(names[link.target.uri]) + quote(to_text(link.target.path), safe="/$")
            _refer(one, target, alone=link.alone)
    return Bundled(schema, document.draft, tuple(sorted(later)))


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
