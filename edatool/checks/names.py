"""The names that a spec declares, and how long they may be."""

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


def brief(name: str) -> str:
    """Return a name in quotes, cut off where it is long."""
    return repr(name if len(name) <= 40 else name[:37] + "...")
