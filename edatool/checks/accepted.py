"""A spec with what the RabbitMQ that it is for does not take of it."""

from collections.abc import Iterator

from edatool.checks.queue_places import place_of
from edatool.checks.subject import Subject
from edatool.frozen import frozen
from edatool.routing.acceptance.objection import Objection, Server
from edatool.routing.acceptance.objections import objections
from edatool.routing.compile import exchange_of, policy_of, queue_of
from edatool.routing.settings import OPERATOR_POLICY, SHOVEL, UPSTREAM, VHOST, settings_of
from edatool.routing.topology import Binding, Object, Policy, Queue, Setting
from edatool.routing.version import NEWEST
from edatool.spec.rabbitmq.history import Acceptance
from edatool.spec.spec import Spec
from edatool.spec.yaml_document import Path

_SECTIONS = {
    VHOST: "virtual_host",
    OPERATOR_POLICY: "operator_policies",
    UPSTREAM: "federation_upstreams",
    SHOVEL: "shovels",
}
_NEWEST = Server(f"RabbitMQ {NEWEST[0]}.{NEWEST[1]}", NEWEST)


@frozen
class Accepted:
    """A subject, and each objection with the path in the spec that it is about.

    Where the subject names no server, they are those of the newest RabbitMQ.
    """

    subject: Subject
    objections: tuple[tuple[Objection, Path], ...]

    def those(self, verdict: Acceptance, *, ever: bool) -> Iterator[tuple[Objection, Path]]:
        """Yield the objections of a kind: those of all versions, or those of this one only."""
        return (each for each in self.objections if each[0].verdict is verdict and each[0].ever is ever)


def accepted(subject: Subject) -> Accepted:
    """Return what a RabbitMQ does not take of a spec, which may have errors."""
    placed = list(_written(subject))
    paths = {id(one): path for one, path in placed}
    others = [exchange_of(one) for one in subject.spec.exchanges.values() if one.external]
    found = objections([one for one, _ in placed], subject.server or _NEWEST, others)
    return Accepted(subject, tuple((one, _place(subject.spec, one, paths[id(one.object)])) for one in found))


def _written(subject: Subject) -> Iterator[tuple[Object, Path]]:
    """Yield what a spec declares for RabbitMQ itself, with its path; what is generated is good for every version."""
    spec = subject.spec
    for exchange in spec.exchanges.values():
        if not exchange.external:
            yield exchange_of(exchange), ("exchanges", exchange.name)
    for queue in spec.queues.values():
        if not queue.external:
            yield queue_of(queue), ("queues", queue.name)
    for binding in spec.bindings:
        for index, key in enumerate(binding.keys if binding.exchange else ()):
            yield Binding(binding.exchange or "", binding.destination, key=key), subject.key_path(binding, index)
    for policy in spec.policies.values():
        yield policy_of(policy), ("policies", policy.name)
    for setting in settings_of(spec):
        if setting.kind in _SECTIONS:
            yield setting, (_SECTIONS[setting.kind], *([setting.name] if setting.name else ()))


def _place(spec: Spec, one: Objection, entry: Path) -> Path:
    """Return where the part of an objection stands, of an object with this entry."""
    match one.object:
        case Queue(name=name) if one.part.startswith("x-"):
            return place_of(spec, spec.queues[name], one.part)
        case Policy() | Setting(kind="operator policy"):
            return (*entry, "apply_to") if one.part == "apply-to" else (*entry, "definition", one.part)
        case Binding() | Setting(kind="federation upstream" | "shovel"):
            return entry
    return (*entry, one.part)
