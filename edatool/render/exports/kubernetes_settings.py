"""Settings of a vhost as resources of the Messaging Topology Operator: what administrators declare.

Secrets are never in them: a resource names a Secret, which somebody has to make.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from edatool.findings import Finding
from edatool.frozen import frozen
from edatool.render.exports.exported import unsaid
from edatool.render.exports.kubernetes_names import resource_name, secret_name
from edatool.routing.settings import (
    LIMIT,
    OPERATOR_POLICY,
    PERMISSION,
    SHOVEL,
    TOPIC_PERMISSION,
    UPSTREAM,
    USER,
    VHOST,
)
from edatool.routing.topology import Setting, describe

Plain = dict[str, Any]

TO_MAKE = "W422"
_KINDS = {
    VHOST: "Vhost",
    USER: "User",
    PERMISSION: "Permission",
    TOPIC_PERMISSION: "TopicPermission",
    OPERATOR_POLICY: "OperatorPolicy",
    UPSTREAM: "Federation",
    SHOVEL: "Shovel",
}
_TAGS = ("management", "policymaker", "monitoring", "administrator")
_LIMITS = {"max-connections": "connections", "max-queues": "queues"}
_BOUNDED = ("queues", "classic_queues", "quorum_queues", "streams")
_KEYS = {
    UPSTREAM: (
        *("ack-mode", "expires", "message-ttl", "max-hops", "reconnect-delay", "trust-user-id", "exchange", "queue"),
        "prefetch-count",
    ),
    SHOVEL: (
        *("ack-mode", "prefetch-count", "reconnect-delay", "add-forward-headers", "delete-after"),
        *("src-protocol", "src-queue", "src-exchange", "src-exchange-key", "src-address", "src-consumer-args"),
        *("src-delete-after", "src-prefetch-count"),
        *("dest-protocol", "dest-queue", "dest-exchange", "dest-exchange-key", "dest-address", "dest-properties"),
        *("dest-publish-properties", "dest-application-properties", "dest-message-annotations"),
        *("dest-add-forward-headers", "dest-add-timestamp-header"),
    ),
}
"""RabbitMQ's names of what the operator has fields for."""
_FIELDS = {(UPSTREAM, "prefetch-count"): "prefetch-count", (UPSTREAM, "message-ttl"): "messageTTL"}
"""The fields that are not RabbitMQ's names in camel case."""
_URIS = {"uri": "uri", "src-uri": "srcUri", "dest-uri": "destUri"}


@frozen
class Administered:
    """One setting as a resource: its kind, its fields, what these leave out, and what its Secret has to hold."""

    setting: Setting
    kind: str
    fields: Plain
    left_out: tuple[str, ...] = ()
    secret: Mapping[str, str] | None = None


def is_local(one: Setting) -> bool:
    """Whether a setting is a shovel of the protocol local, which the operator does not take."""
    return one.kind == SHOVEL and "local" in (one.value.get("src-protocol"), one.value.get("dest-protocol"))


def administered(settings: Iterable[Setting], prefix: str, vhost: str) -> Iterator[Administered]:
    """Yield the resources of settings that can be ones; limits are part of the vhost."""
    settings = [one for one in settings if not is_local(one)]
    limits = {one.name: one.value["value"] for one in settings if one.kind == LIMIT}
    for one in settings:
        match one.kind:
            case "vhost":
                yield _vhost(one, vhost, limits)
            case "user":
                yield _user(one, prefix)
            case "permission" | "topic permission":
                yield _permission(one, prefix, vhost)
            case "operator policy":
                yield _operator_policy(one, vhost)
            case "federation upstream" | "shovel":
                yield _parameter(one, prefix, vhost)


def notes(resources: Iterable[Administered], prefix: str) -> Iterator[Finding]:
    """Yield what the operator has no words for (W421), and the Secrets that have to be made (W422)."""
    for one in resources:
        yield from unsaid("the operator", f"all of the {describe(one.setting)}", one.left_out, "apply it with edatool")
        if one.secret:
            keys = ", ".join(f"{key} ({what})" for key, what in one.secret.items())
            what = f"the Secret {secret_name(one.setting, prefix)!r} of the {describe(one.setting)}"
            yield Finding(TO_MAKE, f"{what} is not in the export: make it with the keys {keys}")


def _vhost(one: Setting, vhost: str, limits: Plain) -> Administered:
    tags, default = one.value.get("tags"), one.value.get("default_queue_type")
    fields = {
        "name": vhost,
        **({"tags": tags} if tags else {}),
        **({"defaultQueueType": default} if default else {}),
        **({"limits": {_LIMITS[name]: limit for name, limit in limits.items() if name in _LIMITS}} if limits else {}),
    }
    unknown = [key for key in ("description", "protected_from_deletion") if one.value.get(key)]
    return Administered(one, "Vhost", fields, (*unknown, *(name for name in limits if name not in _LIMITS)))


def _user(one: Setting, prefix: str) -> Administered:
    tags = one.value["tags"]
    known = [tag for tag in tags if tag in _TAGS]
    fields = {**({"tags": known} if known else {}), "importCredentialsSecret": {"name": secret_name(one, prefix)}}
    password = one.value.get("password")
    held = {"username": one.name} | (
        {"password": _from(password)} if password else {"passwordHash": "empty, for it has no password"}
    )
    return Administered(one, "User", fields, tuple(f"the tag {tag}" for tag in tags if tag not in _TAGS), held)


def _permission(one: Setting, prefix: str, vhost: str) -> Administered:
    user = Setting(USER, one.value.get("user", one.name))
    rights = {key: value for key, value in one.value.items() if key != "user"}
    fields = {"userReference": {"name": resource_name(user, prefix)}, "vhost": vhost, "permissions": rights}
    return Administered(one, _KINDS[one.kind], fields)


def _operator_policy(one: Setting, vhost: str) -> Administered:
    target = one.value["apply-to"]
    fields = {
        "name": one.name,
        "vhost": vhost,
        "pattern": one.value["pattern"],
        # RabbitMQ bounds nothing but queues.
        "applyTo": target if target in _BOUNDED else "queues",
        "priority": one.value["priority"],
        "definition": one.value["definition"],
    }
    return Administered(one, "OperatorPolicy", fields)


def _parameter(one: Setting, prefix: str, vhost: str) -> Administered:
    known = _KEYS[one.kind]
    fields = {
        _FIELDS.get((one.kind, key), _camel(key)): str(value) if key.endswith("delete-after") else value
        for key, value in one.value.items()
        if key in known
    }
    unknown = [key for key in one.value if key not in known and key not in _URIS]
    held = {_URIS[key]: _from(value) for key, value in one.value.items() if key in _URIS}
    whole = {"name": one.name, "vhost": vhost, "uriSecret": {"name": secret_name(one, prefix)}, **fields}
    return Administered(one, _KINDS[one.kind], whole, tuple(unknown), held)


def _camel(name: str) -> str:
    first, *others = name.split("-")
    return first + "".join(word.capitalize() for word in others)


def _from(value: Any) -> str:
    """Say where a secret, or a URI, is read from."""
    match value:
        case {"$env": str(name)}:
            return f"as in the environment variable {name}"
        case {"$file": str(path)}:
            return f"as in the file {path}"
        case list():
            return " and ".join(map(_from, value)) + ", with commas between"
        case _:
            return str(value)
