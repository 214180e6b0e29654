"""A plan for people."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator

from edatool.change.changes import Adopt, Create, Delete, IgnoredUpdate, Replace, Update
from edatool.change.plan import Plan
from edatool.counted import counted
from edatool.render.changes import change_lines
from edatool.render.plan.agreement import way_lines
from edatool.render.plan.events import event_lines
from edatool.render.plan.folding import folded, is_folded
from edatool.render.plan.objections import VERDICTS
from edatool.render.plan.shown import ShownPlan
from edatool.render.plan.summary import summary
from edatool.render.plan.verdict import agreed_risks, refusals
from edatool.render.wrapped import wrapped
from edatool.routing.acceptance.objection import Objection
from edatool.routing.lowering.lowering import Filtering
from edatool.routing.topology import Identity, describe, identity_of
from edatool.spec.rabbitmq.history import DEPENDS, REFUSED
from edatool.spec.spec import SpecBinding
from edatool.visible import visible

LISTED = 20
"""How many objects are named that are there already and not in force; JSON has all."""

_COLOURS = {Create: "green", Adopt: "yellow", Update: "yellow", Replace: "red", IgnoredUpdate: "yellow", Delete: "red"}


def text(shown: ShownPlan) -> str:
    """Return the objects that change, what becomes of events, how filters are carried out, and last what is unsafe."""
    return with_sections(shown, ())


def with_sections(shown: ShownPlan, further: Iterable[list[str]]) -> str:
    """Return the same with further sections, which stand before what says how far all of it can be relied on."""
    plan = shown.plan
    parts = [
        [visible(shown.title)],
        _lines(_under_way_lines(plan), shown),
        list(_change_lines(shown)),
        [] if plan.consequences.unknown else list(event_lines(shown)),
        _lines(_filter_lines(plan.filtering), shown) if plan.filtering and plan.steps else [],
        *further,
        _lines(_unheeded_lines(shown), shown),
        _lines(_foreign_lines(shown), shown),
        _lines(_blind_lines(plan), shown),
        _lines(_unasked_lines(plan), shown),
        wrapped(summary(plan, shown.allowed), shown.width),
        *_verdict(shown),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _lines(lines: Iterable[str], shown: ShownPlan) -> list[str]:
    return [part for line in lines for part in wrapped(line, shown.width)]


def _verdict(shown: ShownPlan) -> Iterator[list[str]]:
    """Yield what is unsafe, which is looked at last before the question."""
    for heading, found, colour in (
        ("Agreed to:", agreed_risks(shown.plan, shown.allowed), "yellow"),
        ("Apply refuses this:", refusals(shown.plan, shown.allowed), "red"),
    ):
        lines = _lines((f"  ! {one}" for one in found), shown)
        if lines:
            yield [heading, *(shown.paint(line, colour) for line in lines)]


def _under_way_lines(plan: Plan) -> Iterator[str]:
    if plan.under_way:
        named = ", ".join(describe(one.new) for one in plan.under_way)
        yield f"Under way since an earlier apply: the replacement of {named}. apply goes on with it first."


def _change_lines(shown: ShownPlan) -> Iterator[str]:
    """Yield the changes, each with what RabbitMQ has against it, and how it can be made all the same."""
    plan = shown.plan
    ways = {identity_of(way.replacement.new): way for way in plan.ways}
    objections: defaultdict[Identity, list[Objection]] = defaultdict(list)
    for one in plan.objections_to_steps:
        objections[identity_of(one.object)].append(one)
    for change in plan.compared.changes:
        identity = identity_of(change.object)
        if is_folded(change, shown) and not objections[identity]:
            continue
        for line in _lines(change_lines(change), shown):
            yield shown.paint(line, _COLOURS[type(change)])
        for one in objections[identity] if not isinstance(change, Adopt) else ():
            for line in _lines([f"        {VERDICTS[one.verdict]}: {one.why}"], shown):
                yield shown.paint(line, "red" if one.verdict is REFUSED else "yellow")
        if isinstance(change, Replace):
            way = way_lines(ways[identity], plan, shown.allowed)
            yield from _lines((f"        {line}" for line in way), shown)
    for mark, kind in (("+", Create), ("-", Delete)):
        number = sum(isinstance(one, kind) and is_folded(one, shown) for one in plan.compared.changes)
        if number:
            yield shown.paint(visible(f"  {mark} {folded(number, plan)}"), _COLOURS[kind])


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


def _foreign_lines(shown: ShownPlan) -> Iterator[str]:
    compared = shown.plan.compared
    if not compared.foreign.size:
        return
    number = counted(compared.foreign.size, "object")
    if not shown.verbose:
        yield f"{number} of others left alone (-v names them)."
        return
    yield f"{number} of others left alone:"
    for one in compared.foreign.objects:
        owner = compared.owners.get(identity_of(one))
        yield f"    {describe(one)}" + (f" (of the spec {owner!r})" if owner else "")


def _unheeded_lines(shown: ShownPlan) -> Iterator[str]:
    """Yield what stands in objects that are there already, and this RabbitMQ does not heed."""
    found = [one for one in shown.plan.objections_to_the_rest if one.verdict is not DEPENDS]
    named = found if shown.verbose else found[:LISTED]
    if found:
        yield "There already, and not in force on this RabbitMQ:"
        yield from (f"    {describe(one.object)}: {one.why}" for one in named)
        if len(found) > len(named):
            yield f"    and {len(found) - len(named)} more (-v names them)"


def _blind_lines(plan: Plan) -> Iterator[str]:
    if plan.unseen:
        yield f"What is there could not be seen: {plan.unseen}."
        yield "Objects shown as new may be there."
    elif plan.unowned:
        yield f"Which objects are from this spec is not known, so nothing is removed: {plan.unowned}."
    elif plan.outlived:
        yield "The ledger of this spec is about an earlier vhost of this name: nothing that is here counts as its own."


def _unasked_lines(plan: Plan) -> Iterator[str]:
    if plan.unasked:
        yield "Not known, for no broker was asked:"
        yield from (f"    {one}" for one in plan.unasked)
