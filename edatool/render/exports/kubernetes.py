"""A topology as resources of RabbitMQ's Messaging Topology Operator for Kubernetes.

The fields are those of its custom resource definitions, rabbitmq.com/v1beta1.
"""

import hashlib
import re
from typing import Any

from edatool.render.exports.exported import Exported, unsaid
from edatool.routing.topology import Arguments, Binding, Exchange, Policy, Queue, Topology
from edatool.spec.write import as_documents

Object = Exchange | Queue | Binding | Policy
Plain = dict[str, Any]

_LONGEST = 253
"""The most characters that a resource's name has (RFC 1123, as Kubernetes reads it)."""

_TARGETS = ("all", "queues", "classic_queues", "quorum_queues", "exchanges")


def kubernetes(topology: Topology, prefix: str, vhost: str, cluster: str) -> Exported:
    """Return a YAML document for each object; their names begin with ``prefix``, the name of the spec.

    ``cluster`` is the name of the RabbitmqCluster in the same namespace.
    """
    objects: list[Object] = [
        *topology.exchanges.values(),
        *topology.queues.values(),
        *topology.bindings.values(),
        *(one for one in topology.policies.values() if one.apply_to in _TARGETS),
    ]
    in_cluster = {"vhost": vhost, "rabbitmqClusterReference": {"name": cluster}}
    documents = (_resource(one, prefix, in_cluster) for one in objects)
    internal = [one.name for one in topology.exchanges.values() if one.internal]
    streams = [one.name for one in topology.policies.values() if one.apply_to not in _TARGETS]
    notes = (
        *unsaid("the operator", "internal exchanges", internal, "they are exported as exchanges that take publishes"),
        *unsaid("the operator", "policies for streams alone", streams, "they are left out; apply them to queues"),
    )
    return Exported(as_documents(documents, opened=1) if objects else "", notes)


def _resource(one: Object, prefix: str, in_cluster: Plain) -> Plain:
    return {
        "apiVersion": "rabbitmq.com/v1beta1",
        "kind": type(one).__name__,
        "metadata": {"name": resource_name(one, prefix)},
        "spec": {**_fields(one), **in_cluster},
    }


def resource_name(one: Object, prefix: str) -> str:
    """Return the name of an object's resource: its own where that is a DNS name, else with a hash behind it.

    Resources of different kinds may have one name.
    """
    name = f"{prefix}-{one.source}-{one.destination}-{one.key}" if isinstance(one, Binding) else f"{prefix}-{one.name}"
    dns_name = _dns_name(name)
    if dns_name == name and len(name) <= _LONGEST and not isinstance(one, Binding):
        return name
    identity = repr((prefix, one.identity if isinstance(one, Binding) else one.name))
    digest = hashlib.sha256(identity.encode()).hexdigest()[:10]
    short = dns_name[: _LONGEST - len(digest) - 1].rstrip("-.")
    return f"{short}-{digest}" if short else digest


def _dns_name(text: str) -> str:
    labels = re.sub(r"[^a-z0-9.]+", "-", text.lower()).split(".")
    return ".".join(stripped for label in labels if (stripped := label.strip("-")))


def _arguments(arguments: Arguments) -> Plain:
    return {"arguments": dict(arguments)} if arguments else {}


def _fields(one: Object) -> Plain:
    match one:
        case Exchange():
            return {
                "name": one.name,
                "type": one.type,
                "durable": one.durable,
                "autoDelete": one.auto_delete,
                **_arguments(one.arguments),
            }
        case Queue():
            others = {name: value for name, value in one.arguments.items() if name != "x-queue-type"}
            return {
                "name": one.name,
                "type": one.type,
                "durable": one.durable,
                "autoDelete": one.auto_delete,
                **_arguments(others),
            }
        case Binding():
            return {
                "source": one.source,
                "destination": one.destination,
                "destinationType": "exchange" if one.to_exchange else "queue",
                "routingKey": one.key,
                **_arguments(one.arguments),
            }
        case Policy():
            return {
                "name": one.name,
                "pattern": one.pattern,
                "applyTo": one.apply_to,
                "priority": one.priority,
                "definition": dict(one.definition),
            }
