"""What became of dead letters, as it is shown."""

from collections.abc import Sequence

from edatool.frozen import frozen
from edatool.runtime.dead_letters.round import Rounded


@frozen
class Ended:
    """What became of one message, and why."""

    id: str
    outcome: str
    why: str


@frozen
class ShownRound:
    """``done`` is what was done with messages, such as ``replayed``; ``messages`` are those to be shown one by one."""

    queue: str
    done: str
    round: Rounded
    messages: Sequence[Ended] = ()
