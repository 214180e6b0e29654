"""What is printed in JSON, compared with what its schema promises."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import jsonschema_rs

from edatool.render.schemas import OUTPUTS, schema_of


def closed(schema: Any) -> Any:
    """Return a schema that forbids what it does not name."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    below = {key: closed(one) for key, one in schema.items()}
    return {**below, "additionalProperties": False} if isinstance(below.get("properties"), dict) else below


def broken_promises(name: str, value: object) -> list[str]:
    """Return how a value differs from what the schema of an output says; also a key more."""
    return [str(error) for error in _validator(name).iter_errors(value)]


def broken_by_command(arguments: Sequence[str], out: str) -> list[str]:
    """Return the same of what a command printed, nothing where that is no JSON."""
    name = _output_of(arguments)
    if name is None or "json" not in arguments or not out.startswith("{"):
        return []
    return [error for value in _values(out) for error in broken_promises(_promised(name, value), value)]


def _promised(name: str, value: object) -> str:
    """Return whose promise it is: a command that wrong files keep from working prints what validate does."""
    return "validate" if isinstance(value, dict) and "findings" in value and "ignored" in value else name


@cache
def _validator(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(closed(schema_of(name)))


def _output_of(arguments: Sequence[str]) -> str | None:
    words = [one for one in arguments if not one.startswith("-")]
    if words[:1] == ["publish"]:
        return "publish-dry-run" if "--dry-run" in arguments else "publish"
    begun = "-".join(words)
    return next((name for name in OUTPUTS if f"{begun}-".startswith(f"{name}-")), None)


def _values(out: str) -> Iterator[object]:
    """Yield the one value, or that of each line."""
    try:
        yield json.loads(out)
    except ValueError:
        for line in out.splitlines():
            yield json.loads(line)
