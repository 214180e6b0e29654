"""Payloads published for the command line: with a bar, a rejects file, and a state to go on from."""

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import BinaryIO, cast

import click

from edatool.broker.address import Address
from edatool.cli.interruption import Interruption
from edatool.cli.progress import Bar, reading
from edatool.cli.repeats import Repeats
from edatool.errors import WrongUsage
from edatool.frozen import frozen
from edatool.render import dry_run, receipts
from edatool.render.dry_run.shown import ShownTrial, Way
from edatool.render.dry_run.text import summary as summary_of_ways
from edatool.render.receipts.json import reject
from edatool.render.receipts.shown import ShownReceipt
from edatool.render.receipts.text import summary
from edatool.routes import Routes
from edatool.runtime.ids import new_run
from edatool.runtime.publish.dry_run import DryRun
from edatool.runtime.publish.files import checkpoint
from edatool.runtime.publish.files.accounts import Accounts, lacks_exchange
from edatool.runtime.publish.files.checkpoint import Checkpoint
from edatool.runtime.publish.files.envelope import Open
from edatool.runtime.publish.files.line import PayloadFile, PayloadLine, after, holds_lines, lines_of
from edatool.runtime.publish.files.pace import paced
from edatool.runtime.publish.files.rejects import add, open_rejects
from edatool.runtime.publish.files.sending import send
from edatool.runtime.publish.publisher import Publisher
from edatool.runtime.publish.receipt import Receipt
from edatool.visible import visible

RETRIES = 1000
"""How often a message of many is sent again after a lost connection, as long as its time is not over."""
SAVED_EVERY = 1.0
"""Seconds after which the state is written again."""


