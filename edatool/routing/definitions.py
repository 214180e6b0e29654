"""RabbitMQ's definitions files as topologies, and topologies as definitions files."""

from collections.abc import Mapping
from typing import Any

from edatool.errors import WrongUsage
from edatool.routing.settings_definitions import broker_wide, definitions_of_settings, settings_in
from edatool.routing.topology import Binding, Exchange, Policy, Queue, Topology, topology

MARK = "edatool.mark"
"""An exchange that edatool leaves in a vhost to know it again, and that belongs to no topology."""
_KINDS = ("exchanges", "queues", "bindings", "policies")
_WITH_SETTINGS = ("parameters", "permissions", "topic_permissions", "settings")


def topology_of(definitions: object, vhost: str, *, administration: bool = False) -> Topology:
    """Return one vhost of a definitions file (the export of a broker, or of one of its vhosts).

    An export of a single vhost has no list of vhosts, and not all of its objects name it: all of it counts.
    With ``administration`` the settings are with those of the whole broker that concern the vhost.

    Raises:
        WrongUsage: it is no definitions file, or has no such vhost.
    """
    if not isinstance(definitions, dict) or not isinstance(definitions.get("queues"), list):
        raise WrongUsage("this is not a definitions file: export one with rabbitmqctl export_definitions")
    vhosts = {one.get("name") for one in definitions.get("vhosts", [])}
    if vhosts and vhost not in vhosts:
        raise WrongUsage(f"the definitions have no vhost {vhost!r}: name one of {', '.join(sorted(map(str, vhosts)))}")
    only = not vhosts and len(vhosts_of(definitions)) < 2
    try:
        return topology(
            [exchange(one) for one in _of(definitions, "exchanges", vhost, everything=only) if one["name"] != MARK],
            [queue(one) for one in _of(definitions, "queues", vhost, everything=only)],
            [binding(one) for one in _of(definitions, "bindings", vhost, everything=only)],
            [policy(one) for one in _of(definitions, "policies", vhost, everything=only)],
            [
                *settings_in({key: _of(definitions, key, vhost, everything=only) for key in _WITH_SETTINGS}),
                *(broker_wide(definitions, vhost) if administration else ()),
            ],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise WrongUsage(f"an object of the definitions file is not as RabbitMQ writes it ({error})") from None


def vhosts_of(definitions: object) -> list[str]:
    """Return the vhosts that a definitions file has objects of; none where it does not name its only one."""
    if not isinstance(definitions, dict):
        return []
    if "original_vhost_name" in definitions:  # RabbitMQ 4.x: the export of one vhost
        return [str(definitions["original_vhost_name"])]
    objects = [one for kind in _KINDS for one in definitions.get(kind, []) if isinstance(one, dict)]
    return sorted({str(one["vhost"]) for one in objects if "vhost" in one})


def parameter_names(definitions: Mapping[str, Any], vhost: str) -> list[str]:
    """Return component and name of the parameters of a vhost; their values may hold credentials."""
    return sorted(f"{one['component']} {one['name']}" for one in _of(definitions, "parameters", vhost))


def definitions_of(topology: Topology, vhost: str | None = None) -> dict[str, list[dict[str, Any]]]:
    """Return a topology in the form of an export of one vhost, which RabbitMQ imports into any vhost.

    With ``vhost`` every object names it, so that ``rabbitmqctl import_definitions`` takes it too.
    """
    of = {} if vhost is None else {"vhost": vhost}
    return {
        "exchanges": [of | _exchange_fields(one) for one in topology.exchanges.values()],
        "queues": [of | _queue_fields(one) for one in topology.queues.values()],
        "bindings": [of | _binding_fields(one) for one in topology.bindings.values()],
        "policies": [of | policy_fields(one) for one in topology.policies.values()],
        **definitions_of_settings(topology.settings.values()),
    }


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


def _exchange_fields(one: Exchange) -> dict[str, Any]:
    return {
        "name": one.name,
        "type": one.type,
        "durable": one.durable,
        "auto_delete": one.auto_delete,
        "internal": one.internal,
        "arguments": dict(one.arguments),
    }


def _queue_fields(one: Queue) -> dict[str, Any]:
    return {
        "name": one.name,
        "type": one.type,
        "durable": one.durable,
        "auto_delete": one.auto_delete,
        "arguments": dict(one.arguments),
    }


def _binding_fields(one: Binding) -> dict[str, Any]:
    return {
        "source": one.source,
        "destination": one.destination,
        "destination_type": "exchange" if one.to_exchange else "queue",
        "routing_key": one.key,
        "arguments": dict(one.arguments),
    }


def policy_fields(one: Policy) -> dict[str, Any]:
    """Return a policy as the management API and definitions files write it."""
    return {
        "name": one.name,
        "pattern": one.pattern,
        "apply-to": one.apply_to,
        "priority": one.priority,
        "definition": dict(one.definition),
    }


def _of(definitions: Mapping[str, Any], kind: str, vhost: str, *, everything: bool = False) -> list[Mapping[str, Any]]:
    return [one for one in definitions.get(kind, []) if everything or one.get("vhost", vhost) == vhost]
