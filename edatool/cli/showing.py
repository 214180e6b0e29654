"""A plan on the terminal, and what is said while it is carried out."""

from dataclasses import dataclass
from shutil import get_terminal_size

import click

from edatool.change.allowed import NOTHING, Allowed
from edatool.change.changes import Change
from edatool.change.plan import Plan
from edatool.change.progress import Progress
from edatool.cli.everywhere import asked
from edatool.cli.failing import told
from edatool.cli.painting import paint
from edatool.cli.terminal.working import Working
from edatool.cli.writing import write
from edatool.errors import BrokerRefused, Unsafe
from edatool.frozen import frozen
from edatool.render.plan import FORMATS
from edatool.render.plan.shown import ShownPlan
from edatool.render.wrapped import WIDTH
from edatool.routing.topology import describe


@frozen
class View:
    """How a plan is shown: in which format, and how much of it; as wide as the terminal is, or as COLUMNS says."""

    output: str = "text"
    by_event: bool = False
    all_messages: bool = False

    def show(self, plan: Plan, title: str, allowed: Allowed, *, err: bool = False) -> None:
        """Show a plan, with what becomes of it where that much is allowed.

        With ``err`` standard output is taken by something else.
        """
        write(self._text(self.output, plan, title, allowed), err=err)

    def show_who_is_asked(self, plan: Plan, title: str, allowed: Allowed) -> None:
        """Show a plan on stderr, where a file of ``-o`` got it and nobody could know what the question is about."""
        if asked().target:
            click.echo(self._text("text", plan, title, allowed), err=True)

    def raise_if_unsafe(self, plan: Plan, allowed: Allowed, said: str = "nothing was done") -> None:
        """Refuse an unsafe plan that was shown, in a few words where the text of it ends with all the reasons.

        Raises:
            Unsafe, BrokerRefused: as ``Plan.raise_if_unsafe``.
        """
        try:
            plan.raise_if_unsafe(allowed)
        except (Unsafe, BrokerRefused) as error:
            if self.output != "text" or asked().target:
                raise
            raise type(error)(f"{said}, for the reasons at the end of the plan") from None

    def told_if_unsafe(self, plan: Plan, allowed: Allowed) -> int:
        """Say that apply would refuse a plan that was shown, and return the exit code.

        Unlike after an error, a file of ``-o`` gets its name: the results in it are whole.
        """
        try:
            self.raise_if_unsafe(plan, allowed, "apply would refuse this")
        except (Unsafe, BrokerRefused) as error:
            return told(error, asked())
        return 0

    def shown(self, plan: Plan, title: str, allowed: Allowed = NOTHING) -> ShownPlan:
        """Return a plan as it is shown."""
        width = get_terminal_size((WIDTH, 0)).columns
        return ShownPlan(plan, title, allowed, paint, self.all_messages, width, self.by_event, asked().verbose)

    def _text(self, output: str, plan: Plan, title: str, allowed: Allowed) -> str:
        return FORMATS.show(output, self.shown(plan, title, allowed))


@dataclass(slots=True)
class Steps:
    """Tells the steps of an apply on stderr: each of them with ``--verbose``, and in the end how many there were."""

    work: Working
    total: int = 0
    done: int = 0

    def begin(self, plan: Plan) -> None:
        """Know how many steps there are to be, and let the plan be read."""
        self.total = len(plan.steps)
        self.work.rest()

    def on_step(self, change: Change) -> None:
        """Tell of a step that is done."""
        self.done += 1
        self.work.at(Progress("Applying", "steps", self.done, self.total))
        if asked().verbose:
            self.work.tell(f"  done: {describe(change.object)}")

    def end(self, plan: Plan) -> None:
        """Tell that all of a plan is done."""
        self.work.rest()
        if plan.steps:
            self.work.tell(f"{len(plan.steps)} of {len(plan.steps)} steps done")
