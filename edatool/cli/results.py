"""What became of payloads, on the terminal: all of it in JSON; as text what went wrong, and each thing but once."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import click

from edatool.api.publishing import PublishedBatch
from edatool.cli.telling import tell
from edatool.cli.terminal.progress import Bar
from edatool.cli.writing import write
from edatool.render import dry_run, receipts
from edatool.render.dry_run.shown import ShownTrial, Way
from edatool.render.dry_run.text import summary as summary_of_ways
from edatool.render.receipts.shown import ShownReceipt
from edatool.render.receipts.text import summary
from edatool.routing.trace import Trace
from edatool.runtime.publish.files.accounts import lacks_exchange
from edatool.runtime.publish.files.batch import Batch
from edatool.runtime.publish.files.line import PayloadLine, holds_lines
from edatool.runtime.publish.receipt import Receipt
from edatool.visible import visible

MOST = 1000
"""How many results are remembered; others are shown each time."""


@dataclass(slots=True)
class _Repeats:
    """Knows which results were shown, where the first of each stood, how many like it came, and where the last one."""

    _found: dict[str, tuple[str, int, str]] = field(default_factory=dict)

    def is_new(self, text: str, place: str) -> bool:
        """Say whether a result is to be shown; it is compared without its place."""
        if text in self._found:
            first, more, _ = self._found[text]
            self._found[text] = (first, more + 1, place)
            return False
        if len(self._found) < MOST:
            self._found[text] = (place, 0, place)
        return True

    def again(self) -> Iterator[str]:
        """Yield what was not shown: a line for each result that came again."""
        for first, more, last in self._found.values():
            if more == 1:
                yield visible(f"{last}: the same as {first}")
            elif more:
                yield visible(f"{more} more are the same as {first}, the last one is {last}")


@dataclass(slots=True)
class Results:
    """Shows results as they come, in one of the formats of receipts; ``on_stderr`` where stdout is for others."""

    bar: Bar
    batch: Batch
    output: str
    on_stderr: bool
    _ways: Counter[Way] = field(default_factory=Counter)
    _repeats: _Repeats = field(default_factory=_Repeats)

    def on_receipt(self, line: PayloadLine, receipt: Receipt) -> None:
        """Show what became of a payload."""
        if self._is_to_be_shown(line, receipt):
            self._echo(receipts.FORMATS.show(self.output, ShownReceipt(receipt, line)))
        self._read(line, receipt)

    def on_trial(self, line: PayloadLine, receipt: Receipt, trace: Trace | None) -> None:
        """Show what would become of a payload."""
        trial = ShownTrial(receipt, trace, line)
        self._ways[trial.way] += 1
        if self._is_to_be_shown(line, receipt):
            self._echo(dry_run.FORMATS.show(self.output, trial))
        self._read(line, receipt)

    def end(self) -> None:
        """Show what came again."""
        for text in self._repeats.again():
            self._echo(text)

    def sum_up_trials(self) -> None:
        """Show how many payloads would go which way."""
        if self.batch.many and self.output == "text":
            write(summary_of_ways(self._ways))

    def sum_up(self, done: PublishedBatch, state: str | None, *, interrupted: bool) -> None:
        """Show the counts, where publishing stopped, and how to go on."""
        if self.batch.many:
            new = "nothing new: " if done.nothing_new else ""
            tell(new + summary(done.outcomes))
        go_on = f": run it again with --resume {state} to go on" if state else ""
        if done.stopped and self.batch.many:
            line, receipt = done.stopped
            why = f", which the broker did not confirm ({receipt.reason})"
            if lacks_exchange(receipt):
                why = f": the broker has no exchange {receipt.exchange!r}, which edatool apply makes"
            click.echo(visible(f"Stopped at {line.place}{why}{go_on}"), err=True)
        if interrupted:
            click.echo(f"Interrupted{go_on}", err=True)

    def _is_to_be_shown(self, line: PayloadLine, receipt: Receipt) -> bool:
        if self.output != "text" or not self.batch.many:
            return True
        return not receipt.ok and self._repeats.is_new(receipts.FORMATS.show("text", ShownReceipt(receipt)), line.place)

    def _read(self, line: PayloadLine, receipt: Receipt) -> None:
        if receipt.outcome == "rejected" and line.number is None and holds_lines(line.text):
            name = "standard input" if line.file == "-" else line.file
            click.echo(visible(f"{name} holds a payload in each line: give --lines, or name it .jsonl"), err=True)
        self.bar.at(line.end, line.position)

    def _echo(self, text: str) -> None:
        self.bar.echo(text, err=self.on_stderr)


def exit_code(outcomes: Mapping[str, int]) -> int:
    """Return 6 where the broker did not take a message, else 1 where a payload was wrong."""
    if any(outcomes.get(outcome) for outcome in ("unroutable", "nacked", "unknown")):
        return 6
    return 1 if outcomes.get("rejected") else 0
