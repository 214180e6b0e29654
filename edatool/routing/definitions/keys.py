"""The keys of a definitions file's entries: what RabbitMQ takes for each, and what for one that is absent.

Measured on RabbitMQ 3.10.8, 4.0.5 and 4.3.6, which differ: what one of them takes is taken here, unless it makes
something else of it than what is written.
"""

from collections.abc import Callable, Mapping
from typing import Any

from edatool.frozen import frozen

REQUIRED: Any = object()
"""The default of a key that has to be there."""


@frozen
class Key:
    """A key of an entry: which values it takes, in words too, and what stands for it where it is absent."""

    takes: Callable[[Any], bool]
    like: str
    default: Any = REQUIRED
    null: bool = False
    """Whether null stands for the default."""
    secret: bool = False
    """Whether a wrong value may hold a secret, and is not repeated."""


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_table(value: Any) -> bool:
    """Whether RabbitMQ reads a value as a table; many writers write an empty one as a list."""
    return isinstance(value, dict) or value == []


def _is_tags(value: Any) -> bool:
    return _is_text(value) or (isinstance(value, list) and all(map(_is_text, value)))


def _one_of(*words: str) -> Callable[[Any], bool]:
    return lambda value: _is_text(value) and value in words


_TEXT = Key(_is_text, "a string")
TABLE = Key(is_table, "an object", {}, null=True)
_ANY = Key(lambda _: True, "any value", None)
_ON, _OFF = (Key(_is_flag, "true or false", default) for default in (True, False))
# RabbitMQ reads null as false here, and refuses it for queues. Before 4.3 it exports "undefined" for an exchange whose
# definitions left it out, and takes that again.
_OFF_OR_NULL = Key(lambda value: _is_flag(value) or value == "undefined", "true or false", default=False, null=True)
_TARGETS = ("all", "queues", "exchanges", "classic_queues", "quorum_queues", "streams")
_POLICY = {
    "pattern": _TEXT,
    "apply-to": Key(_one_of(*_TARGETS), ", ".join(_TARGETS[:-1]) + f" or {_TARGETS[-1]}", "all"),
    "priority": Key(_is_number, "a number", 0),
    "definition": Key(lambda value: isinstance(value, dict), "an object with settings"),
}

KEYS: Mapping[str, Mapping[str, Key]] = {
    "exchanges": {
        "name": _TEXT,
        "type": _TEXT,
        "durable": _ON,
        "auto_delete": _OFF_OR_NULL,
        "internal": _OFF_OR_NULL,
        "arguments": TABLE,
    },
    "queues": {
        "name": _TEXT,
        "durable": _ON,
        "auto_delete": _OFF,
        "type": _ANY,
        "exclusive": _ANY,
        "arguments": TABLE,
    },
    "bindings": {
        "source": _TEXT,
        "destination": _TEXT,
        "destination_type": Key(_one_of("queue", "exchange"), "queue or exchange"),
        "routing_key": Key(_is_text, "a string", "", null=True),
        "arguments": TABLE,
    },
    "policies": {"name": _TEXT, **_POLICY},
    "parameters": {"component": _TEXT, "name": _TEXT, "value": Key(lambda _: True, "a value")},
    "permissions": {"user": _TEXT, "configure": _TEXT, "write": _TEXT, "read": _TEXT},
    "topic_permissions": {"user": _TEXT, "exchange": _TEXT, "write": _TEXT, "read": _TEXT},
    "users": {
        "name": _TEXT,
        "tags": Key(_is_tags, "a string or a list of strings"),
        "administrator": _ANY,
        "password_hash": Key(_is_text, "a string", "", secret=True),
        "password": Key(_is_text, "a string", "", secret=True),
        "hashing_algorithm": _ANY,
        "limits": Key(lambda value: isinstance(value, dict), "an object", {}),
    },
    "vhosts": {
        "name": _TEXT,
        "description": _ANY,
        "tags": Key(_is_tags, "a string or a list of strings", [], null=True),
        "default_queue_type": _ANY,
        "metadata": TABLE,
        "limits": _ANY,
        "tracing": _ANY,
    },
    "settings": {"kind": _TEXT, "name": _TEXT, "value": TABLE},
}
VALUES: Mapping[str, Mapping[str, Key]] = {
    # Unlike policies, these have no default priority (measured).
    "operator_policy": {**_POLICY, "priority": Key(_is_number, "a number")},
    "vhost-limits": {},
    "federation-upstream": {},
    "shovel": {},
}
"""The keys in the value of a parameter that has to be an object, by component."""
