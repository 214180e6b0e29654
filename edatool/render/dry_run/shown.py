"""A message that was not published, as it is shown."""

from edatool.frozen import frozen
from edatool.routing.trace import Trace
from edatool.runtime.publish.files.line import PayloadLine
from edatool.runtime.publish.receipt import Receipt

Way = tuple[str, str, tuple[str, ...]]
"""An event, what would become of it, and the queues that would get it."""

_OUTCOMES = {"confirmed": "routed", "nacked": "refused"}


@frozen
class ShownTrial:
    """What would become of a payload; there is no trace of one that would not be sent."""

    receipt: Receipt
    trace: Trace | None
    line: PayloadLine

    @property
    def outcome(self) -> str:
        """What would become of it, in the words of a trial."""
        return _OUTCOMES.get(self.receipt.outcome, self.receipt.outcome)

    @property
    def way(self) -> Way:
        """Where it would go."""
        trace = self.trace
        queues = (*trace.queues, *(f"{name} (maybe)" for name in trace.maybe)) if trace else ()
        return self.receipt.event, self.outcome, queues
