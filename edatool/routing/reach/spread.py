"""Which exchanges, bindings and queues messages may come to: everything that cannot be ruled out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from edatool.contracts.contract import Contract
from edatool.contracts.fields import field_of
from edatool.routing import effective, headers, topic
from edatool.routing.effective import DeadLetters
from edatool.routing.match import Source
from edatool.routing.reach.patterns import overlapping
from edatool.routing.reach.words import Made, Word, literal, words_of
from edatool.routing.router import Router
from edatool.routing.topology import Binding
from edatool.spec.spec import Event


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """Messages alike: of one event, with one fixed key, or (neither ``event`` nor ``words``) any at all."""

    words: tuple[Word, ...] | None = None
    event: Event | None = None
    contract: Contract | None = None


def flow_of(event: Event, contract: Contract | None, made: Made) -> Flow:
    """Return all messages of an event."""
    return Flow(words_of(event, contract, made), event, contract)


@dataclass(slots=True)
class Spread:
    """What flows may come to; ``bindings`` by ``id``."""

    router: Router
    exchanges: dict[str, set[Flow]] = field(default_factory=dict)
    bindings: set[int] = field(default_factory=set)
    queues: set[str] = field(default_factory=set)
    targets: dict[str, DeadLetters] = field(init=False)
    fixed: dict[str, Flow] = field(default_factory=dict)

    def __post_init__(self) -> None:
        policies = self.router.policies
        queues = self.router.topology.queues.values()
        self.targets = {one.name: to for one in queues if (to := effective.dead_letters(one, policies))}

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
        found = possible(source, flow, self.router) if source else ()
        self.bindings.update(map(id, found))
        yield from ((one.destination, flow) for one in found if one.to_exchange)
        queues = {one.destination for one in found if not one.to_exchange}
        if name == "":
            queues.update(_named(self.router, flow))
        self.queues |= queues
        yield from (self._dead(self.targets[queue], flow) for queue in queues & self.targets.keys())
        if source and source.alternate is not None:
            yield source.alternate, flow

    def _dead(self, target: DeadLetters, flow: Flow) -> tuple[str, Flow]:
        """Return where the dead letters of a flow go on from; all with one key are one flow."""
        if target.key is None:
            return target.exchange, flow
        words = tuple(literal(word) for word in topic.words(target.key))
        return target.exchange, self.fixed.setdefault(target.key, Flow(words))


def possible(source: Source, flow: Flow, router: Router) -> Sequence[Binding]:
    """Return the bindings of an exchange that some message of a flow may match."""
    kind = source.kind
    if kind == "headers":
        return [one for rule, one in zip(source.rules, source.bindings, strict=True) if _may_have(rule, flow, router)]
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
