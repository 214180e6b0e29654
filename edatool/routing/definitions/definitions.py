"""RabbitMQ's definitions files as topologies, and topologies as definitions files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from edatool.counted import few_sentences
from edatool.errors import WrongUsage
from edatool.frozen import frozen
from edatool.routing.definitions.entries import IGNORED, Entry, Remark, entries, named
from edatool.routing.definitions.keys import KEYS
from edatool.routing.definitions.settings import broker_wide, definitions_of_settings, settings_in
from edatool.routing.definitions.vhosts import ALONE, belonging, default_queue_type, homeless
from edatool.routing.topology import MARK, Binding, Exchange, Policy, Queue, Topology, topology
from edatool.spec.rabbitmq.arguments import CLASSIC, QUEUE_TYPES

_ACCESS = ("permissions", "topic_permissions")
_OF_THE_BROKER = ("users", "vhosts")
_MOST_NAMED = 10
_NO_DEFINITIONS = "this is not a definitions file: export one with rabbitmqctl export_definitions"


@frozen
class VhostDefinitions:
    """What a definitions file says of one vhost, without what RabbitMQ refuses, and what else has to be said of it."""

    topology: Topology
    refused: tuple[Remark, ...]
    remarks: tuple[Remark, ...]


def topology_of(definitions: object, vhost: str, *, administration: bool = False) -> Topology:
    """Return one vhost of an export, be it RabbitMQ's or ours; it has a list of queues, as all of them.

    Raises:
        WrongUsage: these are no definitions, or something in them is damaged, or they have no such vhost.
    """
    if not isinstance(definitions, dict) or not isinstance(definitions.get("queues"), list):
        raise WrongUsage(_NO_DEFINITIONS)
    taken = _read(definitions, vhost, access=True, administration=administration)
    refuse([one.message for one in taken.refused])
    return taken.topology


def refuse(wrong: Sequence[str], what: str = "definitions file") -> None:
    """Refuse a file, of definitions or what they were made of, in which something is wrong.

    Raises:
        WrongUsage: something is.
    """
    if wrong:
        raise WrongUsage(f"RabbitMQ would refuse the {what}: {few_sentences(wrong, _MOST_NAMED)}")


def as_definitions(value: object) -> Entry:
    """Return a value of JSON that has something of a definitions file, of which no section has to be there.

    Raises:
        WrongUsage: it has nothing of one.
    """
    if not isinstance(value, dict) or not value.keys() & {*KEYS, "global_parameters", "rabbit_version", ALONE}:
        raise WrongUsage(_NO_DEFINITIONS)
    return value


def take(definitions: Entry, vhost: str, *, access: bool, administration: bool) -> VhostDefinitions:
    """Return one vhost of a definitions file: the export of a broker, or of one of its vhosts, or written by hand.

    An export of a single vhost has no list of vhosts, and not all of its objects name it: all of it counts.
    Without ``access`` nobody's permissions are read. With ``administration`` the settings are with those of the whole
    broker that concern the vhost.

    Raises:
        WrongUsage: the definitions have no such vhost.
    """
    taken = _read(definitions, vhost, access=access, administration=administration)
    empty = (
        f"the policy {one.name!r} has no settings" for one in taken.topology.policies.values() if not one.definition
    )
    return replace(taken, refused=(*taken.refused, *(Remark(None, what, ("policies",)) for what in empty)))


def _read(definitions: Entry, vhost: str, *, access: bool, administration: bool) -> VhostDefinitions:
    remarks = list(homeless(definitions))
    belongs, default = belonging(definitions, vhost), default_queue_type(definitions, vhost)
    skipped = _OF_THE_BROKER if access else (*_OF_THE_BROKER, *_ACCESS)
    read = {key: entries(definitions, key, belongs, remarks) for key in KEYS if key not in skipped}
    settings = [*settings_in(read)]
    if administration:
        wide = {key: entries(definitions, key, _every, remarks) for key in (*_OF_THE_BROKER, "permissions")}
        settings += broker_wide({**definitions, **wide}, vhost)
    found = topology(
        [exchange(one) for one in read["exchanges"] if not is_built_in(one["name"])],
        [_queue(one, default) for one in read["queues"]],
        [binding(one) for one in read["bindings"] if one["source"]],
        [policy(one) for one in read["policies"]],
        settings,
    )
    remarks += (remark for one in read["queues"] for remark in _other_type(one, default))
    remarks += (_never_bound(one) for one in read["bindings"] if not one["source"] and not _is_implied(one))
    every = dict.fromkeys(remarks)
    refused = tuple(one for one in every if one.code is None)
    return VhostDefinitions(found, refused, tuple(one for one in every if one.code))


def _every(_: Entry) -> bool:
    return True


def is_built_in(exchange: str) -> bool:
    """Whether an exchange is one that RabbitMQ makes itself, a name that it keeps for such, or our mark."""
    return exchange in ("", MARK) or exchange.startswith("amq.")


def _is_implied(binding: Entry) -> bool:
    """Whether the default exchange has this binding by itself."""
    return bool(binding["destination_type"] == "queue" and binding["destination"] == binding["routing_key"])


def _never_bound(binding: Entry) -> Remark:
    message = f"RabbitMQ ignores {named('bindings', binding)}, for nothing is bound to the default exchange: remove it"
    return Remark(IGNORED, message, ("bindings",))


def _queue(one: Entry, default: str) -> Queue:
    """Return a queue of a definitions file, which is nobody's own, whatever the file says."""
    arguments = one["arguments"]
    if "x-queue-type" not in arguments:
        said = one["type"] if one["type"] in QUEUE_TYPES else _given_type(one, default)
        arguments = {"x-queue-type": said, **arguments}
    return Queue(one["name"], one["durable"], one["auto_delete"], arguments=arguments)


