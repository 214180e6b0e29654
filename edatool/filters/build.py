"""Conditions on paths, put together so that what is asked of one array is asked of the same element."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from edatool.filters.pattern import Absent, Exists, Node, Object, Values


def under(names: Sequence[str], node: Node) -> Object:
    """Return the object that has a node at a path of one name at least."""
    *around, last = names
    built = _field(last, node)
    for name in reversed(around):
        built = _field(name, built)
    return built


def together(parts: Iterable[Object]) -> Object:
    """Return one object of which everything is asked that the parts ask, with the paths they share as one."""
    parts = list(parts)
    fields: dict[str, list[Node]] = {}
    for part in parts:
        for name, node in part.fields:
            fields.setdefault(name, []).append(node)
    inside = {name: [one for one in nodes if isinstance(one, Object)] for name, nodes in fields.items()}
    absent = []
    for one in (one for part in parts for one in part.absent):
        below = inside.get(one.path[0], [])
        if len(one.path) > 1 and below:
            below.append(Object(absent=(replace(one, path=one.path[1:]),)))
        else:
            absent.append(one)
    return Object(
        tuple((name, node) for name, nodes in fields.items() for node in _joined(nodes, inside[name])),
        tuple(absent),
        tuple(one for part in parts for one in part.combined),
    )


def _joined(nodes: list[Node], inside: list[Object]) -> list[Node]:
    values: list[Node] = [one for one in nodes if isinstance(one, Values)]
    return [*values, together(inside)] if inside else values


def _field(name: str, node: Node) -> Object:
    """Return the object that has this field. What is only asked to be absent is asked of all elements on the way."""
    if isinstance(node, Values) and (absent := _absence(node)):
        return Object(absent=(Absent((name,), absent.leaf, node.at),))
    if isinstance(node, Object) and node.absent and not node.fields and not node.combined:
        return Object(absent=tuple(replace(one, path=(name, *one.path)) for one in node.absent))
    return Object(fields=((name, node),))


def _absence(values: Values) -> Exists | None:
    match values.tests:
        case (Exists(wanted=False) as only,):
            return only
        case _:
            return None
