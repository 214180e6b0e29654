"""A plan as a comment on a pull request."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from edatool.change.plan import Plan
from edatool.render.changes import change_lines
from edatool.render.markup import code, fitting, plain
from edatool.render.paint import unpainted
from edatool.render.plan.events import event_lines
from edatool.render.plan.mermaid import picture
from edatool.render.plan.objections import VERDICTS
from edatool.render.plan.shown import ShownPlan
from edatool.render.plan.summary import summary
from edatool.render.plan.verdict import agreed_risks, refusals
from edatool.routing.topology import describe
from edatool.spec.rabbitmq.history import REFUSED
from edatool.visible import visible

MOST = 20_000
"""Bound in bytes of the events, and of the objects: GitHub takes comments of 65,536 characters."""
_FEW = 12
"""How many objects are not too many to be seen at once."""
WIDTH = 100
"""Of what a comment shows in a block of code without a bar to scroll it."""


def markdown(shown: ShownPlan) -> str:
    """Return a heading, what is unsafe, what becomes of events with a picture, and the objects."""
    plan, allowed = shown.plan, shown.allowed
    lines = [f"### {plain(shown.title)}", "", plain(summary(plan, allowed))]
    lines += _listed("UNSAFE, apply refuses this:", map(plain, refusals(plan, allowed)))
    lines += _listed("Agreed to:", map(plain, agreed_risks(plan, allowed)))
    lines += _listed("What this RabbitMQ may refuse, or ignores:", _objections(plan))
    lines += _listed("Not known, for no broker was asked:", map(plain, plan.unasked))
    lines += _events(shown)
    lines += ["", *_objects(shown)] if plan.compared.changes else []
    if plan.unseen:
        lines += ["", f"What is there could not be seen: {plain(plan.unseen)}."]
    return "\n".join(lines)


def _listed(heading: str, told: Iterable[str]) -> Iterator[str]:
    items = fitting([f"- {one}" for one in told], MOST)
    if items:
        yield from ("", f"**{heading}**", "", *items)


def _objections(plan: Plan) -> Iterator[str]:
    for one in plan.objections_to_steps:
        if one.verdict is not REFUSED:
            yield f"**{VERDICTS[one.verdict]}:** {code(describe(one.object))}: {plain(one.why)}"


def _events(shown: ShownPlan) -> Iterator[str]:
    found = shown.plan.consequences
    if found.unknown:
        return
    told = list(_marked(event_lines(replace(shown, width=WIDTH, paint=unpainted))))
    if told:
        yield from ("", *fenced(told, "what becomes of events"))
    if found.reroutes:
        yield from ("", "```mermaid", picture(found), "```")


def _marked(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines that begin with their mark each, which colours them: what is unsafe in the red of what is lost."""
    mark = ""
    for line in (one.removeprefix("  ") for one in lines):
        if line[0] != " ":
            mark = line[0] if line[0] in "!-+~" else ""
        yield f"- {line}" if mark == "!" else mark + line[len(mark) :]


def _objects(shown: ShownPlan) -> Iterator[str]:
    """Yield the objects folded away, unless they are few and one of them is why apply refuses the plan."""
    changes = shown.plan.compared.changes
    lines = [visible(line.removeprefix("  ")) for change in changes for line in change_lines(change)]
    asked = len(changes) <= _FEW and any(refusals(shown.plan, shown.allowed))
    yield f"<details{' open' if asked else ''}><summary>Objects ({len(changes)})</summary>"
    yield from ("", *fenced(lines, "the objects"), "", "</details>")


def fenced(lines: list[str], what: str, most: int = MOST) -> Iterator[str]:
    """Yield lines in a block that highlights +, - and !, fenced by more backticks than any name has."""
    shown = fitting(lines, most)
    if len(shown) < len(lines):
        shown.append(f"and {len(lines) - len(shown)} more lines on {what}, which the text has")
    longest = max(map(len, re.findall("`+", "\n".join(shown))), default=0)
    fence = "`" * max(3, longest + 1)
    yield from (f"{fence}diff", *shown, fence)
