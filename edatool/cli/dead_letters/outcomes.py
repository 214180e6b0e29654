"""What became of dead letters, kept for the end of a command."""

from typing import TYPE_CHECKING

import click

from edatool.cli.completing import queues

if TYPE_CHECKING:
    from edatool.render.rounds.shown import Ended
    from edatool.runtime.dead_letters.history import DeadMessage
    from edatool.runtime.dead_letters.round import Rounded

_NOT_SENT = ("unroutable", "nacked", "refused")
_WRONG = ("invalid", "unknown", "unreadable")

to_queue_option = click.option("--to-queue", metavar="QUEUE", shell_complete=queues, help="To this queue instead.")


class Outcomes:
    """Keeps what became of messages, for the end."""

    def __init__(self) -> None:
        self.all: list[Ended] = []

    def add(self, one: "DeadMessage", outcome: str, why: str) -> None:
        """Keep what became of a message, and why."""
        from edatool.render.rounds.shown import Ended

        self.all.append(Ended(one.id, outcome, why))


def exit_code(result: "Rounded") -> int:
    """Return the exit code of a command that ended so."""
    if result.stopped:
        return 130
    if any(result.outcomes.get(one) for one in _NOT_SENT):
        return 6
    return 1 if any(result.outcomes.get(one) for one in _WRONG) else 0
