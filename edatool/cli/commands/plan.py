"""edatool plan: what apply would do."""

from typing import Any

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.everywhere import asked
from edatool.cli.file_name import FILE_NAME
from edatool.cli.options import (
    address,
    allowed,
    allowing_options,
    broker_options,
    by_event_option,
    format_option,
    load_spec,
    spec_option,
)
from edatool.cli.writing import output_option
from edatool.render.plan import FORMATS


@click.command(cls=Command)
@spec_option
@broker_options
@allowing_options
@format_option(FORMATS)
@output_option
@click.option(
    "--save",
    type=FILE_NAME,
    metavar="FILE",
    help="Keep the plan in this file, for apply FILE to carry out exactly this plan; - prints it.",
)
@by_event_option
@click.option("--all-messages", is_flag=True, help="In JSON, show every message that was tried, not a few per change.")
@click.option("--exit-code", is_flag=True, help="Exit with 3 where changes are pending.")
def plan(
    files: tuple[str, ...],
    output: str,
    save: str | None,
    by_event: bool,
    all_messages: bool,
    exit_code: bool,
    **options: Any,
) -> int:
    """Show what differs between the spec and the broker and which events change destination, and change nothing.

    Markdown is for a comment on a pull request, and mermaid draws the events that change.

    \b
    Example:
      edatool plan --broker amqp://user:password@host/vhost
      edatool plan --format json --exit-code
      edatool plan --format markdown > comment.md
      edatool plan --save plan.json && edatool apply plan.json
    """
    from edatool.cli.showing import View
    from edatool.cli.working import working

    routes, agreed, view = load_spec(files), allowed(options), View(output, by_event, all_messages)
    agreed.require_declared(routes.spec.events, routes.topology)
    with edatool.connect(address(options), routes) as vhost, working() as work:
        plan = edatool.plan(routes, vhost, on_note=work.tell, on_progress=work.at)
    view.show(plan, f"Plan for {plan.spec} on {vhost}", agreed, err=save == "-")
    if save:
        view.raise_if_unsafe(plan, agreed)
        if save == "-":
            click.echo(edatool.dump_plan(plan), nl=False)
        else:
            edatool.save_plan(plan, save, force=asked().force)
    return 3 if exit_code and plan.steps else 0
