"""What is to be on a vhost."""

from collections.abc import Callable, Mapping
from dataclasses import field

from edatool.broker.session import Session
from edatool.change.deploy.untyped import typed
from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.routing.topology import Topology
from edatool.silent import silent


@frozen
class Wanted:
    """What is to be of the spec ``spec`` on a vhost: our own part, and what others have to have made.

    ``declared`` has the events that are asked what the change means for them, None where a plan was reviewed already.
    ``leaving``: nothing of the spec is to be left there.
    """

    spec: str
    own: Topology = field(default_factory=Topology)
    external: Topology = field(default_factory=Topology)
    declared: Routes | None = None
    leaving: bool = False


def wanted(
    checked: Routes, vhost: Session, environment: Mapping[str, str], on_note: Callable[[str], None] = silent
) -> Wanted:
    """Return what a spec wants on its vhost, whose default queue type is that of queues which name none.

    Raises:
        InvalidInput: what the spec says of such a queue is not for that type.
        BrokerError: nobody could be asked for it.
    """
    there = typed(checked, vhost, environment, on_note)
    return Wanted(there.spec.name, there.own, there.external, there)


def nothing_wanted(checked: Routes) -> Wanted:
    """Return that nothing of a spec is to be left."""
    return Wanted(checked.spec.name, declared=checked, leaving=True)
