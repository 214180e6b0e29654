"""The books of a run: every line with its outcome, and how far all is settled."""

from collections import Counter
from dataclasses import dataclass, field, replace

from edatool.runtime.publish.files.checkpoint import Checkpoint
from edatool.runtime.publish.files.line import PayloadLine
from edatool.runtime.publish.receipt import Receipt


@dataclass(slots=True)
class Accounts:
    """What became of lines, which are added in their order.

    ``stopped`` is the first line of which nobody knows whether it arrived, or whose exchange is not there, with its
    receipt. The checkpoint stays in front of it, so that a later run publishes it again, under the same message id,
    with all that was on its way then.
    """

    start: Checkpoint
    outcomes: Counter[str] = field(init=False)
    stopped: tuple[PayloadLine, Receipt] | None = None
    _settled: PayloadLine | None = None
    _settled_outcomes: Counter[str] = field(init=False)

    def __post_init__(self) -> None:
        self.outcomes, self._settled_outcomes = Counter(self.start.outcomes), Counter(self.start.outcomes)

    def add(self, line: PayloadLine, receipt: Receipt) -> None:
        """Take down the outcome of the next line."""
        self.outcomes[receipt.outcome] += 1
        if (receipt.outcome == "unknown" or lacks_exchange(receipt)) and not self.stopped:
            self.stopped = (line, receipt)
        if not self.stopped:
            self._settled = line
            self._settled_outcomes[receipt.outcome] += 1

    @property
    def nothing_new(self) -> bool:
        """Whether an earlier run has settled all there was."""
        return self.start.position > 0 and not self.stopped and self._settled is None

    @property
    def checkpoint(self) -> Checkpoint:
        """How far all is settled."""
        line = self._settled
        if line is None:
            return self.start
        outcomes = dict(self._settled_outcomes)
        return replace(self.start, position=line.position, checksum=line.checksum, outcomes=outcomes)


def lacks_exchange(receipt: Receipt) -> bool:
    """Say whether the exchange is missing, so that all to it would end as this one."""
    return receipt.outcome == "nacked" and receipt.reason.startswith("NOT_FOUND")
