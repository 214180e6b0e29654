"""JSON Schemas as types of XML: what XSD can say of a payload, by the rules of docs/tasks/talk-to-a-soap-system.md."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, NoReturn
from urllib.parse import unquote

from edatool.contracts.contract import Contract
from edatool.contracts.documents.bundle import bundle
from edatool.contracts.pointer import at, to_path, to_text
from edatool.frozen import frozen
from edatool.spec.producing import LARGEST_BODY

XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
"""The names of elements that are made: those of XML without a colon, of ASCII."""
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""XML 1.0, section 2.2."""
_LENGTHS = ("minLength", "maxLength")
_BOUNDS = (
    ("minimum", "minInclusive", "exclusiveMinimum", "minExclusive"),
    ("maximum", "maxInclusive", "exclusiveMaximum", "maxExclusive"),
)
_DEEPEST = 32
_MOST_SCHEMAS = 10_000
"""How many schemas are looked at: references can double them at each level."""


@frozen
class XmlScalar:
    """Text of a built-in type of XSD, with facets that restrict it."""

    base: Literal["string", "integer", "decimal", "boolean"]
    facets: tuple[tuple[str, str], ...] = ()


@frozen
class XmlField:
    """A child element: its type, and how often it may be there; ``most`` of None is without bound.

    ``is_required``: the field of the payload is always there, which for a list without items is an empty one.
    """

    type: "XmlScalar | XmlObject"
    least: int = 0
    most: int | None = 1
    is_list: bool = False
    is_required: bool = False
    is_nillable: bool = False


@frozen
class XmlObject:
    """An element with children, in their order."""

    fields: Mapping[str, XmlField]


class NotInXsd(Exception):
    """A schema has no type of XML; ``pointer`` is where in the payload."""

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__(message)
        self.pointer, self.message = pointer, message


def xml_type(contract: Contract) -> XmlObject:
    """Return the type of the payloads of a contract.

    Raises:
        NotInXsd: there is none by the rules.
    """
    bundled, names = bundle([contract], lambda name: f"/{name}")
    reader = _Reader({name: one.schema for name, one in bundled.items()})
    found = reader.type_of(bundled[names[contract.name]].schema, ())
    if found.is_list or found.is_nillable or not isinstance(found.type, XmlObject):
        _fail((), "is no object")
    return found.type


class _Reader:
    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self._schemas = schemas
        self._looked_at = 0

    def type_of(self, schema: Any, path: tuple[str, ...]) -> XmlField:
        """Return the type of a schema, as a field that need not be there."""
        if len(path) > _DEEPEST:
            _fail(path[:1], "is nested in itself, or very deeply")
        one = self._merged(schema, path, 0)
        kinds = _kinds(one, path)
        is_nillable = "null" in kinds
        match [kind for kind in kinds if kind != "null"]:
            case ["object"]:
                return XmlField(self._object(one, path), is_nillable=is_nillable)
            case ["array"] if not is_nillable:
                return self._list(one, path)
            case ["string"]:
                return XmlField(XmlScalar("string", _string_facets(one, path)), is_nillable=is_nillable)
            case ["boolean"]:
                return XmlField(XmlScalar("boolean"), is_nillable=is_nillable)
            case ["integer"]:
                return XmlField(XmlScalar("integer", _bounds(one, path, integer=True)), is_nillable=is_nillable)
            case ["number"] | ["integer", "number"] | ["number", "integer"]:
                return XmlField(XmlScalar("decimal", _bounds(one, path, integer=False)), is_nillable=is_nillable)
        return _fail(path, "may be of several types, and XML has one for each element")

    def _object(self, one: Mapping[str, Any], path: tuple[str, ...]) -> XmlObject:
        properties, required = one.get("properties", {}), one.get("required", [])
        if not properties:
            _fail(path, "is an object without named properties")
        for name in required:
            if name not in properties:
                _fail((*path, name), "is required and not described")
        fields = {}
        for name, schema in properties.items():
            if schema is False:
                continue
            if not XML_NAME.fullmatch(name):
                _fail((*path, name), "is no name of an element: letters, digits, -, _ and . are, after a letter or _")
            own = self.type_of(schema, (*path, name))
            is_required = name in required
            least = (own.least if own.is_list else 1) if is_required else 0
            fields[name] = XmlField(own.type, least, own.most, own.is_list, is_required, own.is_nillable)
        return XmlObject(fields)

    def _list(self, one: Mapping[str, Any], path: tuple[str, ...]) -> XmlField:
        items = one.get("items")
        if not isinstance(items, dict) or "prefixItems" in one:
            _fail(path, "is an array without one schema for all its items")
        item = self.type_of(items, path)
        if item.is_list:
            _fail(path, "is an array of arrays")
        bounds = [_reachable(one[key]) for key in ("minItems", "maxItems") if key in one]
        _ordered(bounds, path)
        most = bounds[-1] if "maxItems" in one else None
        return XmlField(item.type, _reachable(one.get("minItems", 0)), most, is_list=True, is_nillable=item.is_nillable)

    def _merged(self, schema: Any, path: tuple[str, ...], depth: int) -> Mapping[str, Any]:
        """Return a schema with what it refers to, and with all of its allOf."""
        if not isinstance(schema, dict):
            _fail(path, "is not described")
        if depth > _DEEPEST:
            _fail(path, "is described by itself")
        self._looked_at += 1
        if self._looked_at > _MOST_SCHEMAS:
            _fail((), f"is described by more than {_MOST_SCHEMAS} schemas, counting each where it is referred to")
        parts = [self._target(schema["$ref"])] if "$ref" in schema else []
        found: dict[str, Any] = {}
        for part in (*parts, *schema.get("allOf", ())):
            found = _both(found, self._merged(part, path, depth + 1))
        return _both(found, {key: value for key, value in schema.items() if key not in ("$ref", "allOf")})

    def _target(self, reference: str) -> Any:
        way = to_path(unquote(reference), self._schemas)
        assert way is not None, reference
        return at(self._schemas, way)


