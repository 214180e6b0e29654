"""edatool publish: events from files, checked, sent and confirmed."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

import click

from edatool.cli.options import address, broker_options, format_option, load_spec, spec_option

if TYPE_CHECKING:
    pass

LINE_SUFFIXES = (".jsonl", ".ndjson")


@click.command(short_help="Publish events that keep their contracts.")
@click.argument("event")
@click.argument("payload", type=click.File("rb"), default="-")
@spec_option
@broker_options
@click.option("--lines", is_flag=True, help="Each line is a payload; so are those of a .jsonl or .ndjson file.")
@format_option("text", "json")
def publish(
    event: str, payload: BinaryIO, files: tuple[str, ...], lines: bool, output: str, **broker: str | None
) -> int:
    """Check a payload against the contract of EVENT, and publish it: persistent, mandatory, confirmed.

    PAYLOAD is a file of JSON, or - for standard input. A payload that breaks the contract is not sent.

    \b
    Example:
      edatool publish order.placed order.json
      cat orders.jsonl | edatool publish order.placed - --lines
    """
    from edatool.render import receipts as render
    from edatool.runtime.publisher import Publisher

    checked = load_spec(files)
    outcomes: Counter[str] = Counter()
    with Publisher(checked, address(broker)) as publisher:
        for number, text in _payloads(payload, lines=lines):
            receipt = publisher.publish_json(event, text)
            outcomes[receipt.outcome] += 1
            click.echo(render.as_json(receipt, number) if output == "json" else render.text(receipt, number))
    if sum(outcomes.values()) != 1:
        click.echo(render.summary(outcomes), err=True)
    return _exit_code(outcomes)


def _payloads(payload: BinaryIO, *, lines: bool) -> Iterator[tuple[int | None, bytes]]:
    """Yield payloads with their line numbers, None for the only one of a whole file; empty lines are left out."""
    if not lines and not str(getattr(payload, "name", "")).endswith(LINE_SUFFIXES):
        yield None, payload.read()
        return
    for number, line in enumerate(payload, start=1):
        if line.strip():
            yield number, line.strip()


def _exit_code(outcomes: Counter[str]) -> int:
    """Return 6 where the broker did not take a message, else 1 where a payload was wrong, else 0."""
    if any(outcomes[outcome] for outcome in ("unroutable", "nacked", "unknown")):
        return 6
    return 1 if outcomes["rejected"] else 0
