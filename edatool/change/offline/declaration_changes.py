"""The events and filters whose declaration a change adds, changes or removes."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Literal

from edatool.change.changes import Difference
from edatool.frozen import frozen
from edatool.spec.same_json import same_json
from edatool.spec.spec import Spec


@frozen
class DeclarationChange:
    """An event or a filter that is declared anew, otherwise, or no more; ``differences`` are those between both."""

    section: Literal["event", "filter"]
    name: str
    kind: Literal["added", "changed", "removed"]
    differences: tuple[Difference, ...] = ()


def declaration_changes(before: Spec | None, now: Spec) -> tuple[DeclarationChange, ...]:
    """Compare the events and filters of two states of a spec; what is left out is as its default."""
    old, new = _events(before), _events(now)
    return (*_of("event", old, new), *_of("filter", before.filters if before else {}, now.filters))


def _events(spec: Spec | None) -> dict[str, dict[str, object]]:
    events = spec.events.values() if spec else ()
    return {one.name: {each.name: _plain(getattr(one, each.name)) for each in fields(one)} for one in events}


def _plain(value: object) -> object:
    """Return a value of an event as JSON has it: templates and paths as they are written."""
    if isinstance(value, Mapping):
        return {key: str(one) for key, one in value.items()}
    return None if value is None else str(value)


def _of(
    section: Literal["event", "filter"],
    before: Mapping[str, Mapping[str, object]],
    now: Mapping[str, Mapping[str, object]],
) -> Iterator[DeclarationChange]:
    yield from (DeclarationChange(section, name, "added") for name in now if name not in before)
    for name, one in now.items():
        differences = tuple(_differences(before.get(name, one), one))
        if differences:
            yield DeclarationChange(section, name, "changed", differences)
    yield from (DeclarationChange(section, name, "removed") for name in before if name not in now)


def _differences(before: Mapping[str, object], now: Mapping[str, object]) -> Iterator[Difference]:
    for key in dict.fromkeys((*before, *now)):
        if not same_json(before.get(key), now.get(key)):
            yield Difference(key, before.get(key), now.get(key))
