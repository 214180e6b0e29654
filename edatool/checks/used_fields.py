"""The fields of payloads that events use for their key and headers."""

from collections.abc import Callable, Iterator

from edatool.checks.subject import Subject
from edatool.contracts.fields import field_of
from edatool.contracts.payload_field import PayloadField
from edatool.spec.spec import Event
from edatool.spec.template import FieldPath


def used_fields(
    subject: Subject, used_by: Callable[[Event], tuple[FieldPath, ...]]
) -> Iterator[tuple[Event, FieldPath, PayloadField]]:
    """Yield what the contracts of events say of the fields that these use."""
    for event in subject.spec.events.values():
        contract = subject.contracts.get(event.schema or "")
        if contract:
            for path in used_by(event):
                yield event, path, field_of(contract, path.names)


def listed(types: frozenset[str]) -> str:
    """Return the names of types for a sentence."""
    return " or ".join(sorted(types))
