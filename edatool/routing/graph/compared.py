"""Two graphs as one: what is added, changed and removed."""

from collections.abc import Collection
from dataclasses import replace

from edatool.routing.graph.graph import Graph, NodeId


def compared(before: Graph, now: Graph, changed: Collection[NodeId]) -> Graph:
    """Return all that is in either, marked; ``changed`` are the boxes that are something else than they were."""
    nodes = {
        key: replace(one, mark="added" if key not in before.nodes else "changed" if key in changed else None)
        for key, one in now.nodes.items()
    }
    nodes |= {key: replace(one, mark="removed") for key, one in before.nodes.items() if key not in now.nodes}
    old, new = ({one.identity for one in each.edges} for each in (before, now))
    return replace(
        now,
        nodes=nodes,
        edges=(
            *(replace(one, mark=None if one.identity in old else "added") for one in now.edges),
            *(replace(one, mark="removed") for one in before.edges if one.identity not in new),
        ),
    )
