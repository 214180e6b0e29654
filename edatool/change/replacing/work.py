"""What the steps of a replacement share."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Literal

from edatool.broker.address import Address
from edatool.broker.management import Management
from edatool.broker.operations import Object, Operation, run
from edatool.change.changes import Ignored
from edatool.change.diff import compare
from edatool.change.replacing.replacement import Replacement
from edatool.errors import BrokerRefused, Unsafe
from edatool.routing.topology import Exchange, Queue, Topology, topology

State = Literal["old", "new", "absent"]


@dataclass(frozen=True, slots=True)
class Work:
    """A replacement under way; ``end`` is when to give up for now, on the monotonic clock."""

    one: Replacement
    address: Address
    vhost: str
    report: Callable[[str], None]
    end: float

    @property
    def name(self) -> str:
        """The name of the object."""
        return self.one.name

    def left(self) -> float:
        """Return the seconds that are left."""
        return max(0.0, self.end - monotonic())

    def refuse_if_late(self, what: str) -> None:
        """Raise Unsafe, with ``what`` is not done, once the time is over."""
        if not self.left():
            raise Unsafe(f"{what}; nothing is lost: run it again, and it goes on from here")

    def read(self) -> Topology:
        """Return what is there now."""
        with Management(self.address, self.vhost) as management:
            return management.read()

    def state(self, live: Topology) -> State:
        """Tell which of the two objects is there.

        Raises:
            Unsafe: it is neither.
        """
        there = live.queues.get(self.name) if self.one.kind == "queue" else live.exchanges.get(self.name)
        if there is None:
            return "absent"
        if _same(self.one.new, there):
            return "new"
        if _same(self.one.old, there):
            return "old"
        raise Unsafe(
            f"{self.one.kind} {self.name} is neither what it was nor what it is to be: somebody else has declared it. "
            "Find out who, and delete it or plan anew"
        )

    def create(self, objects: Iterable[Object]) -> None:
        """Declare objects.

        Raises:
            BrokerRefused: naming the first that the broker does not take.
        """
        refused = [one.text for one in run(self.address, self.vhost, _each("create", objects)) if not one.done]
        if refused:
            raise BrokerRefused(f"the broker refuses what replacing {self.name} needs: {refused[0]}")

    def delete(self, objects: Iterable[Object]) -> int:
        """Delete objects that are there; return how many messages went with them."""
        return sum(one.messages for one in run(self.address, self.vhost, _each("delete", objects)) if one.done)

    def ready(self, queue: str) -> int:
        """Return how many messages of a queue wait for a consumer, 0 where there is no such queue."""
        (outcome,) = run(self.address, self.vhost, [Operation("inspect", Queue(queue))])
        return outcome.messages


def _each(action: Literal["create", "delete"], objects: Iterable[Object]) -> list[Operation]:
    return [Operation(action, one, force=action == "delete") for one in objects]


def _same(wanted: Queue | Exchange, there: Queue | Exchange) -> bool:
    """Whether the broker would take a declaration of ``wanted`` as equal to what is there."""
    differences = compare(_alone(wanted), _alone(there)).changes
    return all(isinstance(change, Ignored) for change in differences)


def _alone(one: Queue | Exchange) -> Topology:
    return topology(queues=[one]) if isinstance(one, Queue) else topology([one])
