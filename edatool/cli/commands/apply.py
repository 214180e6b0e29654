"""edatool apply: make the broker have what the spec declares."""

from typing import TYPE_CHECKING, Any

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.file_name import FILE_NAME
from edatool.cli.options import (
    NOT_REVIEWED,
    address,
    allowed,
    allowing_options,
    broker_options,
    by_event_option,
    format_option,
    load_spec,
    spec_option,
    wait_option,
    yes_option,
)
from edatool.cli.writing import output_option
from edatool.errors import Stale, WrongUsage
from edatool.render.plan import FORMATS

if TYPE_CHECKING:
    from edatool.change.allowed import Allowed
    from edatool.cli.showing import View


@click.command(cls=Command)
@click.argument("plan_file", required=False, type=FILE_NAME, metavar="[PLAN]")
@spec_option
@broker_options
@allowing_options
@click.option(
    "--reviewed",
    metavar="NUMBER",
    help="Apply the plan of this number, as edatool comment --reviewed prints it, or nothing.",
)
@wait_option
@format_option(FORMATS)
@output_option
@by_event_option
@yes_option
def apply(
    plan_file: str | None,
    files: tuple[str, ...],
    output: str,
    by_event: bool,
    yes: bool,
    reviewed: str | None,
    wait: float,
    **options: Any,
) -> int:
    """Make the broker have what the spec declares, after showing the plan.

    What is missing is created, and what an earlier apply of this spec has made is changed and removed. Everything else
    is left alone. Interrupted or failed, it goes on when run again. With PLAN, a file that plan --save has written,
    exactly that plan is carried out, or nothing if the broker has changed since. With --reviewed that is so for the
    plan which a pull request shows; where nothing is to be done, any will do.

    \b
    Example:
      edatool apply --broker amqp://user:password@host/vhost
      edatool apply --yes
      edatool apply plan.json
      edatool apply --yes --reviewed "$(edatool comment --github --environment production --reviewed)"
    """
    from edatool.cli.showing import View

    agreed, view = allowed(options), View(output, by_event)
    if plan_file and reviewed is not None:
        raise WrongUsage(f"{plan_file} and --reviewed exclude each other: each names a plan")
    if plan_file:
        _apply_reviewed(plan_file, view, agreed, wait, options)
    else:
        _apply_spec(files, view, agreed, wait, options, reviewed, yes=yes)
    return 0


def _apply_reviewed(plan_file: str, view: "View", agreed: "Allowed", wait: float, broker: dict[str, Any]) -> None:
    from edatool.change.allowed import Allowed
    from edatool.cli.showing import Steps
    from edatool.cli.terminal.working import working

    if agreed != Allowed():
        raise WrongUsage("what may be lost or taken over stands in the plan: give these options to edatool plan")
    if plan_file.endswith((".yaml", ".yml")):
        raise WrongUsage(f"{plan_file} is named as a plan, and looks like a spec: edatool apply -f {plan_file}")
    there = address(broker)
    reviewed = edatool.load_plan(plan_file)
    with edatool.connect(there, vhost=reviewed.vhost) as vhost, working() as work:
        steps = Steps(work)

        def show(plan: edatool.Plan) -> None:
            steps.begin(plan)
            view.show(plan, f"Plan for {reviewed.spec} on {vhost}", reviewed.allowed)

        done = edatool.apply(
            reviewed,
            vhost,
            wait=wait,
            on_plan=show,
            on_step=steps.on_step,
            on_note=work.tell,
            on_progress=work.at,
        )
        steps.end(done)


def _raise_if_not_reviewed(plan: edatool.Plan, reviewed: str) -> None:
    """Refuse another plan than the reviewed one.

    Raises:
        Stale: nobody has reviewed this plan.
    """
    if plan.steps and plan.fingerprint != reviewed:
        which = "no plan was reviewed" if reviewed == NOT_REVIEWED else f"plan {reviewed[:12]} was reviewed"
        way_out = f"review this one, and apply it with --reviewed {plan.fingerprint}"
        raise Stale(f"nothing was done, for {which}: {way_out}")


def _apply_spec(
    files: tuple[str, ...],
    view: "View",
    agreed: "Allowed",
    wait: float,
    broker: dict[str, Any],
    reviewed: str | None,
    *,
    yes: bool,
) -> None:
    from edatool.cli.showing import Steps
    from edatool.cli.terminal.asking import require_yes
    from edatool.cli.terminal.working import working

    routes = load_spec(files)
    agreed.require_declared(routes.spec.events, routes.topology)
    with edatool.connect(address(broker), routes) as vhost, working() as work:
        steps, title = Steps(work), f"Plan for {routes.spec.name} on {vhost}"

        def show(plan: edatool.Plan) -> None:
            steps.begin(plan)
            view.show(plan, title, agreed)
            view.raise_if_unsafe(plan, agreed)
            if reviewed is not None:
                _raise_if_not_reviewed(plan, reviewed)

        if yes:
            done = edatool.deploy(
                routes,
                vhost,
                agreed,
                wait=wait,
                on_plan=show,
                on_step=steps.on_step,
                on_note=work.tell,
                on_progress=work.at,
            )
        else:
            plan = edatool.plan(routes, vhost, on_note=work.tell, on_progress=work.at)
            show(plan)
            if plan.steps:
                view.show_who_is_asked(plan, title, agreed)
                require_yes("Apply this?")
            done = edatool.apply(plan, vhost, wait=wait, on_step=steps.on_step, on_note=work.tell, on_progress=work.at)
        steps.end(done)
