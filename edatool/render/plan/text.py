"""A plan for people."""

import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from edatool.change.allowed import Allowed
from edatool.change.changes import Adopt, Create, Delete, Ignored, Replace, Update
from edatool.change.consequences.consequences import Consequences
from edatool.change.diff import Compared
from edatool.change.plan import Plan
from edatool.change.unsafe import removals
from edatool.counted import counted
from edatool.render.changes import change_lines
from edatool.render.paint import Paint
from edatool.render.plan.agreement import losses, way_lines
from edatool.render.plan.events import buried, caveats, difference, subject
from edatool.render.plan.objections import VERDICTS
from edatool.render.plan.shown import ShownPlan
from edatool.render.plan.summary import summary
from edatool.routing.acceptance.objection import Objection
from edatool.routing.lowering.lowering import Filtering
from edatool.routing.topology import Identity, describe, identity_of
from edatool.spec.history import DEPENDS, REFUSED
from edatool.spec.spec import SpecBinding
from edatool.visible import joined, visible

LISTED = 20
"""How many of the objects that the spec does not declare are named in text; JSON has all."""

_COLOURS = {Create: "green", Adopt: "yellow", Update: "yellow", Replace: "red", Ignored: "yellow", Delete: "red"}


def text(shown: ShownPlan) -> str:
    """Return the objects that change, what becomes of events, how filters are carried out, and the counts."""
    plan, allowed, paint = shown.plan, shown.allowed, shown.paint
    lines = [visible(shown.title), "", *map(visible, _under_way_lines(plan)), *_change_lines(shown)]
    lines += [paint(visible(f"  ! {line}"), "red") for line in losses(plan, allowed)]
    if plan.compared.changes:
        lines.append("")
    if not plan.consequences.unknown:
        events = list(event_lines(plan.consequences, paint))
        lines += [*events, ""] if events else []
    filters = list(_filter_lines(plan.filtering)) if plan.filtering and plan.steps else []
    lines += [*map(visible, filters), ""] if filters else []
    told = [summary(plan, allowed), *_removal_lines(plan, allowed), *_unheeded_lines(plan)]
    lines.append(joined([*told, *_foreign_lines(plan.compared), *_blind_lines(plan)]))
    return "\n".join(lines)


def event_lines(found: Consequences, paint: Paint) -> Iterator[str]:
    """Yield a line for each event, or for each way in which its messages differ."""
    if found.reroutes or found.burials:
        yield "Events:"
    elif found.tried:
        yield f"No event changes destination ({counted(found.tried, 'message')} simulated)."
    for one in found.reroutes:
        mark, colour = ("!", "red") if one.unsafe else ("~", "yellow")
        yield paint(visible(f"  {mark} {subject(one)}: {difference(one)}"), colour)
    for each in found.burials:
        mark, colour = ("!", "red") if each.lost else ("~", "yellow")
        yield paint(visible(f"  {mark} {each.event} rejected by {each.queue}: {', '.join(buried(each))}"), colour)
    yield from map(visible, caveats(found))


def _under_way_lines(plan: Plan) -> Iterator[str]:
    if plan.under_way:
        named = ", ".join(describe(one.new) for one in plan.under_way)
        yield f"Under way since an earlier apply: the replacement of {named}. apply goes on with it first."
        yield ""


def _change_lines(shown: ShownPlan) -> Iterator[str]:
    """Yield the changes, each with what RabbitMQ has against it, and how it can be made all the same."""
    plan = shown.plan
    ways = {identity_of(way.replacement.new): way for way in plan.ways}
    objections: defaultdict[Identity, list[Objection]] = defaultdict(list)
    for one in plan.objections_to_steps:
        objections[identity_of(one.object)].append(one)
    for change in plan.compared.changes:
        identity = identity_of(change.object)
        yield from (shown.paint(visible(line), _COLOURS[type(change)]) for line in change_lines(change))
        for one in objections[identity] if not isinstance(change, Adopt) else ():
            line = visible(f"        {VERDICTS[one.verdict]}: {one.why}")
            yield shown.paint(line, "red" if one.verdict is REFUSED else "yellow")
        if isinstance(change, Replace):
            yield from (visible(f"        {line}") for line in way_lines(ways[identity], plan, shown.allowed))


def _filter_lines(found: Filtering) -> Iterator[str]:
    if found.pushed or found.stamped:
        yield "Filters:"
    for pushed in found.pushed:
        yield f"    {_filter(pushed.binding)}: by keys and headers alone"
    for stamped in found.stamped:
        yield f"    {_filter(stamped.binding)}: by edatool's publishers; for others keep `edatool router` running"


def _filter(one: SpecBinding) -> str:
    condition = one.filter if isinstance(one.filter, str) else json.dumps(one.filter, ensure_ascii=False)
    source = one.exchange or ", ".join(one.events)
    kind = "exchange" if one.to_exchange else "queue"
    return f"{condition} of {source} to {kind} {one.destination}"


def _foreign_lines(compared: Compared) -> Iterator[str]:
    foreign = compared.foreign
    if not foreign.size:
        return
    yield ""
    yield f"Not declared here, and left alone ({foreign.size}):"
    for one in islice(foreign.objects, LISTED):
        owner = compared.owners.get(identity_of(one))
        yield f"    {describe(one)}" + (f" (of the spec {owner!r})" if owner else "")
    if foreign.size > LISTED:
        yield f"    and {foreign.size - LISTED} more (all of them with --format json)"


def _unheeded_lines(plan: Plan) -> Iterator[str]:
    """Yield what stands in objects that are there already, and this RabbitMQ does not heed."""
    found = [one for one in plan.objections_to_the_rest if one.verdict is not DEPENDS]
    if found:
        yield ""
        yield "There already, and not in force on this RabbitMQ:"
        yield from (f"    {describe(one.object)}: {one.why}" for one in found[:LISTED])
        if len(found) > LISTED:
            yield f"    and {len(found) - LISTED} more (all of them with --format json)"


def _removal_lines(plan: Plan, allowed: Allowed) -> Iterator[str]:
    if plan.removes_nearly_all and not allowed.removals:
        yield ""
        yield f"apply refuses this: {removals(plan)}."


def _blind_lines(plan: Plan) -> Iterator[str]:
    if plan.unseen:
        yield ""
        yield f"What is on the broker could not be seen: {plan.unseen}."
        yield "Objects shown as new may be there."
    elif plan.unowned:
        yield ""
        yield f"Which objects are from this spec is not known, so nothing is removed: {plan.unowned}."
    elif plan.outlived:
        yield ""
        yield "The ledger of this spec is about an earlier vhost of this name: nothing that is here counts as its own."
