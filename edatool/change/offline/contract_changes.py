"""The files of contracts that a change adds, changes and removes."""

import os.path
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.spec.same_json import same_json

Kind = Literal["added", "changed", "removed"]


@frozen
class ContractChange:
    """A file of contracts that differs in more than its layout, and the ``events`` whose contracts it is part of.

    ``added``, ``removed`` and ``changed`` are what differs in it, by paths: ``customer.tier.enum``.
    """

    file: str
    kind: Kind
    events: tuple[str, ...]
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


@frozen
class _SchemaFile:
    schema: object
    events: tuple[str, ...]


def contract_changes(before: Routes | None, now: Routes) -> tuple[ContractChange, ...]:
    """Compare all files that contracts reach, by their names relative to the spec."""
    old, new = _files(before) if before else {}, _files(now)
    return tuple(one for file in sorted({*old, *new}) if (one := _change(file, old.get(file), new.get(file))))


def _files(routes: Routes) -> dict[str, _SchemaFile]:
    root = Path(routes.spec.root).resolve()
    schemas: dict[str, object] = {}
    events: dict[str, list[str]] = {}
    for event in routes.spec.events.values():
        contract = routes.contracts.get(event.schema or "")
        for uri, document in contract.reached.documents.items() if contract else ():
            name = os.path.relpath(unquote(urlsplit(uri).path), root).replace(os.sep, "/")
            schemas[name] = document.schema
            events.setdefault(name, []).append(event.name)
    return {name: _SchemaFile(schema, tuple(events[name])) for name, schema in schemas.items()}


def _change(file: str, old: _SchemaFile | None, new: _SchemaFile | None) -> ContractChange | None:
    if old and new:
        found: dict[Kind, dict[str, None]] = {"added": {}, "changed": {}, "removed": {}}
        for kind, path in _differences(old.schema, new.schema):
            found[kind][_said(path)] = None
        if not any(found.values()):
            return None
        return ContractChange(file, "changed", new.events, *(tuple(found[kind]) for kind in _ORDER))
    if new:
        return ContractChange(file, "added", new.events)
    return ContractChange(file, "removed", old.events) if old else None


_ORDER: tuple[Kind, ...] = ("added", "removed", "changed")


def _differences(before: object, after: object) -> Iterator[tuple[Kind, tuple[str, ...]]]:
    """Yield what differs between two values of JSON, by the paths of what only one of them has, or has otherwise."""
    waiting: list[tuple[tuple[str, ...], object, object]] = [] if same_json(before, after) else [((), before, after)]
    while waiting:
        path, old, new = waiting.pop()
        if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
            if not same_json(old, new):
                yield "changed", path
            continue
        yield from (("removed", (*path, key)) for key in old if key not in new)
        yield from (("added", (*path, key)) for key in new if key not in old)
        waiting += [((*path, key), one, new[key]) for key, one in reversed(list(old.items())) if key in new]


def _said(path: tuple[str, ...]) -> str:
    """Return a path by the names of fields: ``properties`` between them goes without saying."""
    words: list[str] = []
    skipped = False
    for one in path:
        skipped = one == "properties" and not skipped
        words += [] if skipped else [one]
    return ".".join(words) or "all of it"
