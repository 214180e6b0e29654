"""The names that a spec declares."""

from collections.abc import Iterator

from edatool.checks.subject import Subject


def declared_names(subject: Subject) -> Iterator[tuple[str, str]]:
    """Yield sections and the names in them."""
    spec = subject.spec
    for kind, objects in (
        ("events", spec.events),
        ("exchanges", spec.exchanges),
        ("queues", spec.queues),
        ("policies", spec.policies),
    ):
        for name in objects:
            yield kind, name
