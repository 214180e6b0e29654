"""What the simulator in the page needs of a spec, as JSON."""

import json
from collections.abc import Iterable
from typing import Any

from edatool.contracts.contract import Contract
from edatool.render.trace.labels import label
from edatool.routes import Routes
from edatool.routing.exchange_types.headers_rule import rule
from edatool.routing.exchange_types.x_consistent_hash import weight
from edatool.routing.lowering import stamps
from edatool.routing.lowering.stamping import FEW, Destination, Stamping
from edatool.routing.router import Router
from edatool.routing.topology import Binding
from edatool.routing.version import NEWEST
from edatool.site.simulator.filters import filter_data
from edatool.spec.spec import Event

Data = dict[str, Any]


def simulator_data(routes: Routes) -> Data:
    """Return what the simulator has to know of a spec without errors; values whose type counts are JSON texts in it."""
    spec, readers = routes.spec, routes.spec.readers
    return {
        **topology_data(routes.router),
        "readers": [[name, readers[name]] for name in routes.topology.queues if readers.get(name)],
        "events": [_event(one, routes.contracts.get(one.schema or "")) for one in spec.events.values()],
        "stamps": stamping_data(routes.stamps) if routes.stamps else None,
    }


def topology_data(router: Router) -> Data:
    """Return what a topology consists of, with the policies applied."""
    exchanges = [
        {
            "name": name,
            "type": one.exchange.type,
            "routes_as": one.exchange.routes_as,
            "internal": one.exchange.internal,
            "alternate": one.alternate,
        }
        for name, one in router.sources.items()
    ]
    return {
        "newest": NEWEST,
        "exchanges": exchanges,
        "queues": [{"name": name} for name in router.topology.queues],
        "bindings": _bindings(router, router.topology.bindings.values()),
        "doubts": router.doubts,
    }


def stamping_data(stamping: Stamping) -> Data:
    """Return the filters that publishers evaluate, with the bindings by which messages come to them."""
    number = {one: place for place, one in enumerate(dict.fromkeys(each.filter for each in stamping.filtering.stamped))}
    return {
        "mark": stamping.mark,
        "few": FEW,
        "filters": [filter_data(one) for one in number],
        "ways": [
            {"filter": number[one.filter], "destination": _destination(stamping, one.destination)}
            for one in stamping.filtering.stamped
        ],
        "bindings": _bindings(stamping.router, [binding for binding, _ in stamping.ways]),
    }


def _destination(stamping: Stamping, destination: Destination) -> Data:
    name, to_exchange = destination
    stamp = stamps.stamp(stamping.filtering.digest, name, to_exchange=to_exchange)
    return {"name": name, "to_exchange": to_exchange, "stamp": stamp}


def _event(event: Event, contract: Contract | None) -> Data:
    example = json.dumps(contract.examples[0], ensure_ascii=False, indent=2) if contract and contract.examples else None
    return {
        "name": event.name,
        "exchange": event.exchange,
        "key": [part if isinstance(part, str) else part.names for part in event.key.parts],
        "headers": [[name, path.names] for name, path in event.headers.items()],
        "example": example,
    }


def _bindings(router: Router, bindings: Iterable[Binding]) -> list[Data]:
    return [_binding(router, one) for one in bindings]


def _binding(router: Router, one: Binding) -> Data:
    source = router.sources.get(one.source)
    own = rule(one.arguments) if source and source.type.reads_headers else None
    is_stamp = one.source.startswith("edatool.") and one.key.startswith(stamps.OWN)
    return {
        "source": one.source,
        "destination": one.destination,
        "to_exchange": one.to_exchange,
        "key": one.key,
        "label": label(one),
        "any": bool(own and own.any),
        "wanted": [[name, json.dumps(value)] for name, value in own.wanted] if own else [],
        "weight": weight(one) if source and source.exchange.routes_as == "x-consistent-hash" else 1,
        "why_no_stamp": stamps.why_not(one.key) if is_stamp else None,
    }
