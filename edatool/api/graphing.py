"""Pictures of what a spec declares."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from edatool.api.diffing import diff
from edatool.broker.session import Session
from edatool.change.changes import Replace, Update
from edatool.change.offline.declaration_changes import Section
from edatool.change.offline.diff import Before, Diff
from edatool.errors import WrongUsage, no_such_event
from edatool.render.graph import FORMATS, MOST, TextFormat
from edatool.routes import Routes
from edatool.routing.graph.compared import compared
from edatool.routing.graph.folding import folded
from edatool.routing.graph.graph import Graph, NodeId, NodeKind
from edatool.routing.graph.loaded import Load, loaded
from edatool.routing.graph.of_spec import graph_of
from edatool.routing.graph.ways import Ways, owners
from edatool.routing.topology import Exchange, Queue
from edatool.spec.nearest import Nearest

_NAMED = 12
"""So many of those that there are are named where one is not there."""
_BOXES: dict[Section, NodeKind] = {
    "event": "event",
    "consumer": "consumer",
    "producer": "producer",
    "source": "source",
    "service": "soap",
    "trigger": "trigger",
    "delivery": "delivery",
}


def graph(
    routes: Routes,
    *,
    event: str | None = None,
    queue: str | None = None,
    owner: str | None = None,
    before: Before | None = None,
    live: Session | None = None,
    most: int = MOST,
) -> Graph:
    """Return who sends what, where it goes and who reads it, with dead letters and retries, as boxes and lines.

    Args:
        routes: the spec.
        event: light the way of one event: all that it can reach. The rest is pale, or left out where it is too much.
        queue: only what can come to this queue, and what becomes of it there.
        owner: only what belongs to this team, with what can come to its queues and its neighbours.
        before: mark what differs from an earlier spec, of ``load_before``.
        live: where the spec is applied: queues say what they hold, and lines how many messages pass in a second.
        most: how many boxes are drawn, before those of one owner or with one first word become one.

    Raises:
        InvalidInput: the spec has errors.
        WrongUsage: there is no such event, queue or owner; more than one of them; or ``before`` is no whole spec.
        BrokerError: the management API of ``live`` does not answer, or refuses the user.
    """
    routes.require_valid()
    if sum(one is not None for one in (event, queue, owner)) > 1:
        raise WrongUsage("one part is drawn at a time: name an event, a queue or an owner")
    whole = graph_of(routes.spec)
    if before is not None:
        whole = _marked(whole, diff(routes, before))
    if live is not None:
        whole = _loaded(whole, routes, live)
    ways = Ways(routes.spec, routes.contracts, whole)
    if event is not None:
        if event not in routes.spec.events:
            raise no_such_event(event, routes.spec.events)
        return folded(ways.lit(event, most), most)
    if queue is not None:
        _require("queue", queue, [key.name for key in whole.nodes if key.kind == "queue"])
        return folded(ways.coming_to(queue), most)
    if owner is not None:
        _require("owner", owner, owners(whole))
        return folded(ways.of_owner(owner), most)
    return folded(whole, most)


def draw(graph: Graph, format: TextFormat = "svg") -> str:  # noqa: A002 - it is called so on the command line
    """Return a picture of a graph: SVG that stands by itself, Mermaid, or DOT for Graphviz.

    Raises:
        WrongUsage: there is no such format.
    """
    return FORMATS.show(format, graph)


def _loaded(drawn: Graph, routes: Routes, vhost: Session) -> Graph:
    from edatool.broker.http.statistics import read_counting, read_queue_counts

    counting = read_counting(vhost.http)
    counts = read_queue_counts(vhost.http, counting).items()
    loads = {name: Load(one.messages, one.consumers, one.rate_in, one.rate_out) for name, one in counts}
    found = loaded(drawn, routes.spec, loads)
    rates = "rates are per second, over the last minute" if counting.rates else "it counts no rates"
    return replace(found, notes=(*found.notes, f"As {vhost.address} counted it last; {rates}."))


def _marked(now: Graph, found: Diff) -> Graph:
    if found.before.definitions is not None or found.before.kept:
        raise WrongUsage("a picture shows what differs from a whole spec: name a file, a folder or a commit")
    before = found.before.spec
    if before is not None:
        before.require_valid()
    return compared(graph_of(before.spec) if before else Graph(now.name, {}, ()), now, set(_changed(found)))


def _changed(found: Diff) -> Iterator[NodeId]:
    """Yield the boxes of what a diff says is changed in place, or replaced."""
    for step in found.plan.steps:
        if isinstance(step, Update | Replace) and isinstance(step.object, Exchange | Queue):
            yield NodeId("exchange" if isinstance(step.object, Exchange) else "queue", step.object.name)
    for one in found.declarations:
        if one.kind == "changed" and one.section in _BOXES:
            yield NodeId(_BOXES[one.section], one.name)


def _require(kind: str, name: str, there: Iterable[str]) -> None:
    names = list(there)
    if name not in names:
        some = f"it has {', '.join(names[:_NAMED]) or 'none'}"
        raise WrongUsage(f"the spec has no {kind} {name!r}: {Nearest().way_out(name, names, some)}")
