"""A graph with what goes through it just now."""

from collections.abc import Mapping
from dataclasses import replace

from edatool.frozen import frozen
from edatool.routing.compile import retry_queue_name
from edatool.routing.graph.graph import Edge, Graph, Node, NodeId
from edatool.spec.spec import Spec


@frozen
class Load:
    """What a broker counts of a queue; rates are per second, and None is for what it does not say."""

    messages: int | None = None
    consumers: int | None = None
    rate_in: float | None = None
    rate_out: float | None = None


def loaded(graph: Graph, spec: Spec, queues: Mapping[str, Load]) -> Graph:
    """Return a graph whose queues say what they hold, and whose lines say what goes over them.

    ``queues`` are those that are on the broker. What comes to a queue stands on the line to it, where there is only
    one, else in the queue.
    """
    into: dict[NodeId, set[NodeId]] = {}
    for edge in graph.edges:
        if edge.kind != "retry":
            into.setdefault(edge.target, set()).add(edge.source)
    alone = {key for key, sources in into.items() if len(sources) == 1}
    read = {edge.source for edge in graph.edges if edge.kind == "reads"}
    return replace(
        graph,
        nodes={key: _box(one, spec, queues, alone, is_read=key in read) for key, one in graph.nodes.items()},
        edges=tuple(_line(one, queues, alone) for one in graph.edges),
    )


def _box(one: Node, spec: Spec, queues: Mapping[str, Load], alone: set[NodeId], *, is_read: bool) -> Node:
    if one.id.kind == "retry":
        names = [retry_queue_name(one.id.name, wait) for wait in spec.queues[one.id.name].retry]
        waiting = sum(queues[name].messages or 0 for name in names if name in queues)
        return replace(one, details=(*one.details, f"{waiting:,} waiting"))
    if one.id.kind != "queue":
        return one
    load = queues.get(one.id.name)
    if load is None:
        return replace(one, details=(*one.details, "not on the broker"))
    words = [] if load.messages is None else [f"{load.messages:,} held"]
    if one.id not in alone and load.rate_in is not None:
        words.append(f"{_rate(load.rate_in)} in")
    if is_read and load.consumers == 0:
        words.append("no reader")
    return replace(one, details=(*one.details, *([", ".join(words)] if words else [])))


def _line(one: Edge, queues: Mapping[str, Load], alone: set[NodeId]) -> Edge:
    if one.kind == "reads":
        load = queues.get(one.source.name)
        return replace(one, rate=_rate(load.rate_out) if load and load.rate_out is not None else None)
    if one.target.kind == "queue" and one.target in alone:
        load = queues.get(one.target.name)
        return replace(one, rate=_rate(load.rate_in) if load and load.rate_in is not None else None)
    return one


def _rate(rate: float) -> str:
    return f"{rate:,.0f}/s" if rate >= 10 or rate == int(rate) else f"{rate:.1f}/s"