@frozen
class Given:
    """What to publish: the event, '' where each line names it; files, and whether each has a payload in each line."""

    event: str
    files: tuple[tuple[str, bool], ...]
    opened: Open

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files."""
        return tuple(name for name, _ in self.files)

    @property
    def many(self) -> bool:
        """Whether there may be more than one payload."""
        return len(self.files) > 1 or self.files[0][1]


@frozen
class Outputs:
    """Files that are written: what was not published, and how far the run came; None where nobody wants them."""

    rejects: str | None = None
    state: str | None = None


def publish_all(
    checked: Routes, there: Address, given: Given, outputs: Outputs, *, rate: float | None, timeout: float, output: str
) -> int:
    """Publish, and return the exit code: 6 where the broker did not take a message, else 1 where a payload was wrong.

    Raises:
        WrongUsage: a file cannot be read or written, or the state is that of another run.
        Locked: another process publishes with this state.
        BrokerError: nothing could be sent.
    """
    _require(given.names)
    state = Checkpoint(new_run(), given.event, given.names)
    with ExitStack() as ending:
        if outputs.state:
            ending.enter_context(checkpoint.alone(Path(outputs.state)))
            state = checkpoint.read(Path(outputs.state), state)
        lines = after(lines_of(_sources(given)), state.position, state.checksum)
        interruption = ending.enter_context(Interruption())
        rejects = open_rejects(outputs.rejects, goes_on=bool(state.position)) if outputs.rejects else None
        ending.enter_context(rejects or nullcontext())
        retries = RETRIES if given.many else 0
        publisher = ending.enter_context(Publisher(checked, there, timeout=timeout, retries=retries))
        bar = ending.enter_context(reading(given.names, wanted=given.many))
        shown = _Shown(bar, outputs.rejects, all_of_them=not given.many)
        run = _Run(Accounts(state), outputs.state, rejects, shown, output)
        wanted = run.until_stopped(interruption.until_asked(paced(lines, rate) if rate else lines))
        # Also before the first message, for the ids are made from what is in it.
        run.save()
        try:
            for line, receipt in send(publisher, wanted, given.opened, state.run):
                run.ended(line, receipt)
        finally:
            run.save()
        shown.end()
    return _finished(run.accounts, given, outputs.state, interrupted=interruption.asked)


def try_all(checked: Routes, given: Given, rejects: str | None, *, output: str) -> int:
    """Check payloads, show where they would go, and return the exit code of publishing them.

    Raises:
        WrongUsage: a file cannot be read or written.
    """
    _require(given.names)
    connection = DryRun(checked.router)
    ways: Counter[Way] = Counter()
    outcomes: Counter[str] = Counter()
    with (
        open_rejects(rejects, goes_on=False) if rejects else nullcontext() as file,
        reading(given.names, wanted=given.many) as bar,
    ):
        shown = _Shown(bar, rejects, all_of_them=not given.many)
        for line, receipt in send(Publisher(checked, connection), lines_of(_sources(given)), given.opened, new_run()):
            trace = connection.traces.popleft() if receipt.outcome != "rejected" else None
            outcomes[receipt.outcome] += 1
            trial = ShownTrial(receipt, trace, line)
            ways[trial.way] += 1
            text = dry_run.FORMATS.show(output, trial)
            if output == "text":
                shown.add(line, receipt, text)
            else:
                bar.echo(text)
            if file and not receipt.ok:
                add(file, reject(receipt, line))
            bar.at(line.end, line.position)
        shown.end()
    if given.many and output == "text":
        click.echo(summary_of_ways(ways))
    return _exit_code(outcomes)


@dataclass(slots=True)
class _Run:
    accounts: Accounts
    state: str | None
    rejects: FileIO | None
    shown: "_Shown"
    output: str
    saved: float = 0.0

    def until_stopped(self, lines: Iterator[PayloadLine]) -> Iterator[PayloadLine]:
        """Yield lines until the broker does not confirm one: those behind it would wait in vain, too."""
        for line in lines:
            if self.accounts.stopped:
                return
            yield line

    def ended(self, line: PayloadLine, receipt: Receipt) -> None:
        text = receipts.FORMATS.show(self.output, ShownReceipt(receipt, line))
        if self.output == "text":
            self.shown.add(line, receipt, text)
        else:
            self.shown.bar.echo(text)
        # With a state, what comes after the stop is published again.
        again = self.state and (self.accounts.stopped or receipt.outcome == "unknown" or lacks_exchange(receipt))
        if self.rejects and not receipt.ok and not again:
            add(self.rejects, reject(receipt, line))
        self.accounts.add(line, receipt)
        self.shown.bar.at(line.end, line.position)
        if self.state and time.monotonic() - self.saved >= SAVED_EVERY:
            self.save()

    def save(self) -> None:
        if self.state:
            checkpoint.write(Path(self.state), self.accounts.checkpoint)
            self.saved = time.monotonic()


@dataclass(slots=True)
class _Shown:
    """Shows results for people: ``all_of_them``, or what was not confirmed, and each but once."""

    bar: Bar
    rejects: str | None
    all_of_them: bool
    repeats: Repeats = field(default_factory=Repeats)

    def add(self, line: PayloadLine, receipt: Receipt, text: str) -> None:
        """Show what became of a line."""
        if not self.all_of_them and receipt.ok:
            return
        if self.all_of_them or self.repeats.is_new(receipts.FORMATS.show("text", ShownReceipt(receipt)), line.place):
            self._echo(text)
        if receipt.outcome == "rejected" and line.number is None and holds_lines(line.text):
            name = "standard input" if line.file == "-" else line.file
            click.echo(visible(f"{name} holds a payload in each line: give --lines, or name it .jsonl"), err=True)

    def end(self) -> None:
        """Show what came again."""
        for text in self.repeats.lines():
            self._echo(text)

    def _echo(self, text: str) -> None:
        # Where the rejects go to stdout, they are the results.
        self.bar.echo(text, err=self.rejects == "-")


def _require(names: Iterable[str]) -> None:
    if "-" in names and sys.stdin.isatty():
        click.echo("Reading from the terminal: end the input with Ctrl-D", err=True)
    missing = [name for name in names if name != "-" and not Path(name).exists()]
    if missing:
        raise WrongUsage(f"{missing[0]} cannot be read: there is no such file")


def _sources(given: Given) -> Iterator[PayloadFile]:
    """Open one file after the other."""
    for name, lines in given.files:
        with _opened(name) as stream:
            yield PayloadFile(name, stream, whole=not lines)


def _opened(name: str) -> BinaryIO:
    try:
        return cast("BinaryIO", click.open_file(name, "rb"))
    except OSError as error:
        raise WrongUsage(f"{name} cannot be opened: {error.strerror}") from None


def _finished(accounts: Accounts, given: Given, state: str | None, *, interrupted: bool) -> int:
    if given.many:
        new = "nothing new: " if accounts.nothing_new else ""
        click.echo(new + summary(accounts.outcomes), err=True)
    go_on = f": run it again with --resume {state} to go on" if state else ""
    if accounts.stopped and given.many:
        line, receipt = accounts.stopped
        why = f", which the broker did not confirm ({receipt.reason})"
        if lacks_exchange(receipt):
            why = f": the broker has no exchange {receipt.exchange!r}, which edatool apply makes"
        click.echo(visible(f"Stopped at {line.place}{why}{go_on}"), err=True)
    if interrupted:
        click.echo(f"Interrupted{go_on}", err=True)
        return 130
    return _exit_code(accounts.outcomes)


def _exit_code(outcomes: Mapping[str, int]) -> int:
    if any(outcomes.get(outcome) for outcome in ("unroutable", "nacked", "unknown")):
        return 6
    return 1 if outcomes.get("rejected") else 0
