"""Whether a mapping has the parameters of an operation as its targets."""

from collections.abc import Iterable, Iterator, Sequence

from edatool.filters.paths import names_of
from edatool.frozen import frozen
from edatool.soap.parameters import Composite, Parameter

Names = tuple[str, ...]


@frozen
class UnknownName:
    """A name of a target that nothing has where it stands, and those that are there."""

    name: str
    known: tuple[str, ...]


def parameter_at(of: Composite, target: str) -> Parameter | UnknownName:
    """Return the parameter that a target such as ``customer.id`` names."""
    inside: Composite | None = of
    for name in names_of(target):
        known = inside.parts if inside else {}
        if name not in known:
            return UnknownName(name, tuple(known))
        found = known[name]
        inside = found.type if isinstance(found.type, Composite) else None
    return found


def unknown(of: Composite, targets: Iterable[str]) -> list[str]:
    """Return the targets that name no parameter."""
    return [target for target in targets if isinstance(parameter_at(of, target), UnknownName)]


def unanswered(of: Composite, path: str) -> str | None:
    """Return why an answer never has what a path such as ``data.bill.number`` leads to, None where it may."""
    way = names_of(path)[1:]
    for length in range(1, len(way) + 1):
        found = parameter_at(of, ".".join(way[:length]))
        if isinstance(found, UnknownName):
            return f"there is {', '.join(found.known) or 'none'}"
        if found.is_list and length < len(way):
            return f"{way[length - 1]!r} is a list, and no path leads into those"
    return None


def missing(of: Composite, targets: Iterable[str]) -> list[str]:
    """Return the parameters that are required around these targets, and that none of them is."""
    return [*_missing(of, [names_of(target) for target in targets], ())]


def _missing(of: Composite, targets: Sequence[Names], way: Names) -> Iterator[str]:
    for name, part in of.parts.items():
        own = [target[1:] for target in targets if target[:1] == (name,)]
        if not own and part.is_required:
            yield ".".join((*way, name))
        elif own and () not in own and isinstance(part.type, Composite):
            yield from _missing(part.type, own, (*way, name))
