"""The events that bindings name."""

from collections.abc import Iterator

from edatool.checks.subject import Subject
from edatool.spec.spec import Event, SpecBinding


def bound_events(subject: Subject) -> Iterator[tuple[SpecBinding, Event, int]]:
    """Yield bindings by events with each declared event, and its place in the list."""
    for one in subject.spec.bindings:
        for index, name in enumerate(one.events):
            if name in subject.spec.events:
                yield one, subject.spec.events[name], index
