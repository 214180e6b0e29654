"""A ledger in the form in which it lies on the broker, where others may have written it."""

import json
import reprlib
from collections.abc import Mapping
from dataclasses import asdict
from types import UnionType
from typing import Any, get_origin, get_type_hints

from edatool.change.ledger import Ledger, LedgerEntry
from edatool.change.replacing import replacement
from edatool.errors import EdatoolError, NeedsPerson
from edatool.routing.definitions import definitions
from edatool.routing.topology import (
    Binding,
    Exchange,
    Policy,
    Queue,
    Setting,
    Topology,
    describe,
    identity_of,
)
from edatool.spec.packed import pack, unpack

FORMAT_VERSION = 1
LARGEST = 256 * 2**20
"""The most bytes that a packed topology may unpack to."""


def to_json(ledger: Ledger) -> dict[str, Any]:
    """Return the ledger in the form in which it is kept; topologies are packed, for they are large."""
    return {
        "format_version": FORMAT_VERSION,
        "spec": ledger.spec,
        "vhost": ledger.vhost,
        "history": json.dumps([asdict(entry) for entry in ledger.history]),
        "objects": _packed(ledger.objects),
        "removed": _packed(ledger.removed),
        "replacing": json.dumps(ledger.replacing),
        "mark": ledger.mark,
    }


def from_json(value: Mapping[str, Any], parameter: str) -> Ledger:
    """Read a ledger that was found in a global parameter of that name; anybody may have written it.

    Raises:
        NeedsPerson: it is damaged, or of a later format.
    """
    name = f"the ledger of {value.get('spec')!r} in the vhost {value.get('vhost')!r}"
    version = value.get("format_version")
    if type(version) is int and version > FORMAT_VERSION:
        raise NeedsPerson(f"{name} was written by a later edatool: use that version")
    try:
        if type(version) is not int or version != FORMAT_VERSION:
            raise ValueError(f"there is no format {version!r}")
        objects = _unpacked(value["objects"])
        return Ledger(
            spec=str(value["spec"]),
            vhost=str(value["vhost"]),
            objects=objects,
            removed=_unpacked(value["removed"]),
            history=tuple(_well_typed(LedgerEntry(**entry)) for entry in json.loads(value["history"])),
            replacing=_records(json.loads(value["replacing"]), objects),
            mark=_mark(value.get("mark")),
        )
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError, EdatoolError) as error:
        raise damaged(name, parameter, error) from None


def damaged(name: str, parameter: str, reason: object) -> NeedsPerson:
    """Return the error about a ledger that cannot be read."""
    way_out = "then take the objects back with apply --adopt"
    return NeedsPerson(
        f"{name} cannot be read ({reason}): delete the global parameter {parameter!r} "
        f"(rabbitmqctl clear_global_parameter), {way_out}"
    )


def _packed(topology: Topology) -> str:
    text = json.dumps(definitions.definitions_of(topology), separators=(",", ":"))
    return pack(text)


def _unpacked(packed: str) -> Topology:
    found = definitions.topology_of(json.loads(unpack(packed, LARGEST)), "/")
    for one in found.objects:
        _well_typed(one)
    return found


def _records(found: Any, objects: Topology) -> Mapping[str, Mapping[str, Any]]:
    """Return the records of replacements; one that is not of an object of the ledger did not come from an apply."""
    ours = {identity_of(one) for one in objects.objects}
    for name, record in found.items():
        one = replacement.from_json(record)
        parts = (one.old, one.new, *one.before, *one.after)
        if (
            name != describe(one.new)
            or identity_of(one.old) != identity_of(one.new)
            or identity_of(one.new) not in ours
        ):
            raise ValueError(f"the replacement of {name!r} is not of what the ledger has")
        for part in parts:
            _well_typed(part)
    return dict(found)


def _mark(found: object) -> str | None:
    if not (found is None or isinstance(found, str)):
        raise ValueError(f"mark is {reprlib.repr(found)}")
    return found


def _kinds(of: type) -> list[tuple[str, Any]]:
    hints = get_type_hints(of)
    return [(name, hint if isinstance(hint, (type, UnionType)) else get_origin(hint)) for name, hint in hints.items()]


_KINDS = {of: _kinds(of) for of in (Exchange, Queue, Binding, Policy, Setting, LedgerEntry)}


def _well_typed(one: Any) -> Any:
    """Refuse an object or an entry whose fields are not of their types, as far as ``isinstance`` can tell."""
    for name, kind in _KINDS[type(one)]:
        found = getattr(one, name)
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            raise ValueError(f"{name} is {reprlib.repr(found)}")
    return one
