"""The settings that policies and operator policies of RabbitMQ take.

One setting that a RabbitMQ does not know makes it refuse the whole policy. Measured on RabbitMQ 3.10.8, 4.0.5 and
4.3.6; what changed between these is dated by the release notes.
"""

from collections.abc import Mapping

from edatool.frozen import frozen
from edatool.spec.rabbitmq.argument import Argument
from edatool.spec.rabbitmq.arguments import CLASSIC, KNOWN, QUEUE_TYPES, QUORUM, argument_history, setting_named
from edatool.spec.rabbitmq.history import (
    ALWAYS_REFUSED,
    ALWAYS_TAKEN,
    OLDEST,
    REFUSED,
    TAKEN,
    History,
    Version,
    since,
    until,
    verdict_at,
)

EXCHANGES = "exchanges"
APPLY_TO: Mapping[str, frozenset[str]] = {
    "all": frozenset((EXCHANGES, *QUEUE_TYPES)),
    EXCHANGES: frozenset((EXCHANGES,)),
    "queues": frozenset(QUEUE_TYPES),
    "classic_queues": frozenset((CLASSIC,)),
    "quorum_queues": frozenset((QUORUM,)),
    "streams": frozenset(("stream",)),
}
"""What a policy applies to: exchanges, and types of queues."""
BY_TYPE = since((3, 12))
"""Policies for the queues of one type."""

_MIRRORING = "use quorum queues, for classic queues are no longer mirrored"
_MIRRORED = until((4, 0))
_BOUNDED_MIRRORING: History = ((OLDEST, REFUSED), ((3, 11, 15), TAKEN), ((4, 0), REFUSED))


@frozen
class PolicySetting:
    """What RabbitMQ makes of a setting in a policy and in an operator policy, and what it has an effect on.

    ``kinds`` is None where the queues' argument of the same name tells. ``plugin`` has to be enabled for it.
    ``instead`` says what to do where it is not taken.
    """

    policy: History = ALWAYS_TAKEN
    operator: History = ALWAYS_REFUSED
    kinds: frozenset[str] | None = None
    plugin: str | None = None
    instead: str = "remove it"


def _of_argument(one: Argument, policy: History) -> PolicySetting:
    # Where only single values went, that says nothing of the setting.
    instead = (one.changed and one.instead) or "remove it"
    return PolicySetting(policy, one.operator, instead=instead)


def _of_plugin(plugin: str, kinds: str) -> PolicySetting:
    return PolicySetting(kinds=frozenset(kinds.split()), plugin=plugin)


def _mirroring(operator: History = ALWAYS_REFUSED) -> PolicySetting:
    return PolicySetting(_MIRRORED, operator, frozenset((CLASSIC,)), instead=_MIRRORING)


POLICY_SETTINGS: Mapping[str, PolicySetting] = {
    **{name.removeprefix("x-"): _of_argument(one, one.policy) for name, one in KNOWN.items() if one.policy},
    "alternate-exchange": PolicySetting(kinds=frozenset((EXCHANGES,))),
    "target-group-size": PolicySetting(since((3, 13)), since((3, 13)), frozenset((QUORUM,))),
    "ha-mode": _mirroring(_BOUNDED_MIRRORING),
    "ha-params": _mirroring(_BOUNDED_MIRRORING),
    "ha-sync-mode": _mirroring(_BOUNDED_MIRRORING),
    "ha-sync-batch-size": _mirroring(),
    "ha-promote-on-shutdown": _mirroring(),
    "ha-promote-on-failure": _mirroring(),
    "federation-upstream": _of_plugin("rabbitmq_federation", "exchanges classic quorum"),
    "federation-upstream-set": _of_plugin("rabbitmq_federation", "exchanges classic quorum"),
    "federation-upstream-pattern": _of_plugin("rabbitmq_federation", "exchanges classic quorum"),
    "shards-per-node": _of_plugin("rabbitmq_sharding", "exchanges"),
    "routing-key": _of_plugin("rabbitmq_sharding", "exchanges"),
}
"""All settings that RabbitMQ and the plugins that come with it take, by name."""


def setting_history(name: str, value: object, *, operator: bool) -> History:
    """Return what the versions make of a setting of a policy or of an operator policy."""
    argument = setting_named(name)
    if argument and isinstance(value, int) and value in argument.changed_in_policies:
        return argument.changed_in_policies[value]
    return POLICY_SETTINGS[name].operator if operator else POLICY_SETTINGS[name].policy


def kinds_of(name: str, version: Version) -> frozenset[str]:
    """Return what a version lets a setting have an effect on: exchanges, and types of queues."""
    kinds = POLICY_SETTINGS[name].kinds
    if kinds is not None:
        return kinds
    histories = {kind: argument_history(f"x-{name}", kind) for kind in QUEUE_TYPES}
    return frozenset(kind for kind, history in histories.items() if verdict_at(history, version) is TAKEN)


def spelled_in_policies(name: str) -> str | None:
    """Return the name in policies of what is written like an argument, ``max-length`` of ``x-max-length``."""
    plain = name.removeprefix("x-").replace("_", "-")
    return plain if plain != name and plain in POLICY_SETTINGS else None


def is_argument_alone(name: str) -> bool:
    """Tell whether queues have this as an argument, and no policy of any RabbitMQ takes it."""
    plain = name.removeprefix("x-").replace("_", "-")
    return plain not in POLICY_SETTINGS and f"x-{plain}" in KNOWN
