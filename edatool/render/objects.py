"""RabbitMQ's objects for programs, the same wherever they are told."""

from typing import assert_never

from edatool.routing.topology import Binding, Exchange, Object, Policy, Queue, Setting, kind_of


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
