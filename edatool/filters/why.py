"""Why a filter does not match: which of its conditions fail, in words."""

from collections.abc import Iterator

from edatool.filters.content import MISSING, Content
from edatool.filters.matches import elements, holds, holds_combined, holds_inside, is_absent
from edatool.filters.pattern import AllOf, AnyOf, FieldPath, Filter, Node, Not, Object, Values, joined
from edatool.filters.reading import Path
from edatool.filters.words import said, shown
from edatool.frozen import frozen


@frozen
class Failure:
    """A condition that does not hold; ``at`` is where it stands in what was parsed."""

    message: str
    at: Path

    def __str__(self) -> str:
        return self.message


def why_not(one: Filter, content: Content) -> list[Failure]:
    """Return the conditions that keep a filter from matching, none exactly if it matches."""
    root = content.root(joined=one.eventbridge)
    return [] if holds_inside(one.pattern, root) else list(_object(one.pattern, root, ()))


def _object(node: Object, element: dict[str, object], path: FieldPath) -> Iterator[Failure]:
    for name, below in node.fields:
        value = element.get(name, MISSING)
        if not holds(below, value):
            yield from _node(below, value, (*path, name))
    for absent in node.absent:
        if not is_absent(absent, element):
            yield Failure(f"{joined((*path, *absent.path))} is there", absent.at)
    for combined in node.combined:
        if not holds_combined(combined, element):
            yield from _combined(combined, element, path)


def _node(node: Node, value: object, path: FieldPath) -> Iterator[Failure]:
    if isinstance(node, Values):
        wanted = f"is missing, not {said(node)}" if value is MISSING else f"is {shown(value)}, not {said(node)}"
        yield Failure(f"{joined(path)} {wanted}", node.at)
        return
    objects = [element for element in elements(value) if isinstance(element, dict)]
    if len(objects) < 2:
        yield from _object(node, objects[0] if objects else {}, path)
        return
    for number, element in enumerate(objects):
        for failure in _object(node, element, path):
            yield Failure(f"object {number + 1} of {joined(path)}: {failure}", failure.at)


def _combined(one: AnyOf | AllOf | Not, element: dict[str, object], path: FieldPath) -> Iterator[Failure]:
    match one:
        case Not(_, at):
            yield Failure("what $not excludes holds", at)
        case AnyOf(options):
            for number, option in enumerate(options):
                for failure in _object(option, element, path):
                    yield Failure(f"alternative {number + 1} of $or: {failure}", failure.at)
        case AllOf(options):
            for option in options:
                if not holds_inside(option, element):
                    yield from _object(option, element, path)
