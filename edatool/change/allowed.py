"""What a person agrees to, as it could lose something or touches what is not ours."""

from collections.abc import Iterable, Set
from dataclasses import dataclass

from edatool.change.changes import Adopt, Change
from edatool.errors import WrongUsage
from edatool.frozen import frozen
from edatool.routing.topology import Identity, identity_of


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

    def require_declared(self, events: Iterable[str]) -> None:
        """Refuse to allow something of events that a spec does not declare.

        Raises:
            WrongUsage: naming them.
        """
        unknown = sorted(self.unroutable - set(events))
        if unknown:
            raise WrongUsage(f"--allow-unroutable names events, and the spec declares no {', '.join(unknown)}")


NOTHING = Allowed()


@dataclass(slots=True)
class Agreement:
    """What a person has agreed to of a plan, which apply goes by."""

    allowed: Allowed = NOTHING
