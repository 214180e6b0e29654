"""What a RabbitMQ refuses or ignores of policies and operator policies."""

from collections.abc import Iterator

from edatool.routing.acceptance.objection import Objection, Part, Server, judged, without_plugin
from edatool.routing.topology import Object, Policy
from edatool.spec.nearest import nearest
from edatool.spec.rabbitmq.arguments import setting_named
from edatool.spec.rabbitmq.history import DEPENDS, IGNORED, REFUSED, Version, is_ever_refused
from edatool.spec.rabbitmq.policy_settings import (
    APPLY_TO,
    BY_TYPE,
    POLICY_SETTINGS,
    is_argument_alone,
    kinds_of,
    setting_history,
    spelled_in_policies,
)

_TOLD_APART: tuple[Version, ...] = ((3, 10), (3, 12), (3, 13), (4, 0), (4, 3))
"""The versions with which it changed what settings have an effect on."""


def policy(one: Policy, shown: Object, server: Server, *, operator: bool) -> Iterator[Objection]:
    """Yield what a server refuses or ignores of a policy, about the object ``shown``."""
    where = "an operator policy" if operator else "a policy"
    if one.apply_to not in ("all", "exchanges", "queues"):
        words = f"{where} for {_named(one.apply_to)} alone"
        yield from judged(Part(shown, "apply-to", words, "apply it to queues"), BY_TYPE, server)
    for name, value in one.definition.items():
        if name not in POLICY_SETTINGS:
            yield _unknown(name, shown, where)
            continue
        known = POLICY_SETTINGS[name]
        history = setting_history(name, value, operator=operator)
        instead = "write it in a policy" if operator and is_ever_refused(history) else known.instead
        part = Part(shown, name, f"{name} in {where}", instead)
        found = list(judged(part, history, server))
        if not found and known.plugin:
            found = list(without_plugin(part, known.plugin, server))
        yield from found or _without_effect(name, one.apply_to, shown, server)


def plugin_of(setting: str) -> str | None:
    """Return the plugin that has a setting of policies, None where RabbitMQ itself has it, or nobody."""
    known = POLICY_SETTINGS.get(setting)
    return known.plugin if known else None


def _unknown(name: str, shown: Object, where: str) -> Objection:
    what = f"RabbitMQ refuses {name} in {where}"
    if is_argument_alone(name):
        return Objection(
            shown, name, REFUSED, f"{what}: it is an argument of queues, so write it in the queue itself", ever=True
        )
    plain = spelled_in_policies(name)
    if plain:
        return Objection(shown, name, REFUSED, f"{what}: policies spell it {plain}", ever=True)
    near = nearest(name.replace("_", "-"), POLICY_SETTINGS)
    way_out = f"did you mean {near}?" if near else "remove it"
    return Objection(shown, name, DEPENDS, f"{what}, unless a plugin knows it: {way_out}", ever=True)


def _without_effect(name: str, apply_to: str, shown: Object, server: Server) -> Iterator[Objection]:
    kinds = APPLY_TO[apply_to]
    if not kinds & kinds_of(name, server.version):
        ever = not any(kinds & kinds_of(name, version) for version in _TOLD_APART)
        who, what = ("RabbitMQ" if ever else server.name), "" if apply_to == "all" else f" for {_named(apply_to)}"
        known = setting_named(name)
        instead = (known and known.instead) or "remove it, or apply the policy to what has it"
        yield Objection(shown, name, IGNORED, f"{who} ignores {name}{what}: {instead}", ever)


def _named(apply_to: str) -> str:
    return apply_to.replace("_", " ")
