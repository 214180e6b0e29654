"""A plan on the terminal, and what is said while it is carried out."""

import click

from edatool.change.allowed import Allowed
from edatool.change.changes import Change
from edatool.change.plan import Plan
from edatool.cli.everywhere import asked
from edatool.cli.painting import paint
from edatool.cli.telling import tell
from edatool.cli.writing import write
from edatool.frozen import frozen
from edatool.render.plan import FORMATS
from edatool.render.plan.shown import ShownPlan
from edatool.routing.topology import describe


def show(
    plan: Plan, title: str, output: str, allowed: Allowed, *, err: bool = False, all_messages: bool = False
) -> None:
    """Show a plan in one of its formats, with what becomes of it where that much is allowed.

    With ``err`` standard output is taken by something else.
    """
    write(FORMATS.show(output, ShownPlan(plan, title, allowed, paint, all_messages)), err=err)


def show_who_is_asked(plan: Plan, title: str, allowed: Allowed) -> None:
    """Show a plan on stderr, where a file of ``-o`` got it and nobody could know what the question is about."""
    if asked().target:
        click.echo(FORMATS.show("text", ShownPlan(plan, title, allowed, paint)), err=True)


@frozen
class Steps:
    """Tells the steps of an apply on stderr: each of them where that is wanted, and in the end how many there were."""

    verbose: bool

    def on_step(self, change: Change) -> None:
        """Tell of a step that is done."""
        if self.verbose:
            tell(f"  done: {describe(change.object)}")

    def end(self, plan: Plan) -> None:
        """Tell that all of a plan is done."""
        if plan.steps:
            tell(f"{len(plan.steps)} of {len(plan.steps)} steps done")
