"""edatool plan: what apply would do."""

import click

from edatool.cli.options import broker_options, format_option, spec_option


@click.command(short_help="Show what apply would do.")
@spec_option
@broker_options
@format_option("text", "json", "markdown", "mermaid")
@click.option("--exit-code", is_flag=True, help="Exit with 3 where changes are pending.")
def plan(files: tuple[str, ...], output: str, exit_code: bool, **broker: str | None) -> int:
    """Show what differs between the spec and the broker and which events change destination, and change nothing.

    Markdown is for a comment on a pull request, and mermaid draws the events that change.

    \b
    Example:
      edatool plan --broker amqp://user:password@host/vhost
      edatool plan --format json --exit-code
      edatool plan --format markdown > comment.md
    """
    from edatool.cli.planning import plan_for, show, target

    about = target(files, broker)
    planned = plan_for(about)
    show(planned, f"Plan for {about}", output)
    return 3 if exit_code and planned.steps else 0
