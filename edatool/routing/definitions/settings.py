"""Settings in RabbitMQ's definitions files, and from them.

Parameters and permissions are as RabbitMQ exports them for one vhost. It has no form for users and vhosts without
their secrets and names; those are under a key of our own, ``settings``, which its import ignores.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from edatool.routing.redaction import HIDDEN, redacted
from edatool.routing.settings import (
    COMPONENTS,
    ELSEWHERE,
    LIMIT,
    OPERATOR_POLICY,
    PERMISSION,
    TOPIC_PERMISSION,
    USER,
    VHOST,
    operator_policy,
    parameter,
    rights_of,
    tags_of,
    topic_permission,
)
from edatool.routing.topology import Policy, Setting

_OPERATOR_POLICY = "operator_policy"
_LIMITS = "vhost-limits"
_KINDS = {component: kind for kind, component in COMPONENTS.items()} | {_OPERATOR_POLICY: OPERATOR_POLICY}
OF_A_VHOST = ("description", "tags", "default_queue_type", "protected_from_deletion")
"""What a vhost says of itself, there or under ``metadata``, that a setting has."""
KNOWN_COMPONENTS = frozenset((*_KINDS, _LIMITS))
"""The components of parameters that are settings."""


def settings_in(definitions: Mapping[str, Any]) -> Iterator[Setting]:
    """Yield the settings in definitions that hold one vhost only, without the secrets in them."""
    for one in definitions.get("parameters", []):
        name, value, kind = one["name"], redacted(one["value"]), _KINDS.get(one["component"])
        if kind == OPERATOR_POLICY:
            scope = value.get("apply-to", "all"), value.get("priority", 0)
            yield operator_policy(Policy(name, value["pattern"], *scope, value["definition"]))
        elif kind:
            yield parameter(kind, name, value)
        elif one["component"] == _LIMITS:
            yield from (Setting(LIMIT, limit, {"value": most}) for limit, most in value.items())
    for one in definitions.get("permissions", []):
        yield Setting(PERMISSION, one["user"], rights_of(one))
    for one in definitions.get("topic_permissions", []):
        yield topic_permission(one["user"], one["exchange"], one)
    for one in definitions.get("settings", []):
        yield Setting(one["kind"], one["name"], one["value"])


def broker_wide(definitions: Mapping[str, Any], vhost: str) -> Iterator[Setting]:
    """Yield the vhost itself, the users that have permissions in it, and their permissions in other vhosts.

    Of a user's password only that there is one is told, with a hidden value. What a vhost says of itself and is empty
    is left out.
    """
    if "original_vhost_name" in definitions:  # RabbitMQ 4.x: the export of one vhost
        yield Setting(VHOST, "", _vhost(definitions))
    for one in definitions.get("vhosts", []):
        if one["name"] == vhost:
            yield Setting(VHOST, "", _vhost(one))
    rights = [(one.get("vhost", vhost), one) for one in definitions.get("permissions", [])]
    here = {one["user"] for where, one in rights if where == vhost}
    for one in definitions.get("users", []):
        if one["name"] in here:
            yield Setting(USER, one["name"], _user(one))
    for where, one in rights:
        if where != vhost and one["user"] in here:
            yield Setting(
                ELSEWHERE, f"{one['user']} in {where}", {"user": one["user"], "vhost": where, **rights_of(one)}
            )


def _vhost(one: Mapping[str, Any]) -> dict[str, Any]:
    metadata = one.get("metadata") or {}
    said = {key: one.get(key) or metadata.get(key) for key in OF_A_VHOST}
    said["tags"] = tags_of(said["tags"] or [])
    return {key: value for key, value in said.items() if value and value != "undefined"}


def _user(one: Mapping[str, Any]) -> dict[str, Any]:
    password = {"password": HIDDEN} if one.get("password_hash") or one.get("password") else {}
    limits = {"limits": one["limits"]} if one.get("limits") else {}
    return {"tags": tags_of(one["tags"]), **password, **limits}


def definitions_of_settings(settings: Iterable[Setting]) -> dict[str, list[dict[str, Any]]]:
    """Return settings under the keys of a definitions file; keys without anything are left out."""
    found: dict[str, list[dict[str, Any]]] = {}
    components = {kind: component for component, kind in _KINDS.items()}
    limits = {}
    for one in settings:
        value = dict(one.value)
        if one.kind in components:
            parameter = {"component": components[one.kind], "name": one.name, "value": value}
            found.setdefault("parameters", []).append(parameter)
        elif one.kind == LIMIT:
            limits[one.name] = value["value"]
        elif one.kind == PERMISSION:
            found.setdefault("permissions", []).append({"user": one.name, **value})
        elif one.kind == TOPIC_PERMISSION:
            found.setdefault("topic_permissions", []).append(value)
        else:
            found.setdefault("settings", []).append({"kind": one.kind, "name": one.name, "value": value})
    if limits:
        found.setdefault("parameters", []).append({"component": _LIMITS, "name": "limits", "value": limits})
    return found
