"""edatool destroy: remove from the broker what the spec declares."""

import click

from edatool.cli.options import address, broker_options, load_spec, spec_option


@click.command()
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
    from edatool.broker.address import vhost_of
    from edatool.broker.live import read
    from edatool.change.apply import apply as carry_out
    from edatool.change.plan import plan_destroy
    from edatool.cli.painting import paint
    from edatool.cli.planning import reported
    from edatool.render import plan as render
    from edatool.routing.compile import compile_spec

    spec = load_spec(files).spec
    there = address(broker)
    vhost = vhost_of(spec.vhost, there)
    live = read(there, vhost)
    planned = plan_destroy(compile_spec(spec), live.topology, live.unseen)
    click.echo(render.text(planned, f"Removal of {spec.name} from {there}, vhost {vhost}", paint))
    if not planned.steps:
        return 0
    if not yes:
        click.confirm("Remove all this?", abort=True, err=True)
    with reported(planned, verbose) as on_done:
        carry_out(planned, there, vhost, on_done, force=force)
    return 0
