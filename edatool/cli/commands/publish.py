"""edatool publish: events from files, checked, sent and confirmed."""

import sys
from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.completing import events_then_files
from edatool.cli.everywhere import asked
from edatool.cli.file_name import FILE_NAME
from edatool.cli.options import address, broker_options, format_option, load_spec, spec_option
from edatool.cli.telling import tell
from edatool.cli.writing import output_option
from edatool.errors import WrongUsage
from edatool.render.receipts import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edatool.broker.address import Address
    from edatool.routes import Routes
    from edatool.runtime.publish.files.batch import Batch
    from edatool.runtime.publish.files.line import PayloadLine


@click.command(cls=Command)
@click.argument("names", nargs=-1, metavar="[EVENT] [FILE]...", shell_complete=events_then_files)
@spec_option
@broker_options
@click.option("--lines", is_flag=True, help="Each line is a payload; so are those of .jsonl and .ndjson files.")
@click.option("--event-field", metavar="FIELD", help="There is no EVENT: this field of each line names it.")
@click.option("--payload-field", metavar="FIELD", help="With --event-field: the field with the payload; not the line.")
@click.option(
    "--rejects",
    type=FILE_NAME,
    metavar="FILE",
    help="Write what was not published, and why, as JSON lines; - for stdout.",
)
@click.option(
    "--resume", type=FILE_NAME, metavar="FILE", help="Keep in this file how far it came, and go on from there."
)
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), metavar="N", help="Publish N a second at most.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=30,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for the broker to take a message.",
)
@click.option("--delay", metavar="30s|15m|2h|7d", help="Have the broker route it after this time.")
@click.option("--at", metavar="TIME", help="Have the broker route it at this time, such as 2027-01-01T08:00:00Z.")
@click.option("--dry-run", is_flag=True, help="Only check payloads, and show where they would go; needs no broker.")
@format_option(FORMATS)
@output_option
def publish(
    *,
    names: tuple[str, ...],
    files: tuple[str, ...],
    lines: bool,
    event_field: str | None,
    payload_field: str | None,
    rejects: str | None,
    resume: str | None,
    rate: float | None,
    timeout: float,
    delay: str | None,
    at: str | None,
    dry_run: bool,
    output: str,
    **broker: str | None,
) -> int:
    """Check payloads against the contract of EVENT, and publish them: persistent, mandatory, confirmed.

    FILE is a file of JSON, or - for standard input. A payload that breaks the contract is not sent. Of many, only those
    are shown that were not confirmed; --format json shows all.

    \b
    Example:
      edatool publish order.placed order.json
      edatool publish order.placed orders-*.jsonl --resume orders.state --rejects bad.jsonl
      cat events.jsonl | edatool publish --event-field type - --lines --dry-run
    """
    from edatool.runtime.publish.files.batch import Batch

    if payload_field and not event_field:
        raise WrongUsage("--payload-field needs --event-field, which says where the event is named")
    if dry_run and (resume or rate or delay or at):
        raise WrongUsage("--dry-run publishes nothing: --resume, --rate, --delay and --at have no meaning with it")
    when = _time(at) if at else None
    if resume == "-":
        raise WrongUsage("--resume takes a file, which is read and written again: not standard input or output")
    if rejects == "-" and output == "json" and not asked().target:
        raise WrongUsage("--rejects - and --format json would both write to standard output: name a file for one")
    if not (event_field or names):
        raise WrongUsage("name an EVENT to publish")
    event, sources = ("", names) if event_field else (names[0], names[1:])
    there = address(broker)
    routes = load_spec(files, there)
    batch = Batch(sources or ("-",), event, lines, event_field, payload_field)
    batch.require_publishable(routes.spec.events)
    if "-" in batch.files and sys.stdin.isatty():
        tell("Reading from the terminal: end the input with Ctrl-D")
    if dry_run:
        return _try(routes, batch, rejects, output)
    how = {"rate": rate, "timeout": timeout, "delay": delay, "at": when}
    return _publish(routes, there, batch, resume, rejects, output, **how)


def _try(routes: "Routes", batch: "Batch", rejects: str | None, output: str) -> int:
    from edatool.cli.results import Results, exit_code
    from edatool.cli.terminal.progress import reading

    with reading(batch.files, wanted=batch.many) as bar:
        results = Results(bar, batch, output, on_stderr=rejects == "-")
        outcomes = edatool.try_batch(routes, batch, rejects=rejects, force=asked().force, on_trial=results.on_trial)
        results.end()
    results.sum_up_trials()
    return exit_code(outcomes)


def _publish(
    routes: "Routes",
    there: "Address",
    batch: "Batch",
    resume: str | None,
    rejects: str | None,
    output: str,
    **how: Any,
) -> int:
    from edatool.cli.results import Results, exit_code
    from edatool.cli.terminal.interruption import Interruption
    from edatool.cli.terminal.progress import reading

    with ExitStack() as ending:
        bar = ending.enter_context(reading(batch.files, wanted=batch.many))
        results, interruption = Results(bar, batch, output, on_stderr=rejects == "-"), Interruption()

        def until_asked(lines: "Iterator[PayloadLine]") -> "Iterator[PayloadLine]":
            ending.enter_context(interruption)  # before, there is nothing to end in order
            return interruption.until_asked(lines)

        done = edatool.publish_batch(
            routes,
            there,
            batch,
            resume=resume,
            rejects=rejects,
            force=asked().force,
            until=until_asked,
            on_receipt=results.on_receipt,
            **how,
        )
        results.end()
    results.sum_up(done, resume, interrupted=interruption.asked)
    return 130 if interruption.asked else exit_code(done.outcomes)


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise WrongUsage(f"--at takes a time such as 2027-01-01T08:00:00Z, not {text!r}") from None
