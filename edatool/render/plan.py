"""A plan for people and for programs."""

import json
from collections.abc import Callable, Iterator
from typing import assert_never

from edatool.change.diff import Change, Create, Delete, Difference, Ignored, Object, Replace, Update
from edatool.change.plan import Plan, describe
from edatool.render import consequences
from edatool.routing.topology import Binding, Exchange, Policy, Queue, Topology

FORMAT_VERSION = 1
LISTED = 20
"""How many of the objects that the spec does not declare are named in text; JSON has all."""

Paint = Callable[[str, str], str]


def text(plan: Plan, title: str, paint: Paint = lambda line, _: line) -> str:
    """Return a plan to be read; ``paint(line, colour)`` colours a line."""
    lines = [title, ""]
    for change in plan.compared.changes:
        lines += [paint(line, _COLOURS[type(change)]) for line in change_lines(change)]
    if plan.compared.changes:
        lines.append("")
    if plan.consequences:
        events = list(consequences.text_lines(plan.consequences, paint))
        lines += [*events, ""] if events else []
    lines += [summary(plan), *_foreign_lines(plan.compared.foreign)]
    if plan.unseen:
        lines += [
            "",
            f"What is on the broker could not be seen: {plan.unseen}.",
            "Objects shown as new may be there.",
        ]
    return "\n".join(lines)


def summary(plan: Plan) -> str:
    """Return the counts of a plan in one sentence."""
    counts = [
        (Create, "to create"),
        (Update, "to change"),
        (Delete, "to remove"),
        (Replace, "not possible in place"),
        (Ignored, "silently ignored by RabbitMQ"),
    ]
    parts = [f"{number} {words}" for kind, words in counts if (number := _count(plan, kind))]
    if plan.compared.unchanged and plan.unseen is None:
        parts.append(f"{plan.compared.unchanged} unchanged")
    nothing = "Nothing to do: " if not plan.steps else ""
    return nothing + ", ".join(parts) + "." if parts else "Nothing to do."


def as_json(plan: Plan) -> str:
    """Return a plan as JSON; the keys are part of the format, whose version is ``format_version``."""
    return json.dumps(
        {
            "format_version": FORMAT_VERSION,
            "changes": [_change_fields(change) for change in plan.compared.changes],
            "unchanged": plan.compared.unchanged,
            "foreign": _topology_fields(plan.compared.foreign),
            "unseen": plan.unseen,
            "events": consequences.fields(plan.consequences) if plan.consequences else None,
        },
        indent=2,
    )


_COLOURS = {Create: "green", Update: "yellow", Replace: "red", Ignored: "yellow", Delete: "red"}


def _count(plan: Plan, kind: type) -> int:
    return sum(isinstance(change, kind) for change in plan.compared.changes)


def change_lines(change: Change) -> Iterator[str]:
    """Yield what is to be read of one change."""
    match change:
        case Create():
            yield f"  + {describe(change.object)}{_kind_of(change.object)}"
            for name, value in _shown_arguments(change.object):
                yield f"        {name}: {value}"
        case Update():
            yield f"  ~ {describe(change.object)}"
            yield from _difference_lines(change.differences)
        case Replace():
            yield f"  ! {describe(change.object)}: RabbitMQ cannot change this in place"
            yield from _difference_lines(change.differences)
        case Ignored():
            yield f"  ? {describe(change.object)}: RabbitMQ would accept this, and keep what it has"
            yield from _difference_lines(change.differences)
        case Delete():
            yield f"  - {describe(change.object)}"
        case _:
            assert_never(change)


def _kind_of(one: Object) -> str:
    return f" ({one.type})" if isinstance(one, (Exchange, Queue)) else ""


def _shown_arguments(one: Object) -> Iterator[tuple[str, str]]:
    if isinstance(one, Policy):
        yield "pattern", json.dumps(one.pattern)
        for name, value in sorted(one.definition.items()):
            yield name, json.dumps(value)
    elif not isinstance(one, Binding):
        for name, value in sorted(one.arguments.items()):
            if name != "x-queue-type":
                yield name, json.dumps(value)


def _difference_lines(differences: tuple[Difference, ...]) -> Iterator[str]:
    for one in differences:
        yield f"        {one.name}: {_value(one.before)} -> {_value(one.after)}"


def _value(value: object) -> str:
    return "absent" if value is None else json.dumps(value)


def _foreign_lines(foreign: Topology) -> Iterator[str]:
    if not foreign.size:
        return
    names = [describe(one) for one in _objects(foreign)]
    yield ""
    yield f"Not declared here, and left alone ({foreign.size}):"
    yield from (f"    {name}" for name in names[:LISTED])
    if len(names) > LISTED:
        yield f"    and {len(names) - LISTED} more (all of them with --format json)"


def _objects(one: Topology) -> Iterator[Object]:
    yield from one.exchanges.values()
    yield from one.queues.values()
    yield from one.bindings.values()
    yield from one.policies.values()


def _change_fields(change: Change) -> dict[str, object]:
    fields: dict[str, object] = {"action": type(change).__name__.lower(), **_object_fields(change.object)}
    if isinstance(change, (Update, Replace, Ignored)):
        fields["differences"] = [{"name": d.name, "before": d.before, "after": d.after} for d in change.differences]
    return fields


def _object_fields(one: Object) -> dict[str, object]:
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
        case _:
            assert_never(one)
    return {"kind": type(one).__name__.lower(), **own}


def _topology_fields(one: Topology) -> list[dict[str, object]]:
    return [_object_fields(each) for each in _objects(one)]
