"""Which boxes only dead letters come to."""

from dataclasses import replace

from edatool.routing.graph.graph import Edge, Graph, NodeId


def with_dead(graph: Graph) -> Graph:
    """Return a graph that tells exchanges and queues to which nothing comes but what others gave up on."""
    comes: dict[NodeId, list[Edge]] = {}
    for edge in graph.edges:
        comes.setdefault(edge.target, []).append(edge)
    dead: set[NodeId] = set()
    waiting = [key for key in graph.nodes if key.kind in ("exchange", "queue")]
    found = True
    while found:
        found = False
        for key in waiting:
            edges = comes.get(key, ())
            if key not in dead and edges and all(one.kind == "dead_letter" or one.source in dead for one in edges):
                dead.add(key)
                found = True
    return replace(graph, nodes={key: replace(one, dead=key in dead) for key, one in graph.nodes.items()})
