"""A plan as a comment on a pull request."""

import re
from collections.abc import Iterator
from itertools import accumulate

from edatool.change.consequences.consequences import Consequences, Destination, Reroute
from edatool.change.consequences.dead_letters import Burial
from edatool.change.plan import Plan
from edatool.change.unsafe import removals
from edatool.counted import counted
from edatool.render.changes import change_lines
from edatool.render.plan.agreement import losses
from edatool.render.plan.events import buried, caveats, evidence, outcome, sign
from edatool.render.plan.mermaid import picture
from edatool.render.plan.objections import VERDICTS
from edatool.render.plan.shown import ShownPlan
from edatool.render.plan.summary import summary
from edatool.routing.topology import describe
from edatool.visible import visible

MOST_CHARACTERS = 20_000
"""Bound of the table, and of the list of objects: GitHub takes comments of 65,536 characters."""


def markdown(shown: ShownPlan) -> str:
    """Return a heading, the events that change destination with a picture, and the objects folded away."""
    plan, allowed, found = shown.plan, shown.allowed, shown.plan.consequences
    lines = [f"### {plain(shown.title)}", "", plain(summary(plan, allowed)), *_objections(plan), *_events(found)]
    lines += [line for one in losses(plan, allowed) for line in ("", f"**{plain(one)}**")]
    if plan.removes_nearly_all and not allowed.removals:
        lines += ["", f"**UNSAFE: {plain(removals(plan))}**"]
    lines += ["", *_objects(plan)] if plan.compared.changes else []
    if plan.unseen:
        lines += ["", f"What is on the broker could not be seen: {plain(plan.unseen)}."]
    return "\n".join(lines)


def _objections(plan: Plan) -> Iterator[str]:
    found = plan.objections_to_steps
    if found:
        yield ""
        yield from _fitting(
            [f"- **{VERDICTS[one.verdict]}:** {code(describe(one.object))}: {plain(one.why)}" for one in found]
        )


def code(text: str) -> str:
    """Return a name as code, in which nothing is markup: pipes, backticks, HTML, mentions."""
    return f"<code>{plain(text)}</code>"


def plain(text: str) -> str:
    """Return text in which nothing is markup."""
    escaped = (char if char.isalnum() or char in " .-/:,;=+()'" else f"&#{ord(char)};" for char in visible(text))
    return "".join(escaped).replace("://", "&#58;//").replace("www.", "www&#46;")  # else they become links


def _events(found: Consequences) -> Iterator[str]:
    if found.unknown:
        return
    if found.unsafe:
        yield ""
        names, options = ", ".join(map(code, found.unsafe)), " ".join(f"--allow-unroutable {n}" for n in found.unsafe)
        yield f"**UNSAFE: {names} will reach no queue any more.** Apply refuses this without {code(options)}."
    if found.reroutes:
        yield from ("", "| Event | Messages | Gains | Loses | Note |", "|---|---|---|---|---|")
        rows = _fitting([_row(one) for one in found.reroutes])
        yield from rows
        if len(rows) < len(found.reroutes):
            yield f"| and {len(found.reroutes) - len(rows)} more | | | | |"
        yield from ("", "```mermaid", picture(found), "```")
    elif found.tried and not found.burials:
        yield from ("", f"No event changes destination ({counted(found.tried, 'message')} simulated).")
    if found.burials:
        yield from ("", "Dead letters:", "", *_fitting([_dead_letters(one) for one in found.burials]))
    for caveat in caveats(found):
        yield from ("", plain(caveat))


def _dead_letters(one: Burial) -> str:
    return f"- {code(one.event)} rejected by {code(one.queue)}: {plain(', '.join(buried(one)))}"


def _row(one: Reroute) -> str:
    name = code(one.name) if one.is_event else f"test {code(one.name)}"
    messages = "all" if one.whole else code(evidence(one)[1:-1])
    gains = "<br>".join(_queue(each) for each in one.destinations if each.after != "no")
    loses = "<br>".join(_queue(each) for each in one.destinations if each.after == "no")
    note = f"**UNSAFE: {plain(outcome(one))}**" if one.unsafe else plain(outcome(one))
    return f"| {name} | {messages} | {gains} | {loses} | {note} |"


def _queue(one: Destination) -> str:
    return f"{plain(sign(one))} {code(one.queue)}" + (
        f" ({one.before} before, {one.after} now)" if sign(one) == "~" else ""
    )


def _objects(plan: Plan) -> Iterator[str]:
    """Yield all changes of objects in a block that highlights + and -, fenced by more backticks than any name has."""
    lines = [visible(line.removeprefix("  ")) for change in plan.compared.changes for line in change_lines(change)]
    shown = _fitting(lines)
    if len(shown) < len(lines):
        shown.append(f"and {len(lines) - len(shown)} more lines, which the text of the plan has")
    longest = max(map(len, re.findall("`+", "\n".join(shown))), default=0)
    fence = "`" * max(3, longest + 1)
    count = len(plan.compared.changes)
    yield from (f"<details><summary>Objects ({count})</summary>", "", f"{fence}diff", *shown, fence, "", "</details>")


def _fitting(lines: list[str]) -> list[str]:
    """Return as many of the first lines as there is room for."""
    lengths = accumulate(len(line) + 1 for line in lines)
    return [line for line, length in zip(lines, lengths, strict=True) if length <= MOST_CHARACTERS]
