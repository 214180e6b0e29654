"""edatool plan: what apply would do."""

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, BinaryIO

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.everywhere import asked
from edatool.cli.file_name import FILE_NAME
from edatool.cli.options import (
    address,
    all_messages_option,
    allowed,
    allowing_options,
    broker_options,
    by_event_option,
    check_option,
    exit_code_option,
    format_option,
    load_spec,
    spec_option,
)
from edatool.cli.writing import output_option
from edatool.render.findings import FORMATS as FINDINGS_FORMATS
from edatool.render.plan import FORMATS

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from edatool.broker.session import Session
    from edatool.routes import Routes
    from edatool.routing.definitions.file import DefinitionsFile


@click.command(cls=Command)
@spec_option
@broker_options
@allowing_options
@format_option(FORMATS, FINDINGS_FORMATS)
@output_option
@click.option(
    "--save",
    type=FILE_NAME,
    metavar="FILE",
    help="Keep the plan in this file, for apply FILE to carry out exactly this plan; - prints it.",
)
@click.option(
    "--definitions",
    type=click.File("rb"),
    help="Plan for a broker that cannot be reached, by its exported definitions.",
)
@by_event_option
@all_messages_option
@check_option
@exit_code_option
def plan(
    files: tuple[str, ...],
    output: str,
    save: str | None,
    definitions: BinaryIO | None,
    by_event: bool,
    all_messages: bool,
    check: bool,
    exit_code: bool,
    **options: Any,
) -> int:
    """Show what differs between the spec and the broker and which events change destination, and change nothing.

    Markdown is for a comment on a pull request, and mermaid draws the events that change. The formats of edatool
    validate that are none of a plan say what apply would refuse, an event that is lost at its place. With --definitions
    a file plays the broker, and the plan says what that does not tell.

    \b
    Example:
      edatool plan --broker amqp://user:password@host/vhost
      edatool plan --format json --exit-code
      edatool plan --format markdown > comment.md
      edatool plan --save plan.json && edatool apply plan.json
      rabbitmqctl export_definitions broker.json && edatool plan --definitions broker.json
    """
    from edatool.cli.refusing import write_refused
    from edatool.cli.showing import View
    from edatool.cli.terminal.working import working

    routes, agreed, view = load_spec(files), allowed(options), View(output, by_event, all_messages)
    agreed.require_declared(routes.spec.events, routes.topology)
    with _there(definitions, options, routes) as vhost, working() as work:
        plan = edatool.plan(routes, vhost, on_note=work.tell, on_progress=work.at)
    if output in FORMATS.names:
        view.show(plan, f"Plan for {plan.spec} on {_called(vhost, plan)}", agreed, err=save == "-")
    write_refused(plan, agreed, output, "plan", files[0], err=save == "-")
    if (save or check) and (refused := view.told_if_unsafe(plan, agreed)):
        return refused
    if save:
        if save == "-":
            click.echo(edatool.dump_plan(plan), nl=False)
        else:
            edatool.save_plan(plan, save, force=asked().force)
    return 3 if exit_code and plan.steps else 0


def _there(
    definitions: BinaryIO | None, options: dict[str, Any], routes: "Routes"
) -> "AbstractContextManager[Session | DefinitionsFile]":
    if definitions:
        return nullcontext(edatool.read_definitions(definitions))
    return edatool.connect(address(options), routes)


def _called(there: "Session | DefinitionsFile", plan: edatool.Plan) -> str:
    return f"{there.name}, vhost {plan.vhost}" if isinstance(there, edatool.DefinitionsFile) else str(there)
