"""What a change adds, changes or removes of that which no broker knows: events, filters, and who takes part."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Literal

from edatool.change.changes import Difference
from edatool.frozen import frozen
from edatool.spec.same_json import same_json
from edatool.spec.spec import Spec

Section = Literal["event", "filter", "consumer", "producer", "source", "service", "trigger", "delivery"]
_AS_WRITTEN: Mapping[Section, str] = {
    "consumer": "consumers",
    "producer": "producers",
    "source": "sources",
    "service": "soap",
    "trigger": "triggers",
    "delivery": "deliveries",
}
"""What is compared as it is written, and where it is declared."""


@frozen
class DeclarationChange:
    """What is declared anew, otherwise, or no more; ``differences`` are those between both."""

    section: Section
    name: str
    kind: Literal["added", "changed", "removed"]
    differences: tuple[Difference, ...] = ()


def declaration_changes(before: Spec | None, now: Spec, *, kept: bool = False) -> Iterator[DeclarationChange]:
    """Compare two states of a spec; an event's key that is left out is as its default.

    ``kept`` tells that the first is what apply leaves on a broker: of those who take part it has consumers only.
    """
    yield from _of("event", _events(before), _events(now))
    yield from _of("filter", before.filters if before else {}, now.filters)
    for section, key in _AS_WRITTEN.items():
        if section == "consumer" or not kept:
            yield from _of(section, _written(before, key), _written(now, key))


def _events(spec: Spec | None) -> dict[str, dict[str, object]]:
    events = spec.events.values() if spec else ()
    return {one.name: {each.name: _plain(getattr(one, each.name)) for each in fields(one)} for one in events}


def _written(spec: Spec | None, key: str) -> dict[str, dict[str, object]]:
    value = spec.document.value if spec else None
    declared = value.get(key) if isinstance(value, dict) else None
    return {name: one or {} for name, one in (declared or {}).items()}


def _plain(value: object) -> object:
    """Return a value of an event as JSON has it: templates and paths as they are written."""
    if isinstance(value, Mapping):
        return {key: str(one) for key, one in value.items()}
    return None if value is None else str(value)


def _of(
    section: Section,
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
