"""Shapes as JSON Schema, for editors."""

from typing import assert_never

from edatool.spec.shape import (
    Boolean,
    Either,
    Integer,
    Json,
    ListOf,
    MapOf,
    OneOf,
    Quantity,
    Record,
    Scalar,
    Shape,
    Text,
    quantity_pattern,
)

_VARIABLE = {"type": "string", "pattern": r"\$\{"}


def json_schema(shape: Shape) -> dict[str, object]:
    """Return the JSON Schema (2020-12) of a shape; a variable may stand where a scalar of another type is expected."""
    match shape:
        case Text():
            return {"type": "string", "minLength": shape.least}
        case Integer():
            return _or_variable({"type": "integer", "minimum": shape.minimum, "maximum": shape.maximum})
        case Boolean():
            return _or_variable({"type": "boolean"})
        case OneOf():
            return _or_variable({"enum": list(shape.options)})
        case Quantity():
            bare = [{"type": "integer", "minimum": 0, "maximum": 2**63 - 1}] if shape.bare else []
            return _or_variable({"type": "string", "pattern": f"^{quantity_pattern(shape)}$"}, *bare)
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
