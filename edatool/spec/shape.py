"""What a value of the format may look like: checked here, and told to editors as JSON Schema.

Both come from the same shapes, so what ``edatool validate`` allows and what an editor completes cannot differ.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from edatool.findings import Finding
from edatool.spec.text import Document, Path

_VARIABLE = {"type": "string", "pattern": r"\$\{"}


@dataclass(frozen=True, slots=True)
class Text:
    """A string of at least ``least`` characters; ``like`` says in words what it is."""

    like: str = "a string"
    least: int = 1


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number within its bounds."""

    minimum: int = 0
    maximum: int = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Boolean:
    """True or false."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few values."""

    options: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with a unit, ``5s`` or ``10MiB``; a bare whole number too where ``bare`` says what it counts."""

    units: tuple[str, ...]
    like: str
    bare: str | None = None


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string, a whole number or a boolean: what AMQP arguments and headers are made of here."""


@dataclass(frozen=True, slots=True)
class Json:
    """Any JSON value."""


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of one kind of item, with at least ``least`` of them."""

    item: "Shape"
    least: int = 0


@dataclass(frozen=True, slots=True)
class MapOf:
    """A mapping from names of the user's choice to one kind of value."""

    value: "Shape"
    least: int = 0


@dataclass(frozen=True, slots=True)
class Field:
    """A key of a record: its value's shape, what it is for, and whether it must be there."""

    shape: "Shape"
    about: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with known keys. ``none_is_empty``: nothing after the colon means all defaults.

    Of the keys of each group in ``exactly_one`` one must be there; of those in ``at_most_one`` one may.
    """

    fields: Mapping[str, Field]
    none_is_empty: bool = False
    exactly_one: tuple[tuple[str, ...], ...] = ()
    at_most_one: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """One of several shapes of different JSON types; ``like`` says them in words."""

    options: tuple["Shape", ...]
    like: str


Shape = Text | Integer | Boolean | Choice | Quantity | Scalar | Json | ListOf | MapOf | Record | Either
_DROPPED = object()


@dataclass(frozen=True, slots=True)
class Checked:
    """What is left of a value when all that is wrong was taken out, and what was wrong."""

    value: object
    findings: list[Finding]


def check(document: Document, shape: Shape) -> Checked:
    """Compare a document with a shape and return all that differs, each with its place and a way out."""
    findings: list[Finding] = []
    value = _Check(document, findings).value(document.value, shape, ())
    return Checked({} if value is _DROPPED else value, findings)


@dataclass(frozen=True, slots=True)
class _Check:
    document: Document
    findings: list[Finding]

    def value(self, value: object, shape: Shape, path: Path) -> object:
        if isinstance(shape, Record):
            return self.record(value, shape, path)
        if isinstance(shape, MapOf):
            return self.mapping(value, shape, path)
        if isinstance(shape, ListOf):
            return self.list(value, shape, path)
        if isinstance(shape, Either):
            for option in shape.options:
                if _same_kind(value, option):
                    return self.value(value, option, path)
            return self.wrong(path, f"{expected(shape)} is needed, not {shown(value)}")
        return value if accepts(shape, value) else self.wrong(path, f"{expected(shape)} is needed, not {shown(value)}")

    def record(self, value: object, shape: Record, path: Path) -> object:
        if value is None and shape.none_is_empty:
            value = {}
        if not isinstance(value, dict):
            return self.wrong(path, f"a mapping is needed, not {shown(value)}")
        kept = {}
        for key, inner in value.items():
            if key in shape.fields:
                kept[key] = self.value(inner, shape.fields[key].shape, (*path, key))
            else:
                self.unknown(key, shape, path)
        for sentence in _missing(value, shape):
            self.findings.append(Finding("E102", sentence, self.document.where_key(path)))
        return {key: inner for key, inner in kept.items() if inner is not _DROPPED}

    def mapping(self, value: object, shape: MapOf, path: Path) -> object:
        if not isinstance(value, dict):
            return self.wrong(path, f"a mapping is needed, not {shown(value)}")
        if len(value) < shape.least:
            return self.wrong(path, "this mapping is empty: write at least one entry")
        kept = {}
        for key, inner in value.items():
            if key == "":
                self.findings.append(
                    Finding("E103", "a name is empty: give it one", self.document.where_key((*path, key)))
                )
            kept[key] = self.value(inner, shape.value, (*path, key))
        return {key: inner for key, inner in kept.items() if inner is not _DROPPED}

    def list(self, value: object, shape: ListOf, path: Path) -> object:
        if not isinstance(value, list):
            return self.wrong(path, f"a list is needed, not {shown(value)}")
        if len(value) < shape.least:
            return self.wrong(path, "this list is empty: write at least one item")
        # An item that is wrong keeps its number, so that what is said of later ones points at them.
        kept = [self.value(item, shape.item, (*path, index)) for index, item in enumerate(value)]
        return [None if item is _DROPPED else item for item in kept]

    def unknown(self, key: str, shape: Record, path: Path) -> None:
        near = difflib.get_close_matches(key, shape.fields, 1)
        way_out = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(shape.fields)}"
        self.findings.append(Finding("E101", f"unknown key {key!r}: {way_out}", self.document.where_key((*path, key))))

    def wrong(self, path: Path, sentence: str) -> object:
        name = next((part for part in reversed(path) if isinstance(part, str)), None)
        prefix = f"{name}: " if name else ""
        self.findings.append(Finding("E103", prefix + sentence, self.document.where(path)))
        return _DROPPED


def _missing(value: Mapping[str, object], shape: Record) -> Iterator[str]:
    for key, field in shape.fields.items():
        if field.required and key not in value:
            yield f"the key {key!r} is missing: {field.about}"
    for group in (*shape.exactly_one, *shape.at_most_one):
        present = [key for key in group if key in value]
        if len(present) > 1:
            yield f"{_listed(present, 'and')} exclude each other: keep one"
        elif not present and group in shape.exactly_one:
            yield f"one of {_listed(group, 'or')} is needed"


def _same_kind(value: object, shape: Shape) -> bool:
    if isinstance(shape, (Record, MapOf)):
        return isinstance(value, dict)
    if isinstance(shape, ListOf):
        return isinstance(value, list)
    return accepts(shape, value)


def accepts(shape: Shape, value: object) -> bool:
    """Whether a scalar shape allows a value; shapes of containers are not asked."""
    match shape:
        case Text():
            return isinstance(value, str) and len(value) >= shape.least
        case Integer():
            return isinstance(value, int) and not isinstance(value, bool) and shape.minimum <= value <= shape.maximum
        case Boolean():
            return isinstance(value, bool)
        case Choice():
            return any(type(value) is type(option) and value == option for option in shape.options)
        case Quantity():
            if isinstance(value, int):
                return bool(shape.bare) and not isinstance(value, bool) and 0 <= value < 2**63
            return isinstance(value, str) and re.fullmatch(_quantity_pattern(shape), value) is not None
        case Scalar():
            return isinstance(value, (str, bool)) or (isinstance(value, int) and -(2**63) <= value < 2**63)
        case Json():
            return True
        case _:
            return False


def expected(shape: Shape) -> str:
    """Say in words what a shape wants: the first half of «... is needed»."""
    match shape:
        case Text():
            return shape.like
        case Integer():
            bounded = shape.maximum < 2**63 - 1
            return (
                f"a whole number from {shape.minimum} to {shape.maximum}"
                if bounded
                else f"a whole number of at least {shape.minimum}"
            )
        case Boolean():
            return "true or false"
        case Choice():
            return _listed([str(option) for option in shape.options], "or")
        case Quantity():
            return f"{shape.like} ({', '.join(shape.units)}{', or ' + shape.bare if shape.bare else ''})"
        case Scalar():
            return "a string, a whole number, true or false"
        case Json():
            return "any value"
        case ListOf():
            return "a list"
        case MapOf() | Record():
            return "a mapping"
        case Either():
            return shape.like
        case _:
            assert_never(shape)


def shown(value: object) -> str:
    """Name a wrong value briefly, as the user wrote it."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def json_schema(shape: Shape) -> dict[str, object]:
    """Return the JSON Schema (2020-12) of a shape; a variable may stand where a scalar of another type is expected."""
    match shape:
        case Text():
            return {"type": "string", "minLength": shape.least}
        case Integer():
            return _or_variable({"type": "integer", "minimum": shape.minimum, "maximum": shape.maximum})
        case Boolean():
            return _or_variable({"type": "boolean"})
        case Choice():
            return _or_variable({"enum": list(shape.options)})
        case Quantity():
            bare = [{"type": "integer", "minimum": 0, "maximum": 2**63 - 1}] if shape.bare else []
            return _or_variable({"type": "string", "pattern": f"^{_quantity_pattern(shape)}$"}, *bare)
        case Scalar():
            whole = {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1}
            return {"anyOf": [{"type": ["string", "boolean"]}, whole]}
        case Json():
            return {}
        case ListOf():
            return {"type": "array", "items": json_schema(shape.item), "minItems": shape.least}
        case MapOf():
            names = {"propertyNames": {"minLength": 1}}
            return {
                "type": "object",
                "additionalProperties": json_schema(shape.value),
                "minProperties": shape.least,
                **names,
            }
        case Record():
            return _record_schema(shape)
        case Either():
            return {"anyOf": [json_schema(option) for option in shape.options]}
        case _:
            assert_never(shape)


def _record_schema(shape: Record) -> dict[str, object]:
    properties = {key: {"description": field.about, **json_schema(field.shape)} for key, field in shape.fields.items()}
    schema: dict[str, object] = {
        "type": ["object", "null"] if shape.none_is_empty else "object",
        "properties": properties,
        "additionalProperties": False,
        "required": [key for key, field in shape.fields.items() if field.required],
    }
    one = [{"oneOf": [{"required": [key]} for key in group]} for group in shape.exactly_one]
    several = [
        {"not": {"required": [first, second]}}
        for group in shape.at_most_one
        for index, first in enumerate(group)
        for second in group[index + 1 :]
    ]
    return {**schema, "allOf": one + several} if one or several else schema


def _or_variable(*schemas: dict[str, object]) -> dict[str, object]:
    return {"anyOf": [*schemas, _VARIABLE]}


def _quantity_pattern(shape: Quantity) -> str:
    return f"[0-9]{{1,15}}({'|'.join(shape.units)})"


def _listed(words: "tuple[str, ...] | list[str]", last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
