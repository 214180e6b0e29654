"""What comes in to the payload of an event: fields renamed, constants added."""

from collections.abc import Mapping
from typing import Any

from edatool.filters.content import MISSING, Content
from edatool.filters.paths import names_of
from edatool.frozen import frozen
from edatool.webhooks.paths import Names, read_path, value_at


@frozen
class PayloadMapping:
    """A mapping with its paths read: each field of the payload with where it comes from, and the constants."""

    fields: tuple[tuple[Names, Names], ...]
    constants: tuple[tuple[Names, Any], ...]


def compiled(fields: Mapping[str, str], constants: Mapping[str, Any]) -> PayloadMapping:
    """Read the paths of a mapping without errors: where each field comes from, and the constants."""
    paths = ((names_of(target), read_path(path)) for target, path in fields.items())
    return PayloadMapping(
        tuple((target, path) for target, path in paths if not isinstance(path, str)),
        tuple((names_of(target), value) for target, value in constants.items()),
    )


def mapped(mapping: PayloadMapping, content: Content) -> object:
    """Return the payload; a field of which nothing came is not in it. Without fields it is what came."""
    return filled({} if mapping.fields else content.data, mapping, content)


def filled(payload: object, mapping: PayloadMapping, content: Content) -> object:
    """Return a payload with what a mapping sets in it."""
    for target, path in mapping.fields:
        value = value_at(path, content)
        if value is not MISSING:
            payload = put(payload, target, value)
    for target, value in mapping.constants:
        payload = put(payload, target, value)
    return payload


def put(payload: object, names: Names, value: object) -> object:
    """Return a payload with a field set; what is no object on the way to it becomes one."""
    inside: Mapping[str, object] = payload if isinstance(payload, dict) else {}
    name, *below = names
    return {**inside, name: put(inside.get(name), tuple(below), value) if below else value}
