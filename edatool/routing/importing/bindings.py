"""Bindings as routes.yaml has them: what differs in the key alone is one."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from edatool.routing.exchange_types.exchange_type import ExchangeType
from edatool.routing.exchange_types.types import type_named
from edatool.routing.topology import Arguments, Binding

Plain = dict[str, Any]


def written(bindings: Sequence[Binding], types: Mapping[str, str]) -> list[Plain]:
    """Return bindings sorted by exchange and destination; ``types`` are those of all exchanges, by name."""
    groups: dict[tuple[str, bool, str, str], list[Binding]] = {}
    for one in sorted(bindings, key=lambda one: one.identity):
        arguments = json.dumps(one.arguments, sort_keys=True)
        groups.setdefault((one.source, one.to_exchange, one.destination, arguments), []).append(one)
    return [_written(group, type_named(types[source])) for (source, *_), group in sorted(groups.items())]


def _written(group: Sequence[Binding], exchange_type: ExchangeType) -> Plain:
    first, keys = group[0], [one.key for one in group]
    value: Plain = {"to_exchange" if first.to_exchange else "queue": first.destination, "exchange": first.source}
    if len(keys) > 1:
        value["keys"] = keys
    elif keys[0] or exchange_type.matches_key:
        value["key"] = keys[0]
    if first.arguments:
        value["headers" if exchange_type.reads_headers else "arguments"] = _in_order(first.arguments)
    return value


def _in_order(arguments: Arguments) -> Plain:
    """Sort arguments by name, but begin with what says how to match the others."""
    return dict(sorted(arguments.items(), key=lambda one: (one[0] != "x-match", one[0])))
