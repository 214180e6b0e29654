"""Changes of objects, as plans and drift tell them."""

import json
from collections.abc import Iterator
from typing import assert_never

from edatool.change.changes import Adopt, Change, Create, Delete, Difference, IgnoredUpdate, Replace, Update
from edatool.render.json_schema import anything, each, one_of, or_null, record, text
from edatool.render.objects import OBJECT, object_fields
from edatool.routing.redaction import HIDDEN
from edatool.routing.topology import Binding, Exchange, Object, Policy, Queue, Setting, describe
from edatool.spec.secret import unreferenced

DIFFERENCES = each(
    "what differs",
    record(
        "a property",
        {
            "name": text("its name"),
            "before": anything("what it is, null where it is not there"),
            "after": anything("what it would be"),
        },
    ),
)
CHANGE = record(
    "a change of an object",
    {
        "action": one_of(
            "what becomes of it; replace is what RabbitMQ cannot do in place, ignored what it would not heed",
            "create",
            "adopt",
            "update",
            "replace",
            "ignored",
            "delete",
        ),
        **OBJECT,
        "differences?": DIFFERENCES,
        "owner?": or_null(text("the spec that an adopted object is from")),
        "needed_by?": each("what stays, and would lose by its going", record("an object", OBJECT)),
    },
)


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
            yield f"-/+ {describe(change.object)}: RabbitMQ cannot change this in place"
            yield from difference_lines(change.differences)
        case IgnoredUpdate():
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
            yield name, json.dumps(unreferenced(value))
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
    return "absent" if value is None else json.dumps(unreferenced(value))


def change_fields(change: Change) -> dict[str, object]:
    """Return a change as JSON has it."""
    fields: dict[str, object] = {"action": type(change).__name__.lower(), **object_fields(change.object)}
    if isinstance(change, (Update, Replace, IgnoredUpdate)):
        fields["differences"] = difference_fields(change.differences)
    if isinstance(change, Adopt):
        fields["owner"] = change.owner
    if isinstance(change, Delete):
        fields["needed_by"] = [object_fields(one) for one in change.needed_by]
    return fields


def difference_fields(differences: tuple[Difference, ...]) -> list[dict[str, object]]:
    """Return the properties that differ as JSON has them."""
    return [{"name": one.name, "before": one.before, "after": one.after} for one in differences]
