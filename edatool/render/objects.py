"""RabbitMQ's objects for programs, the same wherever they are told."""

from collections.abc import Mapping
from typing import assert_never

from edatool.render.json_schema import Schema, boolean, named, one_of, text, whole
from edatool.routing.topology import Binding, Exchange, Object, Policy, Queue, Setting, kind_of

OBJECT: Mapping[str, Schema] = {
    "kind": text("exchange, queue, binding, policy, or another kind of object"),
    "name?": text("its name; of a binding there is none"),
    "type?": text("the type of an exchange or a queue"),
    "arguments?": named("the arguments of an exchange, a queue or a binding"),
    "durable?": boolean("whether an exchange or a queue outlives a restart"),
    "auto_delete?": boolean("whether an exchange or a queue goes with its last user"),
    "internal?": boolean("whether an exchange takes messages of other exchanges only"),
    "source?": text("the exchange that a binding is from"),
    "destination?": text("where a binding leads"),
    "destination_kind?": one_of("the kind of that", "queue", "exchange"),
    "key?": text("the key of a binding"),
    "pattern?": text("the pattern of a policy"),
    "apply_to?": text("what a policy applies to"),
    "priority?": whole("the priority of a policy"),
    "definition?": named("the definition of a policy"),
    "value?": named("what else an object says"),
}
"""The keys of an object."""


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
