"""Policy surprises: settings that a policy on the broker says otherwise than the spec."""

from collections.abc import Iterable, Iterator

from edatool.frozen import frozen
from edatool.routing import effective
from edatool.routing.overriding import Effective, effective_settings
from edatool.routing.settings import operator_policies
from edatool.routing.topology import Policy, Queue, Topology

_AFFECTING = frozenset(
    (
        *("message-ttl", "expires", "max-length", "max-length-bytes", "overflow", "delivery-limit"),
        *("dead-letter-exchange", "dead-letter-routing-key", "dead-letter-strategy", "max-age"),
    )
)
"""What may lose messages or send them elsewhere: a surprise also where the spec says nothing of it."""


@frozen
class Surprise:
    """A setting of a queue that a policy on the broker decides; ``declared`` is None where the spec does not say it."""

    queue: str
    setting: str
    source: str
    """Such as ``operator policy limits``."""
    value: object
    declared: object
    said_by_queue: bool
    """Whether an argument of the queue says it, too."""

    @property
    def what(self) -> str:
        """What is wrong, in a sentence."""
        declared = "not in the spec" if self.declared is None else f"spec: {self.declared}"
        return f"{self.source} sets {self.setting} {self.value} ({declared})"


def surprises(declared: Topology, policies: Iterable[Policy], operators: Iterable[Policy]) -> Iterator[Surprise]:
    """Yield what policies on the broker say of declared queues, and the spec does not."""
    there = tuple(effective.policies({one.name: one for one in group}) for group in (policies, operators))
    wanted = effective.policies(declared.policies), effective.policies(operator_policies(declared))
    if there == wanted:
        return
    for queue in declared.queues.values():
        said = {one.name: one for one in effective_settings(queue, *wanted)}
        for found in effective_settings(queue, *there):
            yield from _of(queue, found, said.get(found.name))


def _of(queue: Queue, found: Effective, said: Effective | None) -> Iterator[Surprise]:
    if found.holds.source == "argument" or (said is None and found.name not in _AFFECTING):
        return
    if said is None or said.holds.value != found.holds.value:
        declared = None if said is None else said.holds.value
        by_queue = any(one.source == "argument" for one in found.without_effect)
        yield Surprise(queue.name, found.name, found.holds.source, found.holds.value, declared, by_queue)
