"""What outputs in JSON consist of, as JSON Schemas: beside each ``json.py`` a ``schema.py`` is made of these.

Keys that end in ``?`` may be missing. What is not named may come with later versions, so it is not forbidden.
"""

from collections.abc import Mapping

Schema = Mapping[str, object]
DRAFT = "https://json-schema.org/draft/2020-12/schema"


def output(about: str, version: int, fields: Mapping[str, Schema]) -> Schema:
    """Return the schema of an output: the version of its format, and its other keys."""
    number = {"const": version, "description": "the version of this format"}
    return {"$schema": DRAFT, **record(about, {"format_version": number, **fields})}


def record(about: str, fields: Mapping[str, Schema]) -> Schema:
    """Return the schema of an object with known keys."""
    return {
        "type": "object",
        "description": about,
        "properties": {key.removesuffix("?"): one for key, one in fields.items()},
        "required": [key for key in fields if not key.endswith("?")],
    }


def named(about: str, value: Schema | None = None) -> Schema:
    """Return the schema of an object whose keys are names of the user's choice."""
    return {"type": "object", "description": about, "additionalProperties": value or {}}


def each(about: str, item: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "description": about, "items": item}


def text(about: str) -> Schema:
    """Return the schema of a string."""
    return {"type": "string", "description": about}


def one_of(about: str, *words: str) -> Schema:
    """Return the schema of one of a few strings."""
    return {"type": "string", "description": about, "enum": list(words)}


def whole(about: str) -> Schema:
    """Return the schema of a whole number."""
    return {"type": "integer", "description": about}


def number(about: str) -> Schema:
    """Return the schema of a number."""
    return {"type": "number", "description": about}


def boolean(about: str) -> Schema:
    """Return the schema of true or false."""
    return {"type": "boolean", "description": about}


def anything(about: str) -> Schema:
    """Return the schema of any value."""
    return {"description": about}


def names(about: str) -> Schema:
    """Return the schema of a list of strings."""
    return each(about, {"type": "string"})


def or_null(schema: Schema) -> Schema:
    """Return a schema that allows null, too."""
    return {**schema, "type": [schema["type"], "null"]}
