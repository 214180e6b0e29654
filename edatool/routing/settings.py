"""The kinds of settings: what of a vhost only the management API writes, besides policies.

A value has the fields of RabbitMQ's own JSON. Secrets in it are references (``spec.secret``), never secrets.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from edatool.routing.topology import Object, Policy, Setting, Topology
from edatool.spec.administration import PROTOCOLS
from edatool.spec.spec import Spec, User

VHOST = "vhost"
"""The vhost itself, with an empty name; its value has only what is to be compared."""
LIMIT = "vhost limit"
USER = "user"
PERMISSION = "permission"
"""By the name of the user."""
TOPIC_PERMISSION = "topic permission"
OPERATOR_POLICY = "operator policy"
UPSTREAM = "federation upstream"
SHOVEL = "shovel"
ELSEWHERE = "permission elsewhere"
"""A user's permission in another vhost: only ever read, to tell that the user is needed there."""

COMPONENTS = {UPSTREAM: "federation-upstream", SHOVEL: "shovel"}
"""The kinds that RabbitMQ keeps as parameters, with the name of the component."""

PLUGINS = {UPSTREAM: "rabbitmq_federation", SHOVEL: "rabbitmq_shovel"}
"""The plugins without which RabbitMQ does not have these kinds."""


def is_room(one: Object) -> bool:
    """Tell whether an object is a limit by which the vhost may have no room for the lock of apply."""
    return isinstance(one, Setting) and one.kind == LIMIT and one.name in ("max-queues", "max-connections")


def rights_of(one: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a permission allows, of one as RabbitMQ writes it."""
    return {key: one[key] for key in ("configure", "write", "read")}


def settings_of(spec: Spec) -> Iterator[Setting]:
    """Yield what a spec declares besides exchanges, queues, bindings and policies."""
    host = spec.virtual_host
    if host:
        tags = None if host.tags is None else sorted(host.tags)
        said = {
            "description": host.description,
            "tags": tags,
            "default_queue_type": host.default_queue_type,
            "protected_from_deletion": host.protected_from_deletion,
        }
        yield Setting(VHOST, "", {key: value for key, value in said.items() if value is not None})
        for name, limit in host.limits.items():
            yield Setting(LIMIT, name, {"value": limit})
    for user in spec.users.values():
        yield from _user(user)
    for one in spec.operator_policies.values():
        yield operator_policy(Policy(one.name, one.pattern, one.apply_to, one.priority, one.definition))
    for name, value in spec.federation_upstreams.items():
        yield Setting(UPSTREAM, name, value)
    for name, value in spec.shovels.items():
        yield Setting(SHOVEL, name, value)


def _user(one: User) -> Iterator[Setting]:
    yield Setting(USER, one.name, {"tags": sorted(one.tags)} | ({"password": one.password} if one.password else {}))
    if one.permissions is not None:
        yield Setting(PERMISSION, one.name, one.permissions)
    for exchange, allowed in one.topic_permissions.items():
        yield topic_permission(one.name, exchange, allowed)


def topic_permission(user: str, exchange: str, allowed: Mapping[str, str]) -> Setting:
    """Return what a user may write to and read from a topic exchange."""
    rights = {"write": allowed["write"], "read": allowed["read"]}
    return Setting(TOPIC_PERMISSION, f"{user} on {exchange}", {"user": user, "exchange": exchange, **rights})


def parameter(kind: str, name: str, value: Mapping[str, Any]) -> Setting:
    """Return a federation upstream or a shovel as RabbitMQ shows it; what it does not say has RabbitMQ's default."""
    return Setting(kind, name, {**(PROTOCOLS if kind == SHOVEL else {}), **value})


def tags_of(tags: list[str] | str) -> list[str]:
    """Return tags, sorted, from both forms in which RabbitMQ shows them."""
    listed = [tag.strip() for tag in tags.split(",")] if isinstance(tags, str) else tags
    return sorted(tag for tag in listed if tag)


def operator_policies(topology: Topology) -> dict[str, Policy]:
    """Return the operator policies among the settings of a topology, by name."""
    return {
        one.name: Policy(
            one.name, one.value["pattern"], one.value["apply-to"], one.value["priority"], one.value["definition"]
        )
        for one in topology.settings.values()
        if one.kind == OPERATOR_POLICY
    }


def operator_policy(one: Policy) -> Setting:
    """Return an operator policy."""
    fields = {"pattern": one.pattern, "apply-to": one.apply_to, "priority": one.priority}
    return Setting(OPERATOR_POLICY, one.name, {**fields, "definition": dict(one.definition)})
