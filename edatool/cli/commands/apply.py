"""edatool apply: make the broker have what the spec declares."""

from typing import Any

import click

from edatool.cli.options import (
    allowed,
    allowing_options,
    broker_options,
    format_option,
    load_spec,
    spec_option,
    wait_option,
)
from edatool.errors import WrongUsage


@click.command()
@click.argument("plan_file", required=False, metavar="[PLAN]")
@spec_option
@broker_options
@allowing_options
@wait_option
@format_option("text", "json")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("-v", "--verbose", is_flag=True, help="Name each step as it is done.")
def apply(
    plan_file: str | None,
    files: tuple[str, ...],
    output: str,
    yes: bool,
    verbose: bool,
    wait: float,
    **options: Any,
) -> int:
    """Make the broker have what the spec declares, after showing the plan.

    What is missing is created, and what an earlier apply of this spec has made is changed and removed. Everything else
    is left alone. Interrupted or failed, it goes on when run again. With PLAN, a file that plan --out has written,
    exactly that plan is carried out, or nothing if the broker has changed since.

    \b
    Example:
      edatool apply --broker amqp://user:password@host/vhost
      edatool apply --yes
      edatool apply plan.json
    """
    from edatool.change.plan import Allowed
    from edatool.cli.applying import apply_file, apply_wanted
    from edatool.cli.planning import known_events, target, wanted

    agreed = allowed(options)
    if plan_file:
        if agreed != Allowed():
            raise WrongUsage("what may be lost or taken over stands in the plan: give these options to edatool plan")
        if plan_file.endswith((".yaml", ".yml")):
            raise WrongUsage(f"{plan_file} is named as a plan, and looks like a spec: edatool apply -f {plan_file}")
        apply_file(plan_file, options, wait, output=output, verbose=verbose)
        return 0
    checked = load_spec(files)
    known_events(agreed, checked)
    ask = None if yes else "Apply this?"
    about = target(checked.spec, options)
    apply_wanted(about, wanted(checked, about), agreed, wait, output=output, ask=ask, verbose=verbose)
    return 0
