"""edatool destroy: remove from the broker what the spec declares."""

import click

from edatool.cli.options import broker_options, spec_option


@click.command(short_help="Remove from the broker what the spec declares.")
@spec_option
@broker_options
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--force", is_flag=True, help="Delete queues also with messages and consumers: the messages are lost.")
@click.option("-v", "--verbose", is_flag=True, help="Name each step as it is done.")
def destroy(files: tuple[str, ...], yes: bool, force: bool, verbose: bool, **broker: str | None) -> int:
    """Remove from the broker what the spec declares; queues in use are refused.

    \b
    Example:
      edatool destroy --broker amqp://user:password@host/vhost
    """
    from edatool.change.apply import apply as carry_out
    from edatool.cli.planning import removal_of, reported, show, target

    about = target(files, broker)
    planned = removal_of(about)
    show(planned, f"Removal of {about}")
    if not planned.steps:
        return 0
    if not yes:
        click.confirm("Remove all this?", abort=True, err=True)
    with reported(planned, verbose=verbose) as on_done:
        carry_out(planned, about.address, about.vhost, on_done, force=force)
    return 0
