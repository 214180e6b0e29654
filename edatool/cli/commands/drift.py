"""edatool drift: what on the broker is no longer as the last apply left it."""

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.options import address, broker_options, format_option, load_spec, spec_option
from edatool.cli.writing import output_option, write
from edatool.render.drift import FORMATS


@click.command(cls=Command)
@spec_option
@broker_options
@format_option(FORMATS)
@output_option
def drift(files: tuple[str, ...], output: str, **broker: str | None) -> int:
    """Compare the broker with the last apply and with the spec; exits with 3 where they differ.

    Found are objects of this spec that somebody changed or deleted, removed ones that are there again, and bindings of
    others to what is ours.

    \b
    Example:
      edatool drift --broker amqp://user:password@host/vhost
      edatool drift --format json
      edatool drift --format markdown >> "$GITHUB_STEP_SUMMARY"
    """
    from edatool.cli.painting import paint
    from edatool.cli.telling import tell
    from edatool.render.drift.shown import ShownDrift

    routes = load_spec(files)
    with edatool.connect(address(broker), routes) as vhost:
        drifted = edatool.drift(routes, vhost, on_note=tell)
    write(FORMATS.show(output, ShownDrift(drifted, f"Drift of {routes.spec.name} on {vhost}", paint)))
    return 0 if drifted.clean else 3
