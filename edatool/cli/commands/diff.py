"""edatool diff: what a change of the spec does, without a broker."""

import os
from typing import Any

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.options import (
    address,
    against_option,
    all_messages_option,
    allowed,
    allowing_options,
    broker_options,
    by_event_option,
    check_option,
    exit_code_option,
    format_option,
    load_spec,
    profile_option,
    rabbitmq_option,
    spec_option,
)
from edatool.cli.writing import output_option, write
from edatool.render.diff import FORMATS
from edatool.render.findings import FORMATS as FINDINGS_FORMATS


@click.command(cls=Command)
@spec_option
@against_option
@rabbitmq_option(
    "The version of RabbitMQ to simulate, such as 4.3, and of which to say what it refuses; default: newest."
)
@profile_option
@broker_options
@allowing_options
@format_option(FORMATS, FINDINGS_FORMATS)
@output_option
@by_event_option
@all_messages_option
@check_option
@exit_code_option
def diff(
    *,
    files: tuple[str, ...],
    against: str,
    rabbitmq: str | None,
    profile: str | None,
    output: str,
    by_event: bool,
    all_messages: bool,
    check: bool,
    exit_code: bool,
    **options: Any,
) -> int:
    """Show what a change of the spec does: objects, where events go, contracts and findings.

    No broker is asked, and no secret is needed: it is as on a broker that is exactly as before, and a variable that is
    not set counts as the same before and after. Without --against it is what has changed since the last commit. It may
    also be a definitions file of RabbitMQ, or broker:NAME, what apply has left on the broker of --broker.
    The formats of edatool validate that are none of a plan say what apply would refuse, an event that is lost at its
    place.

    \b
    Example:
      edatool diff
      edatool diff --against origin/main --format markdown > comment.md
      edatool diff --against v1.4:specs/routes.yaml
      edatool diff --against ../production/ --exit-code
      edatool diff --against HEAD^ --check
    """
    from edatool.cli.refusing import write_refused
    from edatool.cli.showing import View
    from edatool.cli.telling import tell
    from edatool.cli.terminal.working import working
    from edatool.render.diff.shown import ShownDiff
    from edatool.spec.variables import StandIns

    agreed, environment = allowed(options), StandIns(os.environ)
    routes = load_spec(files, environment=environment, rabbitmq=rabbitmq, profile=profile)
    agreed.require_declared(routes.spec.events, routes.topology)
    with working() as work:
        before = edatool.load_before(
            against,
            *files,
            environment=environment,
            rabbitmq=rabbitmq,
            profile=profile,
            broker=address(options) if against.startswith("broker:") else None,
            on_note=work.tell,
        )
        found = edatool.diff(routes, before, rabbitmq=rabbitmq, on_note=work.tell, on_progress=work.at)
    if environment.unset:
        tell(f"not set, and taken to be the same before and after: {', '.join(sorted(environment.unset))}")
    view = View(output, by_event, all_messages)
    if output in FORMATS.names:
        title = f"Diff of {routes.spec.name} against {against}"
        write(FORMATS.show(output, ShownDiff(found, view.shown(found.plan, title, agreed))))
    write_refused(found.plan, agreed, output, "diff", files[0])
    if check and (refused := view.told_if_unsafe(found.plan, agreed)):
        return refused
    return 3 if exit_code and not found.empty else 0
