"""RabbitMQ's definitions files as topologies."""

from collections.abc import Mapping
from typing import Any

from edatool.errors import WrongUsage
from edatool.routing.topology import Binding, Exchange, Policy, Queue, Topology, topology


def topology_of(definitions: object, vhost: str) -> Topology:
    """Return one vhost of a definitions file (the export of a broker, or of one of its vhosts).

    An export of a single vhost does not name it: all of it counts.

    Raises:
        WrongUsage: it is no definitions file, or has no such vhost.
    """
    if not isinstance(definitions, dict) or not isinstance(definitions.get("queues"), list):
        raise WrongUsage("this is not a definitions file: export one with rabbitmqctl export_definitions")
    vhosts = {one.get("name") for one in definitions.get("vhosts", [])}
    if vhosts and vhost not in vhosts:
        raise WrongUsage(f"the definitions have no vhost {vhost!r}: name one of {', '.join(sorted(map(str, vhosts)))}")
    try:
        return topology(
            [exchange(one) for one in _of(definitions, "exchanges", vhost)],
            [queue(one) for one in _of(definitions, "queues", vhost)],
            [binding(one) for one in _of(definitions, "bindings", vhost)],
            [policy(one) for one in _of(definitions, "policies", vhost)],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise WrongUsage(f"an object of the definitions file is not as RabbitMQ writes it ({error})") from None


def exchange(one: Mapping[str, Any]) -> Exchange:
    """Return an exchange as the management API and definitions files write it."""
    # Definitions of RabbitMQ 4.3 say nothing of internal: they leave internal exchanges out.
    internal = one.get("internal", False)
    return Exchange(one["name"], one["type"], one["durable"], one["auto_delete"], internal, one["arguments"])


def queue(one: Mapping[str, Any]) -> Queue:
    """Return a queue as the management API and definitions files write it; its arguments always say its type."""
    arguments = {"x-queue-type": one.get("type", "classic"), **one["arguments"]}
    return Queue(one["name"], one["durable"], one["auto_delete"], bool(one.get("exclusive")), arguments)


def binding(one: Mapping[str, Any]) -> Binding:
    """Return a binding as the management API and definitions files write it."""
    to_exchange = one["destination_type"] == "exchange"
    return Binding(one["source"], one["destination"], to_exchange, one["routing_key"], one["arguments"])


def policy(one: Mapping[str, Any]) -> Policy:
    """Return a policy as the management API and definitions files write it."""
    return Policy(one["name"], one["pattern"], one["apply-to"], one["priority"], one["definition"])


def _of(definitions: Mapping[str, Any], kind: str, vhost: str) -> list[Mapping[str, Any]]:
    return [one for one in definitions.get(kind, []) if one.get("vhost", vhost) == vhost]
