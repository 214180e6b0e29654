"""edatool router: evaluates filters for publishers that do not."""

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.options import address, broker_options, load_spec, spec_option
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
@click.option("--metrics", metavar="[HOST:]PORT", help="Serve counts for Prometheus at /metrics, and /healthz.")
@click.option("--until-empty", is_flag=True, help="End when no message waits any more.")
@output_option
def router(
    *, files: tuple[str, ...], prefetch: int, metrics: str | None, until_empty: bool, **broker: str | None
) -> int:
    """Send messages on to the destinations whose filters they match.

    These are messages of publishers that do not evaluate filters themselves: those without edatool, or with an
    older spec. Run it as a service, in as many instances as you like; SIGTERM and Ctrl-C end it without loss.
    A message is acknowledged when the broker has confirmed it at its destinations.

    \b
    Example:
      edatool router --broker amqp://user:password@host/vhost --metrics 9090
    """
    from contextlib import nullcontext

    from edatool.runtime.metrics import exposed
    from edatool.runtime.signals import stopped_by_signals

    routes = load_spec(files)
    there = address(broker)
    found = edatool.filter_router(routes, there, prefetch=prefetch, on_note=tell)

    served = exposed(metrics, "router", found.counts, lambda: found.is_ready) if metrics else nullcontext()
    with stopped_by_signals(found.stop), served:
        tell(f"edatool router for {routes.spec.name} on {there}, vhost {found.vhost}")
        found.run(until_empty=until_empty)
    write(", ".join(f"{number} {name}" for name, number in found.counts.items() if number) or "no messages")
    return 0
