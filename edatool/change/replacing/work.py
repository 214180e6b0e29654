"""What the steps of a replacement share."""

from collections.abc import Callable, Iterable
from time import monotonic
from typing import Literal

from edatool.broker.declare.ask_holdings import ask_holdings
from edatool.broker.declare.bindings import bind, unbind
from edatool.broker.declare.operations import NOT_EMPTY, Object, Operation, Outcome, run
from edatool.broker.http.management import Management
from edatool.broker.session import Session
from edatool.change.changes import IgnoredUpdate
from edatool.change.diff import compare
from edatool.change.replacing.replacement import Replacement
from edatool.counted import counted
from edatool.errors import BrokerRefused, Unsafe
from edatool.frozen import frozen
from edatool.routing.topology import Binding, Exchange, Queue, Topology, topology

State = Literal["old", "new", "absent"]


class GivenWay(Unsafe):
    """A replacement was given up, and all is as it was before it began."""


@frozen
class Work:
    """A replacement under way; ``end`` is when to give up for now, on the monotonic clock.

    All that changes something is sent on the session's AMQP connection, which holds the lock, so that nothing is
    changed after the lock was lost.
    """

    one: Replacement
    session: Session
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
        return self.session.http.read()

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
        outcomes = run(self.session, _each("create", objects))
        refused = [one.refusal for one in outcomes if not one.done]
        if refused:
            raise BrokerRefused(f"the broker refuses what replacing {self.name} needs: {refused[0]}")

    def delete(self, objects: Iterable[Object]) -> bool:
        """Delete objects that are there; return False where a queue among them was kept, as it is in use.

        Raises:
            BrokerRefused: naming the first that could not be deleted.
        """
        outcomes = run(self.session, _each("delete", objects))
        kept = [one for one in outcomes if one.code == NOT_EMPTY and isinstance(one.operation.object, Queue)]
        refused = [one.refusal for one in outcomes if not (one.done or one.absent or one in kept)]
        if refused:
            raise BrokerRefused(f"the broker does not remove what replacing {self.name} needed: {refused[0]}")
        return not kept

    def bind(self, bindings: Iterable[Binding]) -> None:
        """Make bindings; see ``bindings.bind``."""
        bind(self.session, bindings)

    def unbind(self, bindings: Iterable[Binding]) -> None:
        """Remove bindings; see ``bindings.unbind``."""
        unbind(self.session, bindings)

    def http(self) -> Management:
        """Return the client of the management API to change something with, while the lock is ours.

        Raises:
            BrokerUnreachable: the lock was lost.
        """
        self.session.require_alone()
        return self.session.http

    def inspect(self, queue: Queue) -> Outcome:
        """Return what a queue holds for certain; nothing, where there is no such queue.

        Raises:
            BrokerRefused: it does not tell.
            BrokerUnreachable: it is a quorum queue without a leader.
        """
        (outcome,) = ask_holdings(self.session, [queue])
        if not outcome.done and not outcome.absent:
            raise BrokerRefused(f"queue {queue.name} does not say what it holds: {outcome.text}")
        return outcome

    def holder(self, purpose: str) -> Queue:
        """Return one of the helper queues."""
        return Queue(self.one.helper(purpose), arguments={"x-queue-type": "quorum"})

    def is_unused(self, purpose: str) -> bool:
        """Tell for certain whether a helper queue holds nothing, and nobody holds anything of it.

        Raises:
            Unsafe: it does, or somebody does, and the time is over.
            BrokerRefused, BrokerUnreachable: as of ``inspect``.
        """
        queue = self.holder(purpose)
        found = self.inspect(queue)
        if found.messages or found.consumers:
            self.refuse_if_late(
                f"queue {queue.name} still has {counted(found.messages, 'message')} to be moved, and "
                f"{counted(found.consumers, 'consumer')}, "
                "such as an edatool that was cut off from the broker a minute ago: let them end"
            )
        return not found.messages and not found.consumers


def _each(action: Literal["create", "delete"], objects: Iterable[Object]) -> list[Operation]:
    return [Operation(action, one, force=action == "delete" and not isinstance(one, Queue)) for one in objects]


def _same(wanted: Queue | Exchange, there: Queue | Exchange) -> bool:
    """Whether the broker would take a declaration of ``wanted`` as equal to what is there."""
    differences = compare(_alone(wanted), _alone(there)).changes
    return all(isinstance(change, IgnoredUpdate) for change in differences)


def _alone(one: Queue | Exchange) -> Topology:
    return topology(queues=[one]) if isinstance(one, Queue) else topology([one])
