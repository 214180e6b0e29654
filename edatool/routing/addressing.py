"""An event and its payload to what the broker routes by: exchange, routing key and headers."""

from collections.abc import Callable, Mapping
from functools import reduce
from operator import getitem
from typing import Any

from edatool.contracts.pointer import to_text
from edatool.contracts.violation import Violation
from edatool.routing.message import Headers, Message
from edatool.spec.short_string import SHORT_STRING_BYTES, is_short
from edatool.spec.spec import Event
from edatool.spec.template import FieldPath, Template

ABSENT = object()
"""What stands for a field that a payload does not have."""
_get: Any = getitem

Addressed = tuple[str, Headers]
"""A routing key and headers."""


def address(event: Event, payload: object) -> Message | list[Violation]:
    """Return how an event with this payload is published, or everything that keeps it from being so.

    The routing key is built from the payload, and payload fields are promoted to headers. A field in the key must
    be one word, and a promoted one a string, a whole number of 64 bits or a boolean (others have no header type
    that all clients agree on). A promoted field that is missing or null gives no header; one that lies in a list
    is refused, as the header would not tell of which element it is.
    """
    key = _key(event.key, payload)
    headers = _headers(event.headers, payload)
    if isinstance(key, Violation) or isinstance(headers, Violation):
        return [one for one in (key, headers) if isinstance(one, Violation)]
    return Message(event.exchange, key, headers)


def addressing(event: Event) -> Callable[[object], Addressed | list[Violation]]:
    """Return what ``address`` does for one event, compiled: several times as fast for payloads that fit."""
    parts = [part if isinstance(part, str) else part.names for part in event.key.parts]
    promoted = [(name, path.names) for name, path in event.headers.items()]

    def quickly(payload: object) -> Addressed | list[Violation]:
        try:
            key = "".join([part if type(part) is str else _quick_word(reduce(_get, part, payload)) for part in parts])
            headers = {name: _quick_header(reduce(_get, names, payload)) for name, names in promoted}
        except (KeyError, TypeError):
            # A field that is missing or of another type than most: the long way knows what that means.
            return _slowly(event, payload)
        # Characters of UTF-8 take four bytes at most.
        return (key, headers) if len(key) * 4 <= SHORT_STRING_BYTES else _slowly(event, payload)

    return quickly


def _slowly(event: Event, payload: object) -> Addressed | list[Violation]:
    message = address(event, payload)
    return message if isinstance(message, list) else (message.key, message.headers)


def _quick_word(value: Any) -> str:
    if type(value) is str and value and "." not in value:
        return value
    if type(value) is int:
        return str(value)
    raise TypeError


def _quick_header(value: Any) -> str | int:
    kind = type(value)
    if kind is str or kind is bool or (kind is int and -(2**63) <= value < 2**63):
        return value  # type: ignore[no-any-return]
    raise TypeError


def _key(template: Template, payload: object) -> str | Violation:
    words = []
    for part in template.parts:
        word = part if isinstance(part, str) else _word(part, payload)
        if isinstance(word, Violation):
            return word
        words.append(word)
    key = "".join(words)
    if not is_short(key):
        return Violation("", f"the routing key would be over {SHORT_STRING_BYTES} bytes: {key[:40]!r}...")
    return key


def _word(path: FieldPath, payload: object) -> str | Violation:
    value = value_of(path, payload)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str) and value and "." not in value:
        return value
    if value is ABSENT:
        return Violation(to_text(path.names), "the routing key needs this field, and it is missing")
    return Violation(to_text(path.names), f"the routing key needs one word without dots here, not {_brief(value)}")


def _headers(promoted: Mapping[str, FieldPath], payload: object) -> dict[str, str | int | bool] | Violation:
    headers: dict[str, str | int | bool] = {}
    for name, path in promoted.items():
        value = value_of(path, payload)
        if isinstance(value, (str, bool)) or (isinstance(value, int) and -(2**63) <= value < 2**63):
            headers[name] = value
        elif value is ABSENT and (around := _list_on_the_way(path, payload)) is not None:
            message = f"the header {name!r} is promoted from a field in here, and this is a list"
            return Violation(to_text(around), message)
        elif value is not ABSENT and value is not None:
            message = f"the header {name!r} takes a string, a whole number of 64 bits or a boolean, not {_brief(value)}"
            return Violation(to_text(path.names), message)
    return headers


def value_of(path: FieldPath, payload: object) -> object:
    """Return a field of a payload, ``ABSENT`` where it has none."""
    value = payload
    for name in path.names:
        if not isinstance(value, dict) or name not in value:
            return ABSENT
        value = value[name]
    return value


def _list_on_the_way(path: FieldPath, payload: object) -> tuple[str, ...] | None:
    """Return the path of the list around a field, None where there is none."""
    value = payload
    for depth, name in enumerate(path.names):
        if isinstance(value, (list, tuple)):
            return path.names[:depth]
        if not isinstance(value, dict) or name not in value:
            return None
        value = value[name]
    return None


def _brief(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."
