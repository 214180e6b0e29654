"""A topology in the words of routes.yaml: the way back from what ``compile_spec`` makes."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from edatool.findings import Finding
from edatool.frozen import frozen
from edatool.routing.bindings import BUILT_IN
from edatool.routing.importing import bindings, queues
from edatool.routing.importing.administration import administration
from edatool.routing.importing.defaults import factored
from edatool.routing.importing.expressible import expressible, policy_value
from edatool.routing.topology import Exchange, Topology, collect
from edatool.spec.format import FORMAT_VERSION
from edatool.spec.rabbitmq.arguments import CLASSIC

_ASTRAY = "W402"
_ALTERNATE = "alternate-exchange"


@frozen
class Imported:
    """The plain value of a routes.yaml, the topology that it compiles to, and what has to be said of it.

    W401: an object that is left out, for the format cannot say it; W402: one that is taken as it is, and does not do
    what it seems to; W404: an environment variable that the file names, and that has to be set.
    """

    value: dict[str, Any]
    topology: Topology
    notes: tuple[Finding, ...]


def imported(there: Topology, name: str, vhost: str | None, importer: str | None = None) -> Imported:
    """Write a topology as the spec of this name; everything is sorted by name.

    ``importer`` is the user that imports, who is left out.
    """
    kept, notes = expressible(there)
    types = BUILT_IN | {one.name: one.routes_as for one in kept.exchanges.values()}
    ruled = administration(there, importer)
    untyped = ruled.sections.get("virtual_host", {}).get("default_queue_type", CLASSIC)
    defaults, declared = factored(queues.written(kept), untyped_is_classic=untyped == CLASSIC)
    sections: dict[str, Any] = {
        "defaults": {"queue": defaults} if defaults else {},
        "exchanges": {one.name: _exchange(one, kept) for one in kept.exchanges.values()},
        "queues": declared,
        "bindings": bindings.written(list(kept.bindings.values()), types),
        "policies": {one.name: policy_value(one) for one in kept.policies.values()},
        **ruled.sections,
    }
    value = {
        "edatool": FORMAT_VERSION,
        "name": name,
        **({} if vhost is None else {"vhost": vhost}),
        **{section: inside for section, inside in sections.items() if inside},
    }
    whole = replace(kept, settings=collect(ruled.settings).settings)
    return Imported(value, whole, (*notes, *_astray(kept), *ruled.notes))


def _exchange(one: Exchange, there: Topology) -> dict[str, Any]:
    alternate = one.arguments.get(_ALTERNATE)
    is_name = bool(alternate) and (alternate in there.exchanges or alternate in BUILT_IN)
    raw = {name: value for name, value in sorted(one.arguments.items()) if not (is_name and name == _ALTERNATE)}
    value = {
        "type": one.type,
        "alternate": alternate if is_name else None,
        "internal": one.internal or None,
        "durable": None if one.durable else False,
        "auto_delete": one.auto_delete or None,
        "arguments": raw or None,
    }
    return {key: inner for key, inner in value.items() if inner is not None}


def _astray(there: Topology) -> Iterator[Finding]:
    """Yield what is taken over as it is and leads nowhere."""
    for exchange in there.exchanges.values():
        alternate = exchange.arguments.get(_ALTERNATE)
        if alternate and alternate not in there.exchanges and alternate not in BUILT_IN:
            message = f"the alternate of exchange {exchange.name!r} is not there: declare the exchange {alternate!r}"
            yield Finding(_ASTRAY, message)
    for queue in there.queues.values():
        missing = queues.astray(queue.arguments, there)
        if missing:
            message = f"dead letters of queue {queue.name!r} are dropped, for {missing} is not there: declare it"
            yield Finding(_ASTRAY, message)
    for binding in there.bindings.values():
        if "undefined" in binding.arguments.values():
            message = f"an argument of the binding {binding} may have no value, which RabbitMQ lists as undefined"
            yield Finding(_ASTRAY, f"{message}: bind it anew with a value")
