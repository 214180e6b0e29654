"""What a spec declares, as boxes and lines."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Literal, NamedTuple

from edatool.frozen import frozen

NodeKind = Literal[
    "producer", "source", "soap", "event", "exchange", "queue", "retry", "consumer", "trigger", "delivery", "group"
]
EdgeKind = Literal["sends", "binding", "alternate", "dead_letter", "retry", "reads"]
Mark = Literal["added", "removed", "changed"]


class NodeId(NamedTuple):
    """What tells a box from all others."""

    kind: NodeKind
    name: str


@frozen
class Node:
    """A box; ``details`` are the few facts that stand under its name.

    ``dead`` tells that only dead letters come there. ``pale`` is what stands aside where something else is lit.
    A group stands for ``count`` boxes ``of`` a kind.
    """

    id: NodeId
    details: tuple[str, ...] = ()
    owner: str | None = None
    summary: str | None = None
    dead: bool = False
    mark: Mark | None = None
    pale: bool = False
    of: NodeKind | None = None
    count: int = 1

    @property
    def looks(self) -> NodeKind:
        """The kind as which it is drawn."""
        return self.of or self.id.kind


@frozen
class Edge:
    """A line from one box to another: of a binding for each of its keys one.

    ``key`` is what routes, None where nothing is to be said of it. ``filter`` is the name of a filter, or what it asks.
    ``rate`` is how many messages pass, where a broker was asked.
    """

    source: NodeId
    target: NodeId
    kind: EdgeKind
    key: str | None = None
    filter: str | None = None
    mark: Mark | None = None
    pale: bool = False
    rate: str | None = None

    @property
    def identity(self) -> tuple[NodeId, NodeId, EdgeKind, str | None, str | None]:
        """What tells it from all others."""
        return self.source, self.target, self.kind, self.key, self.filter


@frozen
class Graph:
    """Boxes and the lines between them; ``notes`` say what is left out or folded."""

    name: str
    nodes: Mapping[NodeId, Node]
    edges: tuple[Edge, ...]
    notes: tuple[str, ...] = ()

    def only(self, kept: Iterable[NodeId], edges: Iterable[Edge] | None = None) -> "Graph":
        """Return a part: some boxes, and the lines between them, or only these."""
        wanted = frozenset(kept)
        lines = self.edges if edges is None else tuple(edges)
        between = tuple(one for one in lines if one.source in wanted and one.target in wanted)
        return replace(self, nodes={key: one for key, one in self.nodes.items() if key in wanted}, edges=between)

    def neighbours(self, of: Callable[[Node], bool]) -> set[NodeId]:
        """Return the boxes of which something is true, and all that have a line to one of them."""
        own = {key for key, one in self.nodes.items() if of(one)}
        return own.union(*((one.source, one.target) for one in self.edges if one.source in own or one.target in own))
