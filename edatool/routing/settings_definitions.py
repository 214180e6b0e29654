"""Settings in RabbitMQ's definitions files, and from them.

Parameters and permissions are as RabbitMQ exports them for one vhost. It has no form for users and vhosts without
their secrets and names; those are under a key of our own, ``settings``, which its import ignores.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from edatool.routing.redaction import redacted
from edatool.routing.settings import (
    COMPONENTS,
    LIMIT,
    OPERATOR_POLICY,
    PERMISSION,
    TOPIC_PERMISSION,
    topic_permission,
)
from edatool.routing.topology import Setting

_OPERATOR_POLICY = "operator_policy"
_LIMITS = "vhost-limits"
_KINDS = {component: kind for kind, component in COMPONENTS.items()} | {_OPERATOR_POLICY: OPERATOR_POLICY}


def settings_in(definitions: Mapping[str, Any]) -> Iterator[Setting]:
    """Yield the settings in definitions that hold one vhost only, without the secrets in them."""
    for one in definitions.get("parameters", []):
        kind = _KINDS.get(one["component"])
        if kind:
            yield Setting(kind, one["name"], redacted(one["value"]))
        elif one["component"] == _LIMITS:
            yield from (Setting(LIMIT, name, {"value": value}) for name, value in one["value"].items())
    for one in definitions.get("permissions", []):
        yield Setting(PERMISSION, one["user"], {key: one[key] for key in ("configure", "write", "read")})
    for one in definitions.get("topic_permissions", []):
        yield topic_permission(one["user"], one["exchange"], one)
    for one in definitions.get("settings", []):
        yield Setting(one["kind"], one["name"], one["value"])


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
