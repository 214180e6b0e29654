"""The fields of a contract as a reader wants them: each in a line, with what may stand in it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from edatool.contracts.contract import Contract
from edatool.contracts.documents.bundle import bundle
from edatool.contracts.pointer import at, to_path
from edatool.frozen import frozen

_DEEPEST = 12
_BOUNDS = (
    ("minimum", "at least {}"),
    ("exclusiveMinimum", "more than {}"),
    ("maximum", "at most {}"),
    ("exclusiveMaximum", "less than {}"),
    ("multipleOf", "a multiple of {}"),
    ("minLength", "at least {} characters"),
    ("maxLength", "at most {} characters"),
    ("minItems", "at least {} elements"),
    ("maxItems", "at most {} elements"),
    ("minProperties", "at least {} fields"),
    ("maxProperties", "at most {} fields"),
)


@frozen
class SchemaField:
    """One field: ``path`` are the names on the way to it, ``shown`` the same with ``[]`` behind arrays.

    ``said`` is what may stand in it, in words. ``required`` tells that the object around it always has it.
    """

    path: tuple[str, ...]
    shown: str
    types: str
    required: bool
    said: str
    about: str


def fields_of_contracts(contracts: Mapping[str, Contract]) -> dict[str, tuple[SchemaField, ...]]:
    """Return the fields of each contract, by the name of the contract."""
    files, names = bundle(contracts.values(), lambda name: f"#/{name}")
    root = {name: one.schema for name, one in files.items()}
    return {name: _unique(_Reading(root).fields(root[own])) for name, own in names.items()}


def _unique(found: Iterator[SchemaField]) -> tuple[SchemaField, ...]:
    """Keep the first of those that stand at one path, which alternatives may say differently."""
    by_path: dict[str, SchemaField] = {}
    for one in found:
        by_path.setdefault(one.shown, one)
    return tuple(by_path.values())


@frozen
class _Reading:
    """Reads schemas of one document, in which every reference is a JSON Pointer from its root."""

    root: Mapping[str, Any]

    def fields(
        self, schema: object, path: tuple[str, ...] = (), shown: str = "", depth: int = 0
    ) -> Iterator[SchemaField]:
        if depth > _DEEPEST:
            return
        parts = list(self._parts(schema))
        required = {name for part in parts for name in part.get("required", ())}
        for part in parts:
            for name, below in part.get("properties", {}).items():
                said = f"{shown}.{name}" if shown else name
                yield self._field(below, (*path, name), said, required=name in required)
                yield from self.fields(below, (*path, name), said, depth + 1)
            for items in (part.get("items"), *part.get("prefixItems", ())):
                if isinstance(items, dict):
                    yield from self.fields(items, path, f"{shown}[]", depth + 1)

    def _field(self, schema: object, path: tuple[str, ...], shown: str, *, required: bool) -> SchemaField:
        parts = list(self._parts(schema))
        types = dict.fromkeys(one for part in parts for one in _types(part))
        said = dict.fromkeys(one for part in parts for one in _said(part))
        about = next((text for part in parts if (text := part.get("description") or part.get("title"))), "")
        return SchemaField(path, shown, " or ".join(types), required, ", ".join(said), str(about))

    def _parts(self, schema: object, seen: tuple[str, ...] = ()) -> Iterator[dict[str, Any]]:
        """Yield a schema, and those that it refers to or is put together of."""
        if not isinstance(schema, dict):
            return
        yield schema
        target = schema.get("$ref")
        if isinstance(target, str) and target not in seen:
            yield from self._parts(self._at(target), (*seen, target))
        for keyword in ("allOf", "anyOf", "oneOf"):
            for one in schema.get(keyword, ()):
                yield from self._parts(one, seen)

    def _at(self, reference: str) -> object:
        path = to_path(unquote(reference).removeprefix("#"), self.root)
        return None if path is None else at(self.root, path)


def _types(schema: Mapping[str, Any]) -> list[str]:
    """Return the types that a schema names, or those of the only values that it allows."""
    declared = schema.get("type")
    if declared is None:
        values = schema.get("enum", [schema["const"]] if "const" in schema else [])
        return list(dict.fromkeys(_type(one) for one in values))
    return [declared] if isinstance(declared, str) else list(declared)


def _type(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def _said(schema: Mapping[str, Any]) -> Iterator[str]:
    if "const" in schema:
        yield f"always {_json(schema['const'])}"
    if "enum" in schema:
        yield " or ".join(map(_json, schema["enum"]))
    if "format" in schema:
        yield f"{schema['format']}"
    if "pattern" in schema:
        yield f"matches {schema['pattern']}"
    for keyword, words in _BOUNDS:
        if keyword in schema:
            yield words.format(_json(schema[keyword]))
    if schema.get("uniqueItems"):
        yield "no element twice"
    if "default" in schema:
        yield f"{_json(schema['default'])} if it is absent"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
