"""Where in the spec the arguments of queues stand."""

from edatool.routing.overriding import Said
from edatool.spec.spec import Spec, SpecQueue
from edatool.spec.yaml_document import Path

_FIELDS = {
    "x-dead-letter-exchange": ("dead_letter", "exchange"),
    "x-dead-letter-routing-key": ("dead_letter", "key"),
    "x-dead-letter-strategy": ("dead_letter", "strategy"),
    "x-queue-type": ("type",),
}


def field_of_argument(argument: str) -> str:
    """Return the readable key of an argument, by its name on the broker."""
    return _field(argument)[0]


def place_of(spec: Spec, queue: SpecQueue, argument: str) -> Path:
    """Return where an argument of a queue is said, by its name on the broker: at the queue or in the defaults."""
    if argument in queue.arguments:
        return ("queues", queue.name, "arguments", argument)
    own, default = (("queues", queue.name, *_field(argument)), ("defaults", "queue", *_field(argument)))
    return default if spec.document.holds(default) and not spec.document.holds(own) else own


def place_of_said(spec: Spec, queue: SpecQueue, setting: str, said: Said) -> Path:
    """Return where a setting is said, under its name in policies: as an argument of the queue, or by a policy."""
    kind, _, policy = said.source.partition("policy ")
    if not policy:
        return place_of(spec, queue, f"x-{setting}")
    return ("operator_policies" if kind else "policies", policy, "definition", setting)


def _field(argument: str) -> tuple[str, ...]:
    return _FIELDS.get(argument, (argument[2:].replace("-", "_"),))
