"""A plan for people and for programs."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import islice
from typing import assert_never

from edatool.change.allowed import NOTHING, Allowed
from edatool.change.changes import Adopt, Change, Create, Delete, Difference, Ignored, Replace, Update
from edatool.change.diff import Compared
from edatool.change.plan import Plan, removals
from edatool.change.replacing.by_policy import as_yaml
from edatool.change.replacing.ways import ReplacementWay
from edatool.change.tightening import Tightening
from edatool.render import consequences, filtering, objections
from edatool.routing.redaction import HIDDEN
from edatool.routing.topology import (
    Binding,
    Exchange,
    Object,
    Policy,
    Queue,
    Setting,
    describe,
    identity_of,
    kind_of,
)
from edatool.spec.history import DEPENDS, REFUSED
from edatool.visible import joined, visible

FORMAT_VERSION = 1
LISTED = 20
"""How many of the objects that the spec does not declare are named in text; JSON has all."""

Paint = Callable[[str, str], str]


def text(plan: Plan, title: str, paint: Paint = lambda line, _: line, allowed: Allowed = NOTHING) -> str:
    """Return a plan to be read; ``paint(line, colour)`` colours a line, and ``allowed`` is what a person agrees to."""
    lines = [visible(title), "", *map(visible, _under_way_lines(plan))]
    ways = {identity_of(way.replacement.new): way for way in plan.ways}
    refused = objections.by_object(plan.objections_to_steps)
    for change in plan.compared.changes:
        lines += [paint(visible(line), _COLOURS[type(change)]) for line in change_lines(change)]
        for one in refused.get(identity_of(change.object), []) if not isinstance(change, Adopt) else []:
            lines.append(paint(visible(objections.line(one)), "red" if one.verdict is REFUSED else "yellow"))
        if isinstance(change, Replace):
            lines += [visible(f"        {line}") for line in way_lines(ways[identity_of(change.object)], plan, allowed)]
    lines += [paint(visible(f"  ! {line}"), "red") for line in losses(plan, allowed)]
    if plan.compared.changes:
        lines.append("")
    if not plan.consequences.unknown:
        events = list(consequences.text_lines(plan.consequences, paint))
        lines += [*events, ""] if events else []
    filters = list(filtering.lines(plan.filtering)) if plan.filtering and plan.steps else []
    lines += [*map(visible, filters), ""] if filters else []
    told = [summary(plan, allowed), *_removal_lines(plan, allowed), *_unheeded_lines(plan)]
    lines.append(joined([*told, *_foreign_lines(plan.compared), *_blind_lines(plan)]))
    return "\n".join(lines)


def summary(plan: Plan, allowed: Allowed = NOTHING) -> str:
    """Return the counts of a plan in one sentence."""
    agreed = sum(_is_agreed(way, plan, allowed) for way in plan.ways)
    counts = [
        (_count(plan, Create), "to create"),
        (_count(plan, Adopt), "to adopt"),
        (_count(plan, Update), "to change"),
        (_count(plan, Delete), "to remove"),
        (agreed, "to replace"),
        (_count(plan, Replace) - agreed, "not possible in place"),
        (_count(plan, Ignored), "silently ignored by RabbitMQ"),
    ]
    parts = [f"{number} {words}" for number, words in counts if number]
    if plan.compared.unchanged and plan.unseen is None:
        parts.append(f"{plan.compared.unchanged} unchanged")
    parts += objections.counts(plan.objections_to_steps)
    nothing = "Nothing to do: " if not plan.steps else ""
    return nothing + ", ".join(parts) + "." if parts else "Nothing to do."


def as_json(plan: Plan, allowed: Allowed = NOTHING, *, all_messages: bool = False) -> str:
    """Return a plan as JSON; the keys are part of the format, whose version is ``format_version``.

    Of the messages that show what changes for an event there are a few, or all.
    """
    unknown = plan.consequences.unknown
    return json.dumps(
        {
            "format_version": FORMAT_VERSION,
            "changes": [change_fields(change) for change in plan.compared.changes],
            "unchanged": plan.compared.unchanged,
            "foreign": [_foreign_fields(one, plan.compared) for one in plan.compared.foreign.objects],
            "objections": [
                *(objections.fields(one, unchanged=False) for one in plan.objections_to_steps),
                *(objections.fields(one, unchanged=True) for one in plan.objections_to_the_rest),
            ],
            "unseen": plan.unseen,
            "unowned": plan.unowned,
            "outlived": plan.outlived,
            "removes_nearly_all": plan.removes_nearly_all,
            "tightenings": [_tightening_fields(one) for one in plan.tightenings],
            "waiting": [asdict(one) for one in plan.waiting],
            "ways": [_way_fields(one, plan, allowed) for one in plan.ways],
            "under_way": [{"kind": one.kind, "name": one.name} for one in plan.under_way],
            "filters": filtering.fields(plan.filtering) if plan.filtering else [],
            "events": None if unknown else consequences.fields(plan.consequences, all_messages=all_messages),
            "events_unknown": unknown,
        },
        indent=2,
    )


_COLOURS = {Create: "green", Adopt: "yellow", Update: "yellow", Replace: "red", Ignored: "yellow", Delete: "red"}


def _count(plan: Plan, kind: type) -> int:
    return sum(isinstance(change, kind) for change in plan.compared.changes)


def change_lines(change: Change) -> Iterator[str]:
    """Yield the lines of one change."""
    match change:
        case Create():
            yield f"  + {describe(change.object)}{_kind_of(change.object)}"
            for name, value in _shown_arguments(change.object):
                yield f"        {name}: {value}"
        case Adopt():
            whose = f"of the spec {change.owner!r}" if change.owner else "there already, not made from this spec"
            yield f"  = {describe(change.object)}{_kind_of(change.object)}: {whose}"
        case Update():
            yield f"  ~ {describe(change.object)}"
            yield from difference_lines(change.differences)
        case Replace():
            yield f"  ! {describe(change.object)}: RabbitMQ cannot change this in place"
            yield from difference_lines(change.differences)
        case Ignored():
            yield f"  ? {describe(change.object)}: RabbitMQ would accept this, and keep what it has"
            yield from difference_lines(change.differences)
        case Delete():
            yield f"  - {describe(change.object)}"
            for one in change.needed_by:
                yield f"        needed by {describe(one)}"
        case _:
            assert_never(change)


def _kind_of(one: Object) -> str:
    return f" ({one.type})" if isinstance(one, (Exchange, Queue)) else ""


def _shown_arguments(one: Object) -> Iterator[tuple[str, str]]:
    if isinstance(one, Policy):
        yield "pattern", json.dumps(one.pattern)
        for name, value in sorted(one.definition.items()):
            yield name, json.dumps(value)
    elif isinstance(one, Setting):
        for name, value in sorted(one.value.items()):
            yield name, json.dumps(value)
    elif not isinstance(one, Binding):
        for name, value in sorted(one.arguments.items()):
            if name != "x-queue-type":
                yield name, json.dumps(value)


def difference_lines(differences: tuple[Difference, ...]) -> Iterator[str]:
    """Yield a line for each property that differs."""
    for one in differences:
        hidden = HIDDEN in (one.before, one.after)
        yield f"        {one.name}: " + ("changed" if hidden else f"{_value(one.before)} -> {_value(one.after)}")


def _value(value: object) -> str:
    return "absent" if value is None else json.dumps(value)


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


def _is_agreed(way: ReplacementWay, plan: Plan, allowed: Allowed) -> bool:
    """Whether apply makes a replacement if that much is allowed."""
    not_ours = identity_of(way.replacement.new) in allowed.not_ours(plan.compared.changes)
    return way.replacement.name in allowed.replace and not way.obstacles and not not_ours


def way_lines(way: ReplacementWay, plan: Plan, allowed: Allowed) -> Iterator[str]:
    """Yield how an object can be changed all the same that RabbitMQ cannot change in place."""
    name = way.replacement.name
    if identity_of(way.replacement.new) in allowed.not_ours(plan.compared.changes):
        yield "it is not this spec's: declare it as it is there or as external"
        return
    if way.policy:
        policy = json.dumps(as_yaml(way.policy))
        yield f"a policy does without a replacement: leave the queue as it is, and add to policies: {policy}"
    if way.obstacles:
        yield from (f"cannot be replaced: {obstacle}" for obstacle in way.obstacles)
        return
    puts = f"{'will be replaced: ' if name in allowed.replace else ''}--replace {name} puts a new one in its place"
    if isinstance(way.replacement.new, Queue):
        yield f"{puts} and moves its messages; consumers are cancelled once"
        yield "publishers that send to it by its name (the default exchange) have to pause for it"
    else:
        yield f"{puts}; a channel that publishes in that instant is closed"


def losses(plan: Plan, allowed: Allowed) -> Iterator[str]:
    """Yield which queues and delayed exchanges may lose some of what they hold now, and how to accept that."""
    tightened = [(one.queue.name, one) for one in plan.tightenings if one.may_lose]
    waiting = [(one.exchange, one) for one in plan.waiting if one.may_lose]
    for name, one in (*tightened, *waiting):
        agreed = "--discard accepts" if name in allowed.discard else f"apply wants --discard {name} for"
        yield f"{one}: messages may go, which {agreed}"


def _tightening_fields(one: Tightening) -> dict[str, object]:
    return {
        "queue": one.queue.name,
        "setting": one.setting,
        "before": one.before,
        "after": one.after,
        "source": one.source,
        "messages": one.held.messages if one.held else None,
        "may_lose": one.may_lose,
    }


def _way_fields(way: ReplacementWay, plan: Plan, allowed: Allowed) -> dict[str, object]:
    return {
        "kind": way.replacement.kind,
        "name": way.replacement.name,
        "obstacles": list(way.obstacles),
        "policy": as_yaml(way.policy) if way.policy else None,
        "agreed": _is_agreed(way, plan, allowed),
    }


def _removal_lines(plan: Plan, allowed: Allowed) -> Iterator[str]:
    if plan.removes_nearly_all and not allowed.removals:
        yield ""
        yield f"apply refuses this: {removals(plan)}."


def _under_way_lines(plan: Plan) -> Iterator[str]:
    if plan.under_way:
        named = ", ".join(describe(one.new) for one in plan.under_way)
        yield f"Under way since an earlier apply: the replacement of {named}. apply goes on with it first."
        yield ""


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


def change_fields(change: Change) -> dict[str, object]:
    """Return a change as JSON has it."""
    fields: dict[str, object] = {"action": type(change).__name__.lower(), **object_fields(change.object)}
    if isinstance(change, (Update, Replace, Ignored)):
        fields["differences"] = difference_fields(change.differences)
    if isinstance(change, Adopt):
        fields["owner"] = change.owner
    if isinstance(change, Delete):
        fields["needed_by"] = [object_fields(one) for one in change.needed_by]
    return fields


def difference_fields(differences: tuple[Difference, ...]) -> list[dict[str, object]]:
    """Return the properties that differ as JSON has them."""
    return [{"name": one.name, "before": one.before, "after": one.after} for one in differences]


def object_fields(one: Object) -> dict[str, object]:
    """Return an object as JSON has it."""
    match one:
        case Exchange():
            own: dict[str, object] = {"name": one.name, "type": one.type, "arguments": dict(one.arguments)}
            own |= {"durable": one.durable, "auto_delete": one.auto_delete, "internal": one.internal}
        case Queue():
            own = {"name": one.name, "type": one.type, "arguments": dict(one.arguments)}
            own |= {"durable": one.durable, "auto_delete": one.auto_delete}
        case Binding():
            own = {
                "source": one.source,
                "destination": one.destination,
                "key": one.key,
                "arguments": dict(one.arguments),
            }
            own |= {"destination_kind": "exchange" if one.to_exchange else "queue"}
        case Policy():
            own = {
                "name": one.name,
                "pattern": one.pattern,
                "apply_to": one.apply_to,
                "priority": one.priority,
            }
            own |= {"definition": dict(one.definition)}
        case Setting():
            own = {"name": one.name, "value": dict(one.value)}
        case _:
            assert_never(one)
    return {"kind": kind_of(one), **own}


def _foreign_fields(one: Object, compared: Compared) -> dict[str, object]:
    return {**object_fields(one), "owner": compared.owners.get(identity_of(one))}
