"""Where the parts of a source of webhooks stand in the spec."""

from collections.abc import Iterator

from edatool.checks.subject import Subject
from edatool.spec.sources import SpecMapping, SpecSource
from edatool.spec.yaml_document import Path


def mappings(source: SpecSource) -> Iterator[tuple[str | None, SpecMapping]]:
    """Yield what requests may become, each with the value that tells it; None for that of all others."""
    yield from source.events.items()
    if source.otherwise:
        yield None, source.otherwise


def event_path(subject: Subject, source: SpecSource, value: str | None) -> Path:
    """Return where the name of an event stands, that for a value or that of all others."""
    event = ("sources", source.name, "event")
    if value is None:
        return event if source.by is None else (*event, "otherwise")
    named = (*event, "events", value)
    return (*named, "event") if subject.spec.document.holds((*named, "event")) else named


def mapping_path(subject: Subject, source: SpecSource, value: str | None, *key: str) -> tuple[str, ...]:
    """Return where a key of a mapping stands: with the event of a value, else with the source."""
    own = ("sources", source.name, "event", "events", value or "", *key)
    return own if value is not None and subject.spec.document.holds(own) else ("sources", source.name, *key)
