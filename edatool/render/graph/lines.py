"""The lines of a graph as they are drawn: those with the same ends and looks are one, with all their keys."""

from collections.abc import Iterable, Sequence

from edatool.frozen import frozen
from edatool.routing.graph.graph import Edge, EdgeKind, Graph, Mark, NodeId

_LONGEST = 34
"""How many characters of a key, a name or a filter are shown; all of it is in the tooltip."""
_MOST = 4
"""So many lines at most stand on one line of the picture."""


@frozen
class Line:
    """A line with what stands on it: its keys, and the filter that all its messages match."""

    source: NodeId
    target: NodeId
    kind: EdgeKind
    keys: tuple[str, ...] = ()
    filter: str | None = None
    mark: Mark | None = None
    pale: bool = False
    rate: str | None = None

    @property
    def words(self) -> list[str]:
        """What is shown of its keys: nothing of lines of many, nor of dead letters that are called as their queue."""
        if "group" in (self.source.kind, self.target.kind):
            return []
        if self.kind == "dead_letter" and self.keys == (self.source.name,):
            return []
        if len(self.keys) <= _MOST:
            return [shortened(key) for key in self.keys]
        shown = [shortened(key) for key in self.keys[: _MOST - 1]]
        return [*shown, f"and {len(self.keys) - len(shown)} more"]

    @property
    def condition(self) -> list[str]:
        """What is shown of its filter."""
        return [f"if {shortened(self.filter)}"] if self.filter else []


def lines_of(graph: Graph) -> list[Line]:
    """Return the lines that are drawn of a graph; of those that lead to or from many, filters are not told apart."""
    joined: dict[tuple[object, ...], list[Edge]] = {}
    for edge in graph.edges:
        looks = (edge.source, edge.target, edge.kind, _filter(edge), edge.mark, edge.pale)
        joined.setdefault(looks, []).append(edge)
    return [_line(edges) for edges in joined.values()]


def _line(edges: Sequence[Edge]) -> Line:
    first = edges[0]
    keys = dict.fromkeys(one.key for one in edges if one.key is not None)
    rate = next((one.rate for one in edges if one.rate), None)
    return Line(first.source, first.target, first.kind, tuple(keys), _filter(first), first.mark, first.pale, rate)


def _filter(edge: Edge) -> str | None:
    return None if "group" in (edge.source.kind, edge.target.kind) else edge.filter


def shortened(text: str) -> str:
    """Return a text of which the middle is left out where it is long."""
    if len(text) <= _LONGEST:
        return text
    half = (_LONGEST - 1) // 2
    return f"{text[:half]}…{text[-half:]}"


def kinds(lines: Iterable[Line]) -> list[EdgeKind]:
    """Return which kinds of lines there are, in the order of the legend."""
    every: tuple[EdgeKind, ...] = ("sends", "binding", "reads", "alternate", "retry", "dead_letter")
    found = {line.kind for line in lines}
    return [kind for kind in every if kind in found]
