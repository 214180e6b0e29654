"""Which exchanges, bindings and queues messages may come to: everything that cannot be ruled out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from edatool.checks.patterns import overlapping
from edatool.checks.words import Word, literal, words_of
from edatool.contracts.contract import Contract
from edatool.contracts.fields import field_of
from edatool.routing import effective, headers, topic
from edatool.routing.match import Source
from edatool.routing.router import Router
from edatool.routing.topology import Binding
from edatool.spec.spec import Event


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """Messages alike: of one event, with one fixed key, or (neither ``event`` nor ``words``) any at all."""

    words: tuple[Word, ...] | None = None
    event: Event | None = None
    contract: Contract | None = None


def flow_of(event: Event, contract: Contract | None) -> Flow:
    """Return all messages of an event."""
    return Flow(words_of(event, contract), event, contract)


@dataclass(slots=True)
class Spread:
    """What flows may come to; ``bindings`` by ``id``."""

    router: Router
    exchanges: dict[str, set[Flow]] = field(default_factory=dict)
    bindings: set[int] = field(default_factory=set)
    queues: dict[str, set[Flow]] = field(default_factory=dict)
    fixed: dict[str, Flow] = field(default_factory=dict)

    def add(self, starts: Iterable[tuple[str, Flow]]) -> None:
        """Let flows begin at exchanges, and follow them through dead-lettering too."""
        waiting = list(starts)
        for name, flow in waiting:
            seen = self.exchanges.setdefault(name, set())
            if flow not in seen:
                seen.add(flow)
                waiting += self._onward(name, flow)

    def _onward(self, name: str, flow: Flow) -> Iterator[tuple[str, Flow]]:
        """Yield where a flow may go on to from an exchange, also by the death of what queues got."""
        source = self.router.sources.get(name)
        for queue in _named(self.router, flow) if name == "" else ():
            yield from self._arrive(queue, flow)
        for binding in possible(source, flow, self.router) if source else ():
            self.bindings.add(id(binding))
            if binding.to_exchange:
                yield binding.destination, flow
            else:
                yield from self._arrive(binding.destination, flow)
        if source and source.alternate is not None:
            yield source.alternate, flow

    def _arrive(self, name: str, flow: Flow) -> Iterator[tuple[str, Flow]]:
        seen = self.queues.setdefault(name, set())
        if flow in seen or name not in self.router.topology.queues:
            return
        seen.add(flow)
        target = effective.dead_letters(self.router.topology.queues[name], self.router.policies)
        if target:
            yield target.exchange, flow if target.key is None else self._with_key(target.key)

    def _with_key(self, key: str) -> Flow:
        return self.fixed.setdefault(key, Flow(tuple(literal(word) for word in topic.words(key))))


def possible(source: Source, flow: Flow, router: Router) -> Iterable[Binding]:
    """Return the bindings of an exchange that some message of a flow may match."""
    kind = source.exchange.type
    if kind == "headers":
        return [one for rule, one in source.rules if _may_have(rule, flow, router)]
    if flow.words is None or kind not in ("topic", "direct"):
        return source.bindings
    if kind == "topic":
        return overlapping(source.patterns, flow.words)
    fixed = _fixed(flow.words)
    if fixed is not None:
        return source.by_key.get(fixed, ())
    return [one for one in source.bindings if _spells(flow.words, topic.words(one.key))]


def _named(router: Router, flow: Flow) -> Iterable[str]:
    """Return the queues whose name may be a key of the flow, as the default exchange routes."""
    names = router.topology.queues
    fixed = _fixed(flow.words) if flow.words is not None else None
    if fixed is not None:
        return [fixed] if fixed in names else []
    return [name for name in names if flow.words is None or _spells(flow.words, topic.words(name))]


def _fixed(words: tuple[Word, ...]) -> str | None:
    """Return the one key that these words make, None where there may be several."""
    texts = [text for word in words if word.texts is not None and len(word.texts) == 1 for text in word.texts]
    return ".".join(texts) if len(texts) == len(words) else None


def _spells(words: tuple[Word, ...], texts: list[str]) -> bool:
    return len(words) == len(texts) and all(word.may_be(text) for word, text in zip(words, texts, strict=True))


def _may_have(rule: headers.Rule, flow: Flow, router: Router) -> bool:
    """Tell whether a message of a flow may have the wanted headers; those that begin with x- may come on the way."""
    if flow.event is None:
        return True
    answers = (name.startswith("x-") or _may_be(name, wanted, flow, router) for name, wanted in rule.wanted)
    return any(answers) if rule.any else all(answers)


def _may_be(name: str, wanted: object, flow: Flow, router: Router) -> bool:
    path = flow.event.headers.get(name) if flow.event else None
    if path is None:
        return False
    values = field_of(flow.contract, path.names).values if flow.contract else None
    return values is None or any(headers.equal(wanted, value, router.version) is not False for value in values)
