"""Values for the fields of an event with which its messages match what bindings ask for."""

from collections.abc import Iterator, Mapping, Sequence, Set

from edatool.routing.exchange_types.topic_tree import words
from edatool.routing.reach.flow import Flow
from edatool.routing.reach.words import split
from edatool.routing.router import Router
from edatool.routing.topology import Binding
from edatool.spec.spec import Event
from edatool.spec.template import FieldPath, Template

Types = Mapping[FieldPath, frozenset[str] | None]
"""What JSON Schema types fields may have, None for any."""


def aimed(flow: Flow, types: Types, routers: Sequence[Router], stays: Set[object]) -> Iterator[dict[FieldPath, object]]:
    """Yield values for each binding that messages of an event may come to, last those with an identity that stays."""
    assert flow.event is not None
    found = [binding for router in routers for binding in _met(router, flow.event.exchange, flow)]
    for binding in sorted(found, key=lambda one: one.identity in stays):
        values = _values(flow.event, types, binding)
        if values:
            yield values


def _met(router: Router, start: str, flow: Flow) -> Iterator[Binding]:
    """Yield the bindings that messages of an event may match, at all exchanges that they may come to."""
    waiting, seen = [start], set()
    for name in waiting:
        source = router.sources.get(name)
        if source and name not in seen:
            seen.add(name)
            found = source.layout.may_match(flow)
            yield from found
            waiting += [one.destination for one in found if one.to_exchange]
            waiting += [source.alternate] if source.alternate else []


def _values(event: Event, types: Types, binding: Binding) -> dict[FieldPath, object]:
    asked: dict[FieldPath, object] = {
        path: _read(text, types.get(path)) for path, text in _texts(event.key, binding.key)
    }
    wanted = {path: binding.arguments.get(name) for name, path in event.headers.items()}
    return asked | {path: value for path, value in wanted.items() if value is not None}


def _texts(key: Template, pattern: str) -> Iterator[tuple[FieldPath, str]]:
    """Yield the words of a pattern that stand where a key has a field; a ``#`` stands for as many words as fit."""
    parts, wanted = split(key), words(pattern)
    if "#" in wanted:
        place = wanted.index("#")
        wanted[place : place + 1] = ["*"] * (len(parts) - len(wanted) + 1)
    for part, text in zip(parts, wanted, strict=False):
        match part:
            case [FieldPath() as path] if text not in ("*", "#"):
                yield path, text


def _read(text: str, types: frozenset[str] | None) -> object:
    """Return the value that becomes a word, of a type that the field may have."""
    if types is None or "string" in types:
        return text
    if text in ("true", "false"):
        return text == "true"
    return int(text) if text.isascii() and text.removeprefix("-").isdecimal() else text
