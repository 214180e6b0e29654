"""Payloads on which rules try what becomes of them."""

from collections.abc import Iterable, Iterator, Sequence

from edatool.contracts.contract import Contract
from edatool.contracts.fields import field_of
from edatool.webhooks.mapping import put

Names = tuple[str, ...]
_MADE_UP = {"string": "x", "number": 1, "integer": 1, "boolean": True, "array": [], "object": {}, "null": None}


def payloads(contract: Contract, paths: Sequence[Names]) -> Iterator[object]:
    """Yield payloads that keep a contract: its examples, and these without one of the fields at ``paths``.

    Where it has no examples one is made up, with these fields and all that are required.
    """
    required = contract.schema.get("required")
    asked = [(name,) for name in required if isinstance(name, str)] if isinstance(required, list) else []
    for payload in contract.examples or (made_up(contract, [*asked, *paths]),):
        each = (payload, *(_without(payload, path) for path in paths))
        yield from (one for one in each if contract.is_valid(one))


def made_up(contract: Contract, paths: Iterable[Names]) -> object:
    """Return a payload with a value for each field, of the type that the contract asks for."""
    payload: object = {}
    for path in paths:
        about = field_of(contract, path)
        kinds = sorted(about.types or ("string",))
        payload = put(payload, path, about.values[0] if about.values else _MADE_UP[kinds[0]])
    return payload


def _without(payload: object, path: Names) -> object:
    name, *below = path
    if not isinstance(payload, dict) or name not in payload:
        return payload
    if below:
        return {**payload, name: _without(payload[name], tuple(below))}
    return {key: value for key, value in payload.items() if key != name}
