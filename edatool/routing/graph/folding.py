"""A graph with fewer boxes: many that are alike are one."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from edatool.counted import few
from edatool.routing.graph.graph import Edge, Graph, Node, NodeId, NodeKind

_FIRST_WORD = re.compile(r"[^.:/_-]+[.:/_-]")
_NAMED = 12
"""So many names of a folded box are said."""
_PLURAL: dict[NodeKind, str] = {"delivery": "deliveries", "retry": "queues with retries", "soap": "SOAP services"}

_Family = tuple[NodeKind, bool, str]


def folded(graph: Graph, most: int) -> Graph:
    """Return a graph of ``most`` boxes at most, where that can be had: kind by kind, families become one box each.

    A family is what is of one kind and belongs to one owner; where nobody owns it, what begins with one word. The kind
    with the most boxes is first. If that does not suffice, a family is all of one kind.
    """
    found = graph
    for family_of in (_family, _kind):
        found = _with_folded(found, most, family_of)
    if found is graph:
        return graph
    kept = sum(key.kind != "group" for key in found.nodes)
    groups = len(found.nodes) - kept
    note = f"{len(graph.nodes) - kept} of {len(graph.nodes)} boxes are folded into {groups}, by owner or first word"
    return replace(found, notes=(*graph.notes, f"{note}; --most {len(graph.nodes)} draws each."))


def _with_folded(graph: Graph, most: int, family_of: Callable[[Node], _Family]) -> Graph:
    families: dict[_Family, list[Node]] = {}
    for node in graph.nodes.values():
        families.setdefault(family_of(node), []).append(node)
    sizes = Counter(node.looks for node in graph.nodes.values())
    into: dict[NodeId, Node] = {}
    left = len(graph.nodes)
    for kind, _ in sizes.most_common():
        if left <= most:
            break
        for family, members in families.items():
            if family[0] == kind and len(members) > 1:
                group = _group(family, members)
                into.update((one.id, group) for one in members)
                left -= len(members) - 1
    return _put_together(graph, into) if into else graph


def _family(node: Node) -> _Family:
    if node.mark:
        return node.looks, node.dead, f"\0{node.id.name}"  # by itself
    beginning = _FIRST_WORD.match(node.id.name)
    return node.id.kind, node.dead, f"of {node.owner}" if node.owner else f"{beginning[0]}*" if beginning else ""


def _kind(node: Node) -> _Family:
    return node.looks, node.dead, f"\0{node.id.name}" if node.mark else ""


def _group(family: _Family, members: list[Node]) -> Node:
    kind, dead, words = family
    count = sum(one.count for one in members)
    name = f"{count} {_PLURAL.get(kind, f'{kind}s')} {'of dead letters ' if dead else ''}{words}".strip()
    names = [one.id.name for one in members]
    return Node(
        NodeId("group", name),
        (),
        summary=few(names, _NAMED),
        dead=dead,
        of=kind,
        count=count,
        pale=all(one.pale for one in members),
    )


def _put_together(graph: Graph, into: dict[NodeId, Node]) -> Graph:
    nodes = {one.id: one for one in (into.get(key, node) for key, node in graph.nodes.items())}
    edges: dict[object, Edge] = {}
    for edge in graph.edges:
        source, target = (into[end].id if end in into else end for end in (edge.source, edge.target))
        rate = edge.rate if (source, target) == (edge.source, edge.target) else None
        moved = replace(edge, source=source, target=target, rate=rate)
        if source != target or edge.source == edge.target:
            edges.setdefault((moved.identity, moved.mark, moved.pale), moved)
    return replace(graph, nodes=nodes, edges=tuple(edges.values()))
