"""edatool router: evaluates filters for publishers that do not."""

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.options import address, broker_options, load_spec, metrics_options, spec_option
from edatool.cli.telling import tell
from edatool.cli.writing import output_option, write


@click.command(cls=Command)
@spec_option
@broker_options
@click.option(
    "--prefetch",
    type=click.IntRange(1, 65535),
    default=500,
    show_default=True,
    help="How many messages to have in hand at once.",
)
@metrics_options
@click.option("--until-empty", is_flag=True, help="End when no message waits any more.")
@output_option
def router(
    *,
    files: tuple[str, ...],
    prefetch: int,
    metrics: str | None,
    health: str | None,
    until_empty: bool,
    **broker: str | None,
) -> int:
    """Send messages on to the destinations whose filters they match.

    These are messages of publishers that do not evaluate filters themselves: those without edatool, or with an
    older spec. Run it as a service, in as many instances as you like; SIGTERM and Ctrl-C end it without loss.
    A message is acknowledged when the broker has confirmed it at its destinations.

    \b
    Example:
      edatool router --broker amqp://user:password@host/vhost --metrics 9090
    """
    from edatool.runtime.metrics.measured import registry_for
    from edatool.runtime.metrics.served import served
    from edatool.runtime.signals import stopped_by_signals

    routes = load_spec(files)
    there = address(broker)
    registry = registry_for(metrics)
    found = edatool.filter_router(routes, there, prefetch=prefetch, registry=registry, on_note=tell)

    with stopped_by_signals(found.stop), served(metrics, health, registry, lambda: found.is_ready):
        tell(f"edatool router for {routes.spec.name} on {there}, vhost {found.vhost}")
        found.run(until_empty=until_empty)
    write(", ".join(f"{number} {name}" for name, number in found.counts.items() if number) or "no messages")
    return 0