def _given_type(one: Entry, default: str) -> str:
    """Return the type that RabbitMQ would import a queue with; it never looks at the key ``type`` (measured)."""
    lasting = one["durable"] and not one["auto_delete"] and one.get("exclusive") is not True
    return str(one["arguments"].get("x-queue-type", default if lasting else CLASSIC))


def _other_type(one: Entry, default: str) -> Iterator[Remark]:
    given = _given_type(one, default)
    if one["type"] in QUEUE_TYPES and one["type"] != given:
        what = f"{named('queues', one)} has the type {one['type']}, and RabbitMQ would import it as {given}"
        yield Remark(IGNORED, f"{what}: write the one that you mean as the argument x-queue-type", ("queues",))
    if one.get("exclusive") is True:
        what = f"RabbitMQ ignores that {named('queues', one)} is exclusive"
        yield Remark(IGNORED, f"{what}: leave it out, unless all may use it", ("queues",))


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
    # Definitions of RabbitMQ 4.3 say nothing of internal: they leave internal exchanges out. And RabbitMQ keeps what it
    # was given for both flags, undefined and null too, and acts on true only.
    auto_delete, internal = one["auto_delete"] is True, one.get("internal") is True
    return Exchange(one["name"], one["type"], one["durable"], auto_delete, internal, one["arguments"])


def queue(one: Mapping[str, Any]) -> Queue:
    """Return a queue as the management API and definitions files write it; its arguments always say its type."""
    arguments = {"x-queue-type": one.get("type", "classic"), **one["arguments"]}
    return Queue(one["name"], one["durable"], one["auto_delete"], bool(one.get("exclusive")), arguments)


def binding(one: Mapping[str, Any]) -> Binding:
    """Return a binding as the management API and definitions files write it."""
    to_exchange = one["destination_type"] == "exchange"
    # RabbitMQ keeps and lists a key that was null; it matches nothing but what an empty one does.
    return Binding(one["source"], one["destination"], to_exchange, one["routing_key"] or "", one["arguments"])


def policy(one: Mapping[str, Any]) -> Policy:
    """Return a policy as the management API and definitions files write it."""
    priority = one["priority"]
    whole = int(priority) if isinstance(priority, float) and priority.is_integer() else priority
    return Policy(one["name"], one["pattern"], one["apply-to"], whole, one["definition"])


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
