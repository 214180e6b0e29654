"""Payloads in files, published or only tried."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from datetime import datetime
from io import FileIO
from pathlib import Path

from edatool.broker.address import Address
from edatool.frozen import frozen
from edatool.render.receipts.json import reject
from edatool.routes import Routes
from edatool.routing.trace import Trace
from edatool.runtime.ids import new_run
from edatool.runtime.publish.dry_run import DryRun
from edatool.runtime.publish.files import checkpoint
from edatool.runtime.publish.files.accounts import Accounts, lacks_exchange
from edatool.runtime.publish.files.batch import Batch, open_files
from edatool.runtime.publish.files.checkpoint import Checkpoint
from edatool.runtime.publish.files.envelope import Open, always, by_fields
from edatool.runtime.publish.files.line import PayloadLine, after, lines_of
from edatool.runtime.publish.files.pace import paced
from edatool.runtime.publish.files.rejects import add, open_rejects
from edatool.runtime.publish.files.sending import send
from edatool.runtime.publish.later import Delay
from edatool.runtime.publish.publisher import Publisher
from edatool.runtime.publish.receipt import Receipt
from edatool.silent import silent

RETRIES = 1000
"""How often a message of many is sent again after a lost connection, as long as its time is not over."""
SAVED_EVERY = 1.0
"""Seconds after which the state is written again."""
TIMEOUT = 30.0


def whole(lines: Iterator[PayloadLine]) -> Iterator[PayloadLine]:
    """Return all lines."""
    return lines


@frozen
class PublishedBatch:
    """How many payloads of a batch ended how, those of the runs that it went on from too.

    ``stopped`` is the line at which publishing ended early, as its message was not confirmed or its exchange is not
    there. ``nothing_new`` tells that an earlier run had published all there is.
    """

    outcomes: Mapping[str, int]
    stopped: tuple[PayloadLine, Receipt] | None
    nothing_new: bool


def publish_batch(
    routes: Routes,
    broker: str | Address,
    batch: Batch,
    *,
    resume: str | None = None,
    rejects: str | None = None,
    force: bool = False,
    rate: float | None = None,
    timeout: float = TIMEOUT,
    delay: Delay | None = None,
    at: datetime | None = None,
    until: Callable[[Iterator[PayloadLine]], Iterator[PayloadLine]] = whole,
    on_receipt: Callable[[PayloadLine, Receipt], None] = silent,
) -> PublishedBatch:
    """Publish payloads from files, which are read as they are sent; a single event is published by ``Publisher``.

    Args:
        routes: the spec.
        broker: ``amqp[s]://user:password@host:port/vhost``.
        batch: the files, and how payloads and events stand in them.
        resume: a file that keeps how far this came; the same call goes on from there, with the same message ids.
        rejects: a file for what was not published, and why, as JSON lines; ``-`` is standard output.
        force: overwrite a file of that name.
        rate: how many messages a second at most.
        timeout: seconds within which the broker has to take a message.
        delay, at: as of ``Publisher.publish``, for each of them.
        until: is given the lines, and returns those that are wanted: what it leaves out at the end is not published.
        on_receipt: is told each line with what became of it, in order.

    Raises:
        InvalidInput: the spec has errors.
        WrongUsage: no such event; a file cannot be read or written; ``resume`` is of another batch.
        Locked: another process publishes with this ``resume``.
        BrokerError: nothing could be sent.
    """
    opened = _opened(routes, batch)
    state = Checkpoint(new_run(), batch.event, batch.files)
    with ExitStack() as ending:
        if resume:
            ending.enter_context(checkpoint.alone(Path(resume)))
            state = checkpoint.read(Path(resume), state)
        lines = after(lines_of(open_files(batch)), state.position, state.checksum)
        wanted = until(paced(lines, rate) if rate else lines)
        file = open_rejects(rejects, goes_on=bool(state.position), force=force) if rejects else None
        ending.enter_context(file or nullcontext())
        retries = RETRIES if batch.many else 0
        publisher = ending.enter_context(Publisher(routes, broker, timeout=timeout, retries=retries))
        run = _Run(Accounts(state), resume, file)
        # Also before the first message, for the ids are made from what is in it.
        run.save()
        try:
            wanted = run.until_stopped(wanted)
            for line, receipt in send(publisher, wanted, opened, state.run, delay=delay, at=at):
                on_receipt(line, receipt)
                run.ended(line, receipt)
        finally:
            run.save()
    accounts = run.accounts
    return PublishedBatch(accounts.outcomes, accounts.stopped, accounts.nothing_new)


def try_batch(
    routes: Routes,
    batch: Batch,
    *,
    rejects: str | None = None,
    force: bool = False,
    on_trial: Callable[[PayloadLine, Receipt, Trace | None], None] = silent,
) -> Mapping[str, int]:
    """Check payloads from files, simulate where they would go, and return how many would end how; nothing is sent.

    Args:
        routes: the spec.
        batch: the files, and how payloads and events stand in them.
        rejects: a file for what would not be published, and why, as JSON lines; ``-`` is standard output.
        force: overwrite a file of that name.
        on_trial: is told each line with what would become of it, and its way, None where it would not be sent.

    Raises:
        InvalidInput: the spec has errors.
        WrongUsage: no such event, or a file cannot be read or written.
    """
    opened, connection = _opened(routes, batch), DryRun(routes.router)
    outcomes: Counter[str] = Counter()
    with open_rejects(rejects, goes_on=False, force=force) if rejects else nullcontext() as file:
        for line, receipt in send(Publisher(routes, connection), lines_of(open_files(batch)), opened, new_run()):
            on_trial(line, receipt, connection.traces.popleft() if receipt.outcome != "rejected" else None)
            outcomes[receipt.outcome] += 1
            if file and not receipt.ok:
                add(file, reject(receipt, line))
    return outcomes


def _opened(routes: Routes, batch: Batch) -> Open:
    """Return what reads an event and its payload from a line."""
    routes.require_valid()
    batch.require_publishable(routes.spec.events)
    if batch.event_field:
        return by_fields(routes.spec.events, batch.event_field, batch.payload_field)
    return always(batch.event)


@dataclass(slots=True)
class _Run:
    """The books of a run, its state and its rejects."""

    accounts: Accounts
    state: str | None
    rejects: FileIO | None
    saved: float = 0.0

    def until_stopped(self, lines: Iterator[PayloadLine]) -> Iterator[PayloadLine]:
        """Yield lines until the broker does not confirm one: those behind it would wait in vain, too."""
        for line in lines:
            if self.accounts.stopped:
                return
            yield line

    def ended(self, line: PayloadLine, receipt: Receipt) -> None:
        # With a state, what comes after the stop is published again.
        again = self.state and (self.accounts.stopped or receipt.outcome == "unknown" or lacks_exchange(receipt))
        if self.rejects and not receipt.ok and not again:
            add(self.rejects, reject(receipt, line))
        self.accounts.add(line, receipt)
        if self.state and time.monotonic() - self.saved >= SAVED_EVERY:
            self.save()

    def save(self) -> None:
        if self.state:
            checkpoint.write(Path(self.state), self.accounts.checkpoint)
            self.saved = time.monotonic()
