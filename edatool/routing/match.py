"""Which bindings of an exchange match a message, by the exchange's type."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from edatool.routing import headers, headers_index, topic
from edatool.routing.message import Letter
from edatool.routing.topology import Binding, Exchange
from edatool.routing.trace import Choice, Hop, Missed
from edatool.routing.version import Version
from edatool.spec.exchange_types import DELAYED


@dataclass(frozen=True, slots=True)
class Source:
    """An exchange with its bindings, laid out for finding those that match."""

    exchange: Exchange
    alternate: str | None
    bindings: tuple[Binding, ...]
    by_key: Mapping[str, list[Binding]]
    patterns: topic.Node
    rules: tuple[headers.Rule, ...]
    by_header: headers_index.Index

    @property
    def kind(self) -> str:
        """The type by whose rules it routes."""
        return self.exchange.routes_as


def source(exchange: Exchange, alternate: str | None, bindings: Iterable[Binding]) -> Source:
    """Lay out the bindings of an exchange."""
    bindings = tuple(bindings)
    by_key: dict[str, list[Binding]] = {}
    for binding in bindings if exchange.routes_as == "direct" else ():
        by_key.setdefault(binding.key, []).append(binding)
    patterns = topic.tree(bindings if exchange.routes_as == "topic" else ())
    rules = tuple(headers.rule(one.arguments) for one in bindings) if exchange.routes_as == "headers" else ()
    return Source(exchange, alternate, bindings, by_key, patterns, rules, headers_index.index(rules))


def hop(source: Source, letter: Letter, version: Version) -> Hop:
    """Match a message against all bindings of an exchange; those that missed are left out."""
    name, kind = source.exchange.name, source.kind
    match kind:
        case "fanout":
            found = Hop(name, kind, source.bindings)
        case "direct":
            found = Hop(name, kind, _unique(source.by_key.get(key, ()) for key in letter.keys))
        case "topic":
            found = Hop(name, kind, _unique(topic.find(source.patterns, key) for key in letter.keys))
        case "headers":
            found = _by_headers(source, letter, version)
        case "x-consistent-hash" | "x-random":
            found = Hop(name, kind, choices=tuple(_choice(kind, one) for one in source.bindings))
        case _:
            why = f"exchanges of type {kind} cannot be simulated"
            found = Hop(name, kind, undecided=tuple(Missed(one, why) for one in source.bindings))
    return replace(found, delay=_delay(letter)) if source.exchange.type == DELAYED else found


def _delay(letter: Letter) -> int:
    """Return the milliseconds that a delayed exchange waits; without a header of a positive number it does not."""
    wanted = letter.headers.get("x-delay")
    return wanted if type(wanted) is int and wanted > 0 else 0


def _unique(found: Iterable[Iterable[Binding]]) -> tuple[Binding, ...]:
    """Join what the keys of a message matched, each binding once."""
    return tuple({id(binding): binding for bindings in found for binding in bindings}.values())


def _choice(kind: str, binding: Binding) -> Choice:
    weighted = kind == "x-consistent-hash" and binding.key.isdecimal()
    return Choice(binding, int(binding.key) if weighted else 1)


def _by_headers(source: Source, letter: Letter, version: Version) -> Hop:
    matched, undecided = [], []
    for number in headers_index.candidates(source.by_header, letter.headers):
        binding = source.bindings[number]
        answer = headers.matches(source.rules[number], letter.headers, version)
        if answer:
            matched.append(binding)
        elif answer is None:
            undecided.append(Missed(binding, "lists and tables in headers cannot be compared here"))
    return Hop(source.exchange.name, "headers", tuple(matched), undecided=tuple(undecided))


def missed(source: Source, hop: Hop, letter: Letter, version: Version) -> tuple[Missed, ...]:
    """Say of each binding that did not match why."""
    possible = {id(binding) for binding in hop.possible}
    return tuple(
        Missed(one, _why_not(source.kind, one, letter, version)) for one in source.bindings if id(one) not in possible
    )


def _why_not(kind: str, binding: Binding, letter: Letter, version: Version) -> str:
    if kind == "headers":
        return headers.why_not(headers.rule(binding.arguments), letter.headers, version)
    if kind == "topic":
        return "; ".join(topic.why_not(binding.key, key) for key in letter.keys)
    return f"the key is {' or '.join(map(repr, letter.keys))}, not {binding.key!r}"
