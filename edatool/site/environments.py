"""In what environments differ that one spec is for."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields

from edatool.frozen import frozen
from edatool.routes import Routes
from edatool.routing.topology import Binding, Exchange, Policy, Queue, Setting, kind_of
from edatool.spec.spec import Event

_Properties = dict[str, str]
_ThingsByName = dict[tuple[str, str], _Properties]


@frozen
class Differing:
    """A property of something that is not the same in all environments: its value in each, None where there is none."""

    kind: str
    name: str
    property: str
    values: tuple[str | None, ...]


def differing(environments: Mapping[str, Routes]) -> Iterator[Differing]:
    """Yield all that differs, in the order of the first environment that has it."""
    every = [dict(_things(one)) for one in environments.values()]
    for kind, name in dict.fromkeys(key for one in every for key in one):
        found = [one.get((kind, name)) for one in every]
        if None in found:
            yield Differing(kind, name, "", tuple("there" if one is not None else None for one in found))
        there = [one for one in found if one is not None]
        for each in dict.fromkeys(name for one in there for name in one):
            if len({one.get(each) for one in there}) > 1:
                yield Differing(kind, name, each, tuple(one.get(each) if one else None for one in found))


def _things(routes: Routes) -> Iterator[tuple[tuple[str, str], _Properties]]:
    """Yield what is declared and what a broker is to have, each with its properties in words."""
    for event in routes.spec.events.values():
        yield ("event", event.name), _of_event(event)
    for one in routes.topology.objects:
        if not (isinstance(one, Exchange | Queue) and one.name.startswith("edatool.")):
            yield (kind_of(one), str(one) if isinstance(one, Binding) else one.name), _of_object(one)


def _of_event(event: Event) -> _Properties:
    values = {one.name: getattr(event, one.name) for one in fields(event) if one.name != "name"}
    return {name: _said(value) for name, value in values.items() if value not in (None, {})}


def _of_object(one: Exchange | Queue | Binding | Policy | Setting) -> _Properties:
    match one:
        case Exchange():
            own: dict[str, object] = {"type": one.type, "durable": one.durable, "internal": one.internal}
        case Queue():
            own = {"durable": one.durable, "auto-delete": one.auto_delete}
        case Policy():
            own = {"pattern": one.pattern, "applies to": one.apply_to, "priority": one.priority, **one.definition}
        case Setting():
            own = dict(one.value)
        case Binding():
            own = {}
    arguments = {} if isinstance(one, Binding | Policy | Setting) else one.arguments
    return {name: _said(value) for name, value in {**own, **arguments}.items()}


def _said(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {each}" for name, each in value.items())
    return json.dumps(value) if isinstance(value, bool | int | list) else str(value)
