"""edatool ledger: what specs have put on a vhost."""

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.options import address, broker_options, format_option, load_spec, spec_option, wait_option
from edatool.cli.writing import output_option, write
from edatool.render.ledgers import FORMATS


@click.command(cls=Command)
@spec_option
@broker_options
@wait_option
@format_option(FORMATS)
@output_option
@click.option("--all", "everybody", is_flag=True, help="Show the ledgers of all specs on the vhost.")
@click.option(
    "--release",
    multiple=True,
    metavar="OBJECT",
    help="Let go of an object, such as 'queue orders': it stays on the broker, and another spec may adopt it.",
)
def ledger(
    files: tuple[str, ...],
    output: str,
    everybody: bool,
    release: tuple[str, ...],
    wait: float,
    **broker: str | None,
) -> int:
    """Show which objects are this spec's, and its last applies.

    The ledger is kept on the broker, as a global parameter; plan, apply, drift and destroy read from it what is ours.

    \b
    Example:
      edatool ledger --broker amqp://user:password@host/vhost
      edatool ledger --release 'queue orders' --release 'exchange events'
    """
    from edatool.cli.telling import tell
    from edatool.render.ledgers.shown import ShownLedgers

    routes = load_spec(files)
    with edatool.connect(address(broker), routes) as vhost:
        if release:
            edatool.release(routes, vhost, release, wait=wait, on_note=tell)
        ledgers = edatool.ledger(routes, vhost)
    shown = [one for one in (ledgers.ours, *(ledgers.others if everybody else ())) if one.history]
    write(FORMATS.show(output, ShownLedgers(shown, vhost.vhost)))
    return 0
