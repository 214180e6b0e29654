"""edatool apply: make the broker have what the spec declares."""

from dataclasses import replace

import click

from edatool.cli.options import broker_options, format_option, spec_option
from edatool.errors import WrongUsage


@click.command(short_help="Make the broker have what the spec declares.")
@spec_option
@broker_options
@format_option("text", "json")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--allow-unroutable", "allowed", multiple=True, metavar="EVENT", help="Let this event lose its last queue."
)
@click.option("-v", "--verbose", is_flag=True, help="Name each step as it is done.")
def apply(
    *, files: tuple[str, ...], output: str, yes: bool, allowed: tuple[str, ...], verbose: bool, **broker: str | None
) -> int:
    """Create and change on the broker what the spec declares, after showing the plan.

    What the spec does not declare is left alone. Interrupted or failed, it goes on when run again.

    \b
    Example:
      edatool apply --broker amqp://user:password@host/vhost
      edatool apply --yes
    """
    from edatool.change.apply import apply as carry_out
    from edatool.cli.planning import plan_for, reported, show, target

    about = target(files, broker)
    unknown = [name for name in allowed if name not in about.spec.events]
    if unknown:
        raise WrongUsage(f"--allow-unroutable names events of the spec, and it declares no {', '.join(unknown)}")
    planned = replace(plan_for(about), allowed=allowed)
    show(planned, f"Plan for {about}", output)
    planned.raise_if_unsafe()
    if not planned.steps:
        return 0
    if not yes:
        click.confirm("Apply this?", abort=True, err=True)
    with reported(planned, verbose=verbose) as on_done:
        carry_out(planned, about.address, about.vhost, on_done)
    return 0
