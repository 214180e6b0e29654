"""A spec as resources of RabbitMQ's Messaging Topology Operator for Kubernetes.

The fields are those of its custom resource definitions, rabbitmq.com/v1beta1.
"""

from dataclasses import replace
from typing import Any

from edatool.render.exports.exported import Exported, ToExport, unsaid, unsaid_readers
from edatool.render.exports.kubernetes_names import resource_name
from edatool.render.exports.kubernetes_settings import administered, is_local
from edatool.render.exports.kubernetes_settings import notes as notes_on
from edatool.routing.topology import Arguments, Binding, Exchange, Policy, Queue, Topology
from edatool.spec.text.write import as_documents

Object = Exchange | Queue | Binding | Policy
Plain = dict[str, Any]


def kubernetes(wanted: ToExport) -> Exported:
    """Return a YAML document for each object that the spec makes."""
    spec = wanted.routes.spec
    exported = resources(wanted.routes.own, spec.name, wanted.vhost, wanted.cluster)
    return replace(exported, notes=(*exported.notes, *unsaid_readers("the operator", spec)))


def resources(topology: Topology, prefix: str, vhost: str, cluster: str) -> Exported:
    """Return a YAML document for each object; their names begin with ``prefix``, the name of the spec.

    ``cluster`` is the name of the RabbitmqCluster in the same namespace.
    """
    objects: list[Object] = [
        *topology.exchanges.values(),
        *topology.queues.values(),
        *topology.bindings.values(),
        *topology.policies.values(),
    ]
    settings = list(administered(topology.settings.values(), prefix, vhost))
    reference = {"rabbitmqClusterReference": {"name": cluster}}
    documents = [
        *(_resource(one.kind, resource_name(one.setting, prefix), {**one.fields, **reference}) for one in settings),
        *(
            _resource(type(one).__name__, resource_name(one, prefix), {**_fields(one), "vhost": vhost, **reference})
            for one in objects
        ),
    ]
    internal = [one.name for one in topology.exchanges.values() if one.internal]
    local = [one.name for one in topology.settings.values() if is_local(one)]
    notes = (
        *unsaid("the operator", "internal exchanges", internal, "they are exported as exchanges that take publishes"),
        *unsaid("the operator", "shovels of the protocol local", local, "they are left out; apply them with edatool"),
        *notes_on(settings, prefix),
    )
    return Exported(as_documents(iter(documents), opened=1) if documents else "", notes)


def _resource(kind: str, name: str, spec: Plain) -> Plain:
    return {"apiVersion": "rabbitmq.com/v1beta1", "kind": kind, "metadata": {"name": name}, "spec": spec}


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
