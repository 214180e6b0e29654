"""What queues hold, for certain: asked before they are deleted."""

from collections.abc import Iterable

from edatool.broker.declare.operations import Operation, Outcome, run
from edatool.broker.session import Session
from edatool.routing.topology import Queue


def ask_holdings(session: Session, queues: Iterable[Queue]) -> list[Outcome]:
    """Ask queues how many messages wait in them and how many consumers they have; see ``inspect`` of operations.

    For a moment after the node of its leader has died, and without a majority of its nodes, a quorum queue tells of no
    messages and no consumers, whatever it holds (measured on 3.10.8, 4.0.5 and 4.3.6). One that tells so is therefore
    asked for a message, which is given back: only a leader answers that, and 1 then stands for one or more.

    Raises:
        BrokerUnreachable, BrokerRefused: there is no connection, or a quorum queue has no leader.
    """
    found = run(session, [Operation("inspect", one) for one in queues])
    doubtful = [one for one in found if _seems_unused(one)]
    looked = run(session, [Operation("look", one.operation.object) for one in doubtful])
    # A queue that gives messages only to its single active or exclusive consumer refuses that; its leader is there.
    again = run(session, [Operation("inspect", one.operation.object) for one in looked if not one.done])
    certain = [one for one in found if not _seems_unused(one)]
    return [*certain, *(one for one in looked if one.done), *again]


def _seems_unused(outcome: Outcome) -> bool:
    asked = outcome.operation.object
    assert isinstance(asked, Queue)
    return asked.type == "quorum" and outcome.done and not outcome.messages and not outcome.consumers