def _both(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    both = {**one, **other}
    if "properties" in one and "properties" in other:
        both["properties"] = {**one["properties"], **other["properties"]}
    if "required" in one and "required" in other:
        both["required"] = [*one["required"], *other["required"]]
    return both


def _kinds(one: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    """Return the types that a value may have, as they are written, or as constants have them."""
    said = one.get("type")
    if said is None and ("enum" in one or "const" in one):
        values = one.get("enum", [one.get("const")])
        if all(isinstance(value, str | None) for value in values):
            return sorted({"null" if value is None else "string" for value in values})
    if said is None:
        _fail(path, "has no type")
    return [said] if isinstance(said, str) else list(said)


def _string_facets(one: Mapping[str, Any], path: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    values = [one["const"]] if "const" in one else one.get("enum", [])
    texts = [value for value in values if isinstance(value, str)]
    if any(_NOT_IN_XML.search(text) for text in texts):
        _fail(path, "may be a text with a character that XML has not")
    if texts:
        return tuple(("enumeration", text) for text in texts)
    _ordered([one[key] for key in _LENGTHS if key in one], path)
    return tuple((key, str(_reachable(one[key]))) for key in _LENGTHS if key in one)


def _bounds(one: Mapping[str, Any], path: tuple[str, ...], *, integer: bool) -> tuple[tuple[str, str], ...]:
    """Return the bounds of a number; where there are two of one side, the first."""
    found = []
    for inclusive, facet, exclusive, other_facet in _BOUNDS:
        key, name = (inclusive, facet) if inclusive in one else (exclusive, other_facet)
        if key in one:
            bound = Decimal(str(one[key]))
            if not integer or bound == bound.to_integral_value():
                found.append((name, f"{bound.to_integral_value() if integer else bound:f}"))
    _ordered([Decimal(value) for _, value in found], path)
    return tuple(found)


def _reachable(length: float) -> int:
    """Return a length for XSD; validators refuse large ones, and beyond what a payload can have all are the same."""
    return min(int(length), LARGEST_BODY)


def _ordered(bounds: Sequence[Any], path: tuple[str, ...]) -> None:
    if list(bounds) != sorted(bounds):
        _fail(path, "has a lower bound above its upper one")


def _fail(path: tuple[str, ...], message: str) -> NoReturn:
    raise NotInXsd(to_text(path), message)
