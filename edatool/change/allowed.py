"""What a person agrees to, as it could lose something or touches what is not ours."""

from collections.abc import Iterable, Set
from dataclasses import dataclass

from edatool.change.changes import Adopt, Change
from edatool.errors import WrongUsage
from edatool.frozen import frozen
from edatool.routing.topology import Identity, Topology, identity_of
from edatool.spec.nearest import nearest


@frozen
class Allowed:
    """What a person has agreed to.

    ``adopt``: take over what others made. ``replace``: the queues and exchanges that may be replaced. ``discard``: the
    queues and delayed exchanges that may be deleted with the messages they hold, and the queues that may lose some by
    a limit. ``unroutable``: the events that may lose their last queue. ``removals``: let nearly all go that the ledger
    holds.
    """

    adopt: bool = False
    replace: Set[str] = frozenset()
    discard: Set[str] = frozenset()
    unroutable: Set[str] = frozenset()
    removals: bool = False

    def not_ours(self, changes: Iterable[Change]) -> set[Identity]:
        """Return which objects of changes others made, and are not to be taken over."""
        adopted = [one for one in changes if isinstance(one, Adopt)]
        return {identity_of(one.object) for one in adopted if one.owner or not self.adopt}

    def require_declared(self, events: Iterable[str], wanted: Topology) -> None:
        """Refuse to allow something of events, queues and exchanges that a spec does not declare.

        Raises:
            WrongUsage: naming them.
        """
        _require("--allow-unroutable names events", self.unroutable, events)
        _require("--replace names queues and exchanges", self.replace, (*wanted.queues, *wanted.exchanges))


def _require(rule: str, named: Set[str], declared: Iterable[str]) -> None:
    declared = list(declared)
    unknown = sorted(named - set(declared))
    if unknown:
        meant = nearest(unknown[0], declared)
        question = f": did you mean {meant}?" if meant else ""
        raise WrongUsage(f"{rule}, and the spec declares no {', '.join(unknown)}{question}")


NOTHING = Allowed()


@dataclass(slots=True)
class Agreement:
    """What a person has agreed to of a plan, which apply goes by."""

    allowed: Allowed = NOTHING
