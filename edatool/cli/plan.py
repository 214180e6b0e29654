"""edatool plan: what apply would do."""

import click

from edatool.cli.options import allowing_options, broker_options, format_option, load_spec, spec_option


@click.command(short_help="Show what apply would do.")
@spec_option
@broker_options
@allowing_options
@format_option("text", "json")
@click.option("--out", metavar="FILE", help="Write the plan to a file, for apply FILE to carry out exactly this plan.")
@click.option("--exit-code", is_flag=True, help="Exit with 3 where changes are pending.")
def plan(
    files: tuple[str, ...],
    output: str,
    out: str | None,
    exit_code: bool,
    adopt: bool,
    discard: tuple[str, ...],
    **broker: str | None,
) -> int:
    """Show what differs between the spec and the broker, and change nothing.

    \b
    Example:
      edatool plan --broker amqp://user:password@host/vhost
      edatool plan --format json --exit-code
      edatool plan --out plan.json && edatool apply plan.json
    """
    from edatool.change.plan import Allowed
    from edatool.cli.planning import plan_for, reviewed, save, show, target, wanted

    spec = load_spec(files).spec
    about = target(spec, broker)
    planned = plan_for(about, wanted(spec))
    show(planned.plan, f"Plan for {about}", output)
    if out:
        save(out, reviewed(about, planned.plan, Allowed(adopt=adopt, discard=frozenset(discard))))
    return 3 if exit_code and planned.plan.steps else 0
