"""edatool plan: what apply would do."""

import click

from edatool.cli.options import address, broker_options, format_option, load_spec, spec_option


@click.command()
@spec_option
@broker_options
@format_option("text", "json")
@click.option("--exit-code", is_flag=True, help="Exit with 3 where changes are pending.")
def plan(files: tuple[str, ...], output: str, exit_code: bool, **broker: str | None) -> int:
    """Show what differs between the spec and the broker, and change nothing.

    \b
    Example:
      edatool plan --broker amqp://user:password@host/vhost
      edatool plan --format json --exit-code
    """
    from edatool.broker.address import vhost_of
    from edatool.cli.painting import paint
    from edatool.cli.planning import plan_for
    from edatool.render import plan as render

    spec = load_spec(files).spec
    there = address(broker)
    vhost = vhost_of(spec.vhost, there)
    planned = plan_for(spec, there, vhost)
    if output == "json":
        click.echo(render.as_json(planned))
    else:
        click.echo(render.text(planned, f"Plan for {spec.name} on {there}, vhost {vhost}", paint))
    return 3 if exit_code and planned.steps else 0
