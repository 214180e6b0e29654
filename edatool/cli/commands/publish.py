"""edatool publish: events from files, checked, sent and confirmed."""

import click

from edatool.cli.options import address, broker_options, format_option, load_spec, spec_option
from edatool.render.receipts import FORMATS

LINE_SUFFIXES = (".jsonl", ".ndjson")


@click.command()
@click.argument("names", nargs=-1, metavar="[EVENT] [FILE]...")
@spec_option
@broker_options
@click.option("--lines", is_flag=True, help="Each line is a payload; so are those of .jsonl and .ndjson files.")
@click.option("--event-field", metavar="FIELD", help="There is no EVENT: this field of each line names it.")
@click.option("--payload-field", metavar="FIELD", help="With --event-field: the field with the payload; not the line.")
@click.option("--rejects", metavar="FILE", help="Write what was not published, and why, as JSON lines; - for stdout.")
@click.option("--resume", metavar="FILE", help="Keep in this file how far it came, and go on from there.")
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), metavar="N", help="Publish N a second at most.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=30,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for the broker to take a message.",
)
@click.option("--dry-run", is_flag=True, help="Only check payloads, and show where they would go; needs no broker.")
@format_option(FORMATS)
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
    from edatool.cli.publishing import Given, Outputs, publish_all, try_all
    from edatool.errors import WrongUsage
    from edatool.runtime.publish.files.envelope import always, by_fields

    if payload_field and not event_field:
        raise WrongUsage("--payload-field needs --event-field, which says where the event is named")
    if dry_run and (resume or rate):
        raise WrongUsage("--dry-run publishes nothing, so --resume and --rate have no meaning with it")
    if resume == "-":
        raise WrongUsage("--resume takes a file, which is read and written again: not standard input or output")
    if rejects == "-" and output == "json":
        raise WrongUsage("--rejects - and --format json would both write to standard output: name a file for one")
    event, sources = ("", names) if event_field else (names[0] if names else "", names[1:])
    there = address(broker)
    checked = load_spec(files, there)
    if event_field:
        opened = by_fields(checked.spec.events, event_field, payload_field)
    elif event in checked.spec.events:
        opened = always(event)
    else:
        known = ", ".join(checked.spec.events) or "none"
        raise WrongUsage(
            f"the spec declares no event {event!r}: it has {known}" if event else "name an EVENT to publish"
        )
    lines = lines or bool(event_field)
    given = Given(event, tuple((name, lines or name.endswith(LINE_SUFFIXES)) for name in sources or ("-",)), opened)
    if dry_run:
        return try_all(checked, given, rejects, output=output)
    outputs = Outputs(rejects, resume)
    return publish_all(checked, there, given, outputs, rate=rate, timeout=timeout, output=output)
