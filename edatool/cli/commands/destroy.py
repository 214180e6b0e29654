"""edatool destroy: remove from the broker what this spec has put there."""

import click

from edatool.cli.options import broker_options, load_spec, spec_option, wait_option
from edatool.errors import NeedsPerson


@click.command()
@spec_option
@broker_options
@wait_option
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--discard",
    multiple=True,
    metavar="QUEUE",
    help="Remove this queue also with messages and consumers, or this delayed exchange: messages are lost.",
)
@click.option("--force", is_flag=True, help="The same for all of them.")
@click.option("-v", "--verbose", is_flag=True, help="Name each step as it is done.")
def destroy(
    *,
    files: tuple[str, ...],
    yes: bool,
    discard: tuple[str, ...],
    force: bool,
    verbose: bool,
    wait: float,
    **broker: str | None,
) -> int:
    """Remove from the broker what applies of this spec have made; queues in use are refused.

    \b
    Example:
      edatool destroy --broker amqp://user:password@host/vhost
    """
    from edatool.change.plan import Allowed
    from edatool.cli.applying import apply_wanted
    from edatool.cli.planning import Wanted, known, target

    checked = load_spec(files)
    about = target(checked.spec, broker)
    ledgers = known(about)
    if ledgers.refused:
        raise NeedsPerson(f"nobody knows what this spec has put there: {ledgers.refused}")
    # That its own events reach no queue any more is what it is for; what it means for them is shown.
    ours = ledgers.ours.objects
    losing = frozenset((*ours.queues, *ours.exchanges) if force else discard)
    allowed = Allowed(discard=losing, unroutable=frozenset(checked.spec.events), removals=True)
    ask = None if yes else "Remove all this?"
    apply_wanted(about, Wanted(declared=checked, leaving=True), allowed, wait, output="text", ask=ask, verbose=verbose)
    return 0
