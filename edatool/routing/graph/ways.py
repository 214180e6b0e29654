"""Parts of a graph: where an event can go, what can come to a queue, what a team has to do with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property

from edatool.contracts.contract import Contract
from edatool.frozen import frozen
from edatool.routing.compile import without_filters
from edatool.routing.effective import DeadLetters
from edatool.routing.graph.graph import Edge, Graph, Node, NodeId
from edatool.routing.graph.of_spec import words_of_binding
from edatool.routing.match import BoundExchange
from edatool.routing.reach.flow import Flow, flow_of
from edatool.routing.reach.spread import Spread, targets
from edatool.routing.reach.words import Made
from edatool.routing.router import Router, router
from edatool.routing.topology import Binding
from edatool.spec.spec import Spec

_Taken = tuple[str, str, bool, str | None]


@frozen
class Ways:
    """The ways of the events of a spec through its graph, be it before or after anything of it was folded."""

    spec: Spec
    contracts: Mapping[str, Contract]
    graph: Graph
    made: Made = field(default_factory=dict)

    def lit(self, event: str, room: int) -> Graph:
        """Return the graph with all that an event can reach, and the rest pale; without it where there is no room."""
        lines = self._lines(event)
        boxes = {end for one in lines for end in (one.source, one.target)} | {NodeId("event", event)}
        if len(self.graph.nodes) > room:
            left = len(self.graph.nodes) - len(boxes)
            found = self.graph.only(boxes, lines)
            return replace(found, notes=(*found.notes, f"Of what {event} cannot reach {left} boxes are left out."))
        lighted = {one.identity for one in lines}
        return replace(
            self.graph,
            nodes={key: replace(one, pale=key not in boxes) for key, one in self.graph.nodes.items()},
            edges=tuple(replace(one, pale=one.identity not in lighted) for one in self.graph.edges),
        )

    def coming_to(self, queue: str) -> Graph:
        """Return all that can come to a queue, through the death of messages elsewhere too, and what becomes of it."""
        boxes = self._coming_to(queue)
        own = NodeId("queue", queue)
        onward = [one for one in self.graph.edges if one.source == own]
        lines = [one for one in self.graph.edges if {one.source, one.target} <= boxes and one.source != own]
        return self.graph.only(boxes.union(one.target for one in onward), [*lines, *onward])

    def of_owner(self, owner: str) -> Graph:
        """Return what belongs to a team, all that can come to its queues, and whatever has a line to its own."""
        own = [one.id for one in self.graph.nodes.values() if is_of(one, owner)]
        boxes = self.graph.neighbours(lambda node: is_of(node, owner))
        for key in own:
            if key.kind == "queue":
                boxes |= self._coming_to(key.name)
        return self.graph.only(boxes)

    def _coming_to(self, queue: str) -> set[NodeId]:
        """Return the boxes from which lines lead to a queue, of events only those that can come there."""
        found, waiting = {NodeId("queue", queue)}, [NodeId("queue", queue)]
        while waiting:
            for edge in self._into.get(waiting.pop(), ()):
                elsewhere = edge.source.kind == "event" and queue not in self._queues(edge.source.name)
                if edge.source not in found and not elsewhere:
                    found.add(edge.source)
                    waiting.append(edge.source)
        return found

    @cached_property
    def _into(self) -> Mapping[NodeId, list[Edge]]:
        found: dict[NodeId, list[Edge]] = {}
        for edge in self.graph.edges:
            found.setdefault(edge.target, []).append(edge)
        return found

    @cached_property
    def laid_out(self) -> Router:
        """The topology as if no binding had a filter, laid out for routing."""
        return router(without_filters(self.spec))

    @cached_property
    def _reached(self) -> dict[str, Spread]:
        return {}

    def _queues(self, event: str) -> set[str]:
        return self._spread(event).queues

    def _spread(self, event: str) -> Spread:
        """Return what an event may come to, kept: many questions are about the same one."""
        if event not in self._reached:
            self._reached[event] = self.followed(event, self._dead_letters)
        return self._reached[event]

    @cached_property
    def _dead_letters(self) -> Mapping[str, Sequence[DeadLetters]]:
        return targets(self.laid_out, self.spec)

    def followed(self, event: str, dead_letters: Mapping[str, Sequence[DeadLetters]]) -> Spread:
        """Follow an event; to an alternate exchange only where no binding surely takes all of it."""
        declared = self.spec.events[event]
        flow = flow_of(declared, self.contracts.get(declared.schema or ""), self.made)
        spread = Spread(self.laid_out, dead_letters, by_alternates=False)
        waiting = [(declared.exchange, flow)]
        seen: set[tuple[str, Flow]] = set()
        while waiting:
            spread.add(waiting)
            waiting = []
            for name, flows in spread.exchanges.items():
                source = self.laid_out.sources.get(name)
                if source is None or source.alternate is None:
                    continue
                left = [one for one in flows if (name, one) not in seen and not self._surely_taken(source, one)]
                seen.update((name, one) for one in left)
                waiting += [(source.alternate, one) for one in left]
        return spread

    def _surely_taken(self, source: BoundExchange, flow: Flow) -> bool:
        """Tell whether a binding without a filter takes all messages of a flow, as far as keys tell."""
        if source.type.contained is None or flow.words is None:
            return False
        key = ".".join(next(iter(one.texts)) if one.texts and len(one.texts) == 1 else "*" for one in flow.words)
        asked = Binding(source.exchange.name, "", key=key)
        return any(
            wide for _, wide in source.type.contained([asked], [one for one in source.bindings if self._free(one)])
        )

    def _free(self, binding: Binding) -> bool:
        return _taken(binding) not in self._filtered

    @cached_property
    def _filtered(self) -> set[_Taken]:
        """What only messages take that match a filter."""
        free = {_as_taken(one) for one in self.graph.edges if one.kind == "binding" and one.filter is None}
        return {_as_taken(one) for one in self.graph.edges if one.kind == "binding" and one.filter} - free

    def _lines(self, event: str) -> list[Edge]:
        """Return the lines that an event can take."""
        spread = self._spread(event)
        bindings = (
            one for name in spread.exchanges if (found := self.laid_out.sources.get(name)) for one in found.bindings
        )
        taken = {_taken(one) for one in bindings if id(one) in spread.bindings}
        own = NodeId("event", event)
        return [one for one in self.graph.edges if own in (one.source, one.target) or _is_taken(one, spread, taken)]


def is_of(node: Node, owner: str) -> bool:
    """Tell whether something belongs to a team, or is it."""
    return node.owner == owner or (node.id.kind == "producer" and node.id.name == owner)


def owners(graph: Graph) -> list[str]:
    """Return all to whom something belongs."""
    named = [one.owner or (one.id.name if one.id.kind == "producer" else None) for one in graph.nodes.values()]
    return list(dict.fromkeys(one for one in named if one))


def _taken(one: Binding) -> _Taken:
    return one.source, one.destination, one.to_exchange, words_of_binding(one)


def _as_taken(one: Edge) -> _Taken:
    return one.source.name, one.target.name, one.target.kind == "exchange", one.key


def _is_taken(edge: Edge, spread: Spread, taken: Iterable[_Taken]) -> bool:
    """Tell whether messages that came somewhere can take a line from there."""
    match edge.kind:
        case "binding":
            return _as_taken(edge) in taken
        case "alternate":
            return edge.source.name in spread.exchanges and edge.target.name in spread.exchanges
        case "sends":
            return False
        case _:
            return edge.source.name in spread.queues
