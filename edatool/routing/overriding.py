"""Which of a queue's argument, policy and operator policy says what holds, and which has no effect.

Measured on RabbitMQ 3.10.8, 4.0.5 and 4.3.6: of limits the lowest holds, wherever it is said. Of anything else the
operator policy goes before the policy, and the argument before both; only the overflow of a quorum queue is the
policy's even where there is an argument.
"""

from collections.abc import Iterator, Mapping

from edatool.frozen import frozen
from edatool.routing.effective import Policies, policy_on
from edatool.routing.topology import Queue
from edatool.spec.rabbitmq.arguments import setting_named


@frozen
class Said:
    """A value, and where it is said: ``argument``, ``policy NAME`` or ``operator policy NAME``."""

    source: str
    value: object


@frozen
class Effective:
    """One setting under its name in policies: what holds, and what is said elsewhere and has no effect.

    Where several say the same, the one that is named first in ``Said`` counts as what holds.
    """

    name: str
    holds: Said
    without_effect: tuple[Said, ...] = ()


def effective_settings(queue: Queue, policies: Policies, operators: Policies) -> tuple[Effective, ...]:
    """Return all settings of a queue but its type, by name; what its type does not take is left out."""
    said: dict[str, list[Said]] = {}
    for source, values in _sources(queue, policies, operators):
        for name, value in values.items():
            if _taken(queue, name):
                said.setdefault(name, []).append(Said(source, value))
    return tuple(_decided(queue, name, said[name]) for name in sorted(said))


def _sources(queue: Queue, policies: Policies, operators: Policies) -> Iterator[tuple[str, Mapping[str, object]]]:
    yield "argument", {name.removeprefix("x-"): value for name, value in queue.arguments.items()}
    if policy := policy_on(queue, policies):
        yield f"policy {policy.name}", policy.definition
    if operator := policy_on(queue, operators):
        yield f"operator policy {operator.name}", operator.definition


def _taken(queue: Queue, name: str) -> bool:
    known = setting_named(name)
    return name != "queue-type" and (known is None or queue.type in known.types)


def _decided(queue: Queue, name: str, said: list[Said]) -> Effective:
    holds = _holding(queue, name, said)
    return Effective(name, holds, tuple(one for one in said if one is not holds and one.value != holds.value))


def _holding(queue: Queue, name: str, said: list[Said]) -> Said:
    numbers = [(one.value, one) for one in said if isinstance(one.value, int)]
    known = setting_named(name)
    if known and known.lowest and len(numbers) == len(said):
        return min(numbers, key=lambda pair: _height(pair[0]))[1]
    policy_first = known is not None and queue.type in known.policy_first
    if said[0].source == "argument" and not (policy_first and len(said) > 1):
        return said[0]
    return said[-1]


def _height(limit: int) -> float:
    """Return how high a limit is; a negative one is none (a delivery limit of -1, RabbitMQ 4.0 and later)."""
    return limit if limit >= 0 else float("inf")
