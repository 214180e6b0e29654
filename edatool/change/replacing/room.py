"""How much of what is held a new queue has room for, so that it neither drops nor refuses any of it."""

from dataclasses import dataclass
from math import inf

from edatool.broker.consume.drain import Room
from edatool.change.replacing.work import Work
from edatool.routing.effective import policies
from edatool.routing.overriding import effective_settings
from edatool.routing.topology import Queue


@dataclass(slots=True)
class Filling:
    """A queue that is being filled; where it was agreed that messages may go, only as far as it refuses some."""

    work: Work
    spent: int = 0
    """Bytes that it may hold."""

    def room(self) -> Room:
        """Return what there is room for now."""
        messages, size = self._limits()
        if messages == size == inf:
            return Room()
        assert isinstance(self.work.one.new, Queue)
        ready = self.work.inspect(self.work.one.new).messages
        if not ready:
            self.spent = 0
        return Room(max(0, messages - ready), max(0, size - self.spent))

    def add(self, size: int) -> None:
        """Take note of bytes that were moved."""
        self.spent += size

    def _limits(self) -> tuple[float, float]:
        # What the management API itself says of a queue's policy lags by seconds.
        declared, operators = self.work.session.http.read_policies(), self.work.session.http.read_operator_policies()
        assert isinstance(self.work.one.new, Queue)
        ordered = [policies({one.name: one for one in these}) for these in (declared, operators)]
        found = {one.name: one.holds.value for one in effective_settings(self.work.one.new, *ordered)}
        if self.work.one.discard and not str(found.get("overflow")).startswith("reject"):
            return inf, inf
        return _number(found.get("max-length")), _number(found.get("max-length-bytes"))


def _number(limit: object) -> float:
    return limit if isinstance(limit, int) and limit >= 0 else inf
