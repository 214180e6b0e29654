"""How the filters of a spec are carried out, for people and for programs."""

import json
from collections.abc import Iterator

from edatool.routing.lowering.lowering import Filtering, Pushed, Stamped
from edatool.spec.spec import SpecBinding


def lines(found: Filtering) -> Iterator[str]:
    """Yield lines to be read; nothing where there are no filters."""
    if found.pushed or found.stamped:
        yield "Filters:"
    for pushed in found.pushed:
        yield f"    {_named(pushed.binding)}: by keys and headers alone"
    for stamped in found.stamped:
        yield f"    {_named(stamped.binding)}: by edatool's publishers; for others keep `edatool router` running"


def fields(found: Filtering) -> list[dict[str, object]]:
    """Return what JSON tells."""
    return [*map(_fields, found.pushed), *map(_fields, found.stamped)]


def _fields(one: Pushed | Stamped) -> dict[str, object]:
    binding = one.binding
    return {
        "filter": binding.filter,
        "destination": binding.destination,
        "destination_kind": "exchange" if binding.to_exchange else "queue",
        "carried_out": "by bindings" if isinstance(one, Pushed) else "by stamps",
    }


def _named(one: SpecBinding) -> str:
    condition = one.filter if isinstance(one.filter, str) else json.dumps(one.filter, ensure_ascii=False)
    source = one.exchange or ", ".join(one.events)
    kind = "exchange" if one.to_exchange else "queue"
    return f"{condition} of {source} to {kind} {one.destination}"
