"""The boxes and lines of a spec."""

from collections.abc import Iterator
from dataclasses import field

from edatool.frozen import mutable
from edatool.routing import effective
from edatool.routing.bindings import bindings_of, exchange_type
from edatool.routing.compile import queue_of, without_filters
from edatool.routing.graph.dead import with_dead
from edatool.routing.graph.graph import Edge, Graph, Node, NodeId
from edatool.routing.router import Router, router
from edatool.routing.topology import Binding
from edatool.spec.filtering import condition
from edatool.spec.quantity import as_duration
from edatool.spec.spec import Spec, SpecBinding, SpecQueue, Trigger

_DEFAULT_EXCHANGE = ""


def graph_of(spec: Spec) -> Graph:
    """Return who sends what, where it goes, and who reads it; dead letters and retries, too.

    What edatool generates to carry out filters and delays is left out: filters stand where they are declared.
    """
    drawn = _Drawn(spec, router(without_filters(spec)))
    drawn.draw()
    return with_dead(Graph(spec.name, drawn.nodes, tuple(drawn.edges)))


def words_of_binding(one: Binding) -> str | None:
    """Return what a binding asks of a message: a key, or headers; None where all messages take it."""
    asked = {name: value for name, value in one.arguments.items() if name != "x-match"}
    match = str(one.arguments.get("x-match", "all")).removesuffix("-with-x")
    headers = f" {'and' if match == 'all' else 'or'} ".join(f"{name}={value}" for name, value in asked.items())
    return " ".join(text for text in (one.key, headers) if text) or None


@mutable
class _Drawn:
    spec: Spec
    router: Router
    nodes: dict[NodeId, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)

    def draw(self) -> None:
        self._objects()
        self._senders()
        for one in self.spec.bindings:
            for edge in self._binding(one):
                self._line(edge)
        self._alternates()
        self._dead_letters()
        self._retries()
        self._readers()

    def _box(self, node: Node) -> NodeId:
        self.nodes.setdefault(node.id, node)
        return node.id

    def _line(self, edge: Edge) -> None:
        self.edges.append(edge)

    def _objects(self) -> None:
        for event in self.spec.events.values():
            key = str(event.key) if str(event.key) != event.name else None
            details = tuple(text for text in (key, event.category) if text)
            self._box(Node(NodeId("event", event.name), details, summary=event.summary))
        for exchange in self.spec.exchanges.values():
            details = (exchange.type, *["internal"] * exchange.internal, *["of others"] * exchange.external)
            self._box(Node(NodeId("exchange", exchange.name), details, exchange.owner, exchange.summary))
        for queue in self.spec.queues.values():
            self._box(Node(NodeId("queue", queue.name), tuple(_facts(queue)), queue.owner, queue.summary))

    def _exchange(self, name: str) -> NodeId:
        return self._box(Node(NodeId("exchange", name), (exchange_type(self.spec, name) or "not declared",)))

    def _queue(self, name: str) -> NodeId:
        return self._box(Node(NodeId("queue", name), ("not declared",)))

    def _senders(self) -> None:
        for event in self.spec.events.values():
            own = NodeId("event", event.name)
            if event.producer:
                self._line(Edge(self._producer(event.producer, "producer"), own, "sends"))
            self._line(Edge(own, self._entry(event.exchange, str(event.key)), "sends"))
        for producer in self.spec.producers.values():
            self._sends(self._producer(producer.name, "producer, by HTTP"), producer.events)
        for source in self.spec.sources.values():
            box = Node(NodeId("source", source.name), ("webhooks",), source.owner, source.summary)
            self._sends(self._box(box), tuple(dict.fromkeys(one.event for one in source.mappings)))
        for soap in self.spec.soap.values():
            box = Node(NodeId("soap", soap.name), ("SOAP service",), soap.owner, soap.summary)
            self._sends(self._box(box), soap.events)

    def _producer(self, name: str, detail: str) -> NodeId:
        known = self.spec.producers.get(name)
        owner, summary = (known.owner, known.summary) if known else (None, None)
        return self._box(Node(NodeId("producer", name), (detail,), owner, summary))

    def _entry(self, exchange: str, key: str) -> NodeId:
        """Return where a message comes first: the default exchange puts it into the queue that its key names."""
        return self._queue(key) if exchange == _DEFAULT_EXCHANGE else self._exchange(exchange)

    def _sends(self, sender: NodeId, events: tuple[str, ...]) -> None:
        known = {(one.source, one.target) for one in self.edges}
        for event in events:
            target = NodeId("event", event)
            if target in self.nodes and (sender, target) not in known:
                self._line(Edge(sender, target, "sends"))

    def _binding(self, one: SpecBinding) -> Iterator[Edge]:
        for each in bindings_of(self.spec, one):
            target = self._exchange(each.destination) if each.to_exchange else self._queue(each.destination)
            yield Edge(self._exchange(each.source), target, "binding", words_of_binding(each), condition(one))

    def _alternates(self) -> None:
        for name, source in self.router.sources.items():
            if source.alternate is not None and NodeId("exchange", name) in self.nodes:
                self._line(Edge(NodeId("exchange", name), self._exchange(source.alternate), "alternate"))

    def _dead_letters(self) -> None:
        """Draw where dead letters go, by queue and policy, and those that consumers send elsewhere by their error."""
        for queue in self.spec.queues.values():
            found = effective.dead_letters(queue_of(queue), self.router.policies)
            if found is not None:
                key = found.key if found.exchange != _DEFAULT_EXCHANGE else None
                self._dead_letter(queue.name, found.exchange, found.key, key)
            for error, target in queue.dead_letter.by_error.items() if queue.dead_letter else ():
                self._dead_letter(queue.name, target.exchange, target.key, f"after {error}")

    def _dead_letter(self, queue: str, exchange: str, key: str | None, words: str | None) -> None:
        self._line(Edge(NodeId("queue", queue), self._entry(exchange, key or queue), "dead_letter", words))

    def _retries(self) -> None:
        for queue in self.spec.queues.values():
            if queue.retry:
                waits = ", ".join(as_duration(wait) for wait in queue.retry)
                box = self._box(Node(NodeId("retry", queue.name), (f"after {waits}",), queue.owner))
                self._line(Edge(NodeId("queue", queue.name), box, "retry"))

    def _readers(self) -> None:
        for consumer in self.spec.consumers.values():
            box = Node(NodeId("consumer", consumer.name), ("consumer",), consumer.owner, consumer.summary)
            for queue in consumer.queues:
                self._line(Edge(self._queue(queue), self._box(box), "reads"))
        for trigger in self.spec.triggers.values():
            box = Node(NodeId("trigger", trigger.name), (_action(trigger),), trigger.owner, trigger.summary)
            self._line(Edge(self._queue(trigger.queue), self._box(box), "reads"))
        for delivery in self.spec.deliveries.values():
            box = Node(NodeId("delivery", delivery.name), ("delivered by HTTP",), delivery.owner, delivery.summary)
            self._line(Edge(self._queue(delivery.queue), self._box(box), "reads", filter=condition(delivery)))


def _facts(queue: SpecQueue) -> Iterator[str]:
    yield queue.type
    if queue.external:
        yield "of others"
    if queue.owner:
        yield queue.owner


def _action(trigger: Trigger) -> str:
    kinds = {"runs a program": trigger.run, "calls Python": trigger.call, "posts by HTTP": trigger.http}
    return next((words for words, given in kinds.items() if given), "calls AWS Lambda")
