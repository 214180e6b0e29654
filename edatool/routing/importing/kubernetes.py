"""Resources of RabbitMQ's Messaging Topology Operator for Kubernetes as definitions.

The fields are those of its custom resource definitions, rabbitmq.com/v1beta1.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from edatool.contracts.pointer import Path
from edatool.errors import WrongUsage
from edatool.findings import Position
from edatool.frozen import frozen
from edatool.routing.definitions.file import DefinitionsFile
from edatool.routing.importing.translation import Translation
from edatool.spec.text.text import read_all
from edatool.spec.yaml_document import YamlDocument

_WHAT = "file of Kubernetes resources"
_GROUP = "rabbitmq.com/"
_FLAGS = {"durable": "durable", "autoDelete": "auto_delete"}


@frozen
class _Kind:
    """A kind of resource: the section of definitions, the names there of its fields, and the operator's defaults."""

    section: str
    fields: Mapping[str, str]
    defaults: Mapping[str, Any]


_SAME = {"name": "name", "vhost": "vhost", "arguments": "arguments"}
_UNSAID = {"vhost": "/", "durable": False, "auto_delete": False}
_KINDS = {
    "Exchange": _Kind("exchanges", {**_SAME, **_FLAGS, "type": "type"}, {**_UNSAID, "type": "direct"}),
    "Queue": _Kind("queues", {**_SAME, **_FLAGS, "type": "type"}, _UNSAID),
    "Binding": _Kind(
        "bindings",
        {
            **{key: key for key in ("vhost", "source", "destination", "arguments")},
            "destinationType": "destination_type",
            "routingKey": "routing_key",
        },
        {"vhost": "/"},
    ),
    "Policy": _Kind(
        "policies",
        {**{key: key for key in ("name", "vhost", "pattern", "priority", "definition")}, "applyTo": "apply-to"},
        {"vhost": "/"},
    ),
    "Vhost": _Kind("vhosts", {"name": "name"}, {}),
}
_OF_THE_OPERATOR = ("rabbitmqClusterReference", "deletionPolicy", "deleteIfEmpty", "deleteIfUnused")
"""Fields that say what the operator is to do, and nothing of what is on the broker."""


def kubernetes(name: str, raw: bytes) -> DefinitionsFile:
    """Return what the resources of a YAML file declare, with those of other kinds as left out.

    Raises:
        WrongUsage: it is not YAML as others read it, holds nothing of RabbitMQ, or something of several clusters.
    """
    try:
        documents, wrong = read_all(raw.decode(), name)
    except UnicodeDecodeError:
        raise WrongUsage(f"{name} is not UTF-8: save it as UTF-8") from None
    if wrong:
        raise WrongUsage(f"{wrong[0].at}: {wrong[0].message}")
    translation, clusters = Translation(), set[str]()
    for resource, path in _resources(documents):
        if not isinstance(resource, dict):
            translation.leave_out("what is no resource", path)
        elif _add(translation, resource, path):
            clusters.add(_cluster(resource))
    if len(clusters) > 1:
        raise WrongUsage(f"{name} is of several clusters ({', '.join(sorted(clusters))}): make a file of each")

    def place(path: Path) -> Position:
        document = documents[int(path[0])] if path else YamlDocument(None)
        return document.where(path[1:]) or Position(name, 1, 1)

    return translation.done(name, _WHAT, place)


def _resources(documents: list[YamlDocument]) -> Iterator[tuple[object, Path]]:
    """Yield what should be resources, with the way to them; ``kubectl get`` writes several as the items of one."""
    for index, document in enumerate(documents):
        match document.value:
            case None:
                pass
            case {"kind": str(kind), "items": list(items)} if kind.endswith("List"):
                yield from ((one, (index, "items", number)) for number, one in enumerate(items))
            case resource:
                yield resource, (index,)


def _add(translation: Translation, resource: Mapping[str, Any], path: Path) -> bool:
    """Add a resource, and return whether it could be."""
    name, metadata = str(resource.get("kind")), resource.get("metadata")
    named = f"the {name} {metadata.get('name') if isinstance(metadata, dict) else None!r}"
    kind = _KINDS.get(name) if str(resource.get("apiVersion")).startswith(_GROUP) else None
    spec = resource.get("spec")
    if kind is None or not isinstance(spec, dict):
        translation.leave_out(named, path)
        return False
    said = {kind.fields[key]: value for key, value in spec.items() if key in kind.fields and value is not None}
    entry = {**kind.defaults, **said}
    if kind.section == "queues":
        entry = _typed(entry)
    if kind.section == "vhosts":
        # By it a queue without a type gets one.
        entry["metadata"] = {"default_queue_type": spec.get("defaultQueueType")}
    translation.add(kind.section, entry, path)
    for key in spec:
        if key not in kind.fields and key not in _OF_THE_OPERATOR:
            translation.leave_out(f"{key} of {named}", (*path, "spec", key))
    return True


def _typed(queue: dict[str, Any]) -> dict[str, Any]:
    """Return a queue with its type where RabbitMQ looks for it, among the arguments."""
    arguments = queue.get("arguments", {})
    if not (queue.get("type") and isinstance(arguments, dict)):
        return queue
    others = {key: value for key, value in queue.items() if key != "type"}
    return {**others, "arguments": {**arguments, "x-queue-type": queue["type"]}}


def _cluster(resource: Mapping[str, Any]) -> str:
    reference, metadata = resource["spec"].get("rabbitmqClusterReference"), resource.get("metadata")
    named, own = (one if isinstance(one, dict) else {} for one in (reference, metadata))
    namespace = named.get("namespace") or own.get("namespace") or "default"
    return f"{namespace}/{named.get('name') or named.get('connectionSecret')}"
