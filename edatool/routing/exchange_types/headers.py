"""Headers exchanges: bindings ask for header values."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from edatool.frozen import frozen
from edatool.routing.exchange_types import headers_rule
from edatool.routing.exchange_types.exchange_type import ExchangeType
from edatool.routing.exchange_types.headers_index import HeadersIndex, candidates, index
from edatool.routing.exchange_types.headers_rule import HeadersRule, rule
from edatool.routing.message import Letter
from edatool.routing.topology import Binding, Exchange
from edatool.routing.trace import Hop, Missed
from edatool.routing.version import Version

if TYPE_CHECKING:
    from edatool.routing.reach.flow import Flow


@frozen
class ByHeaders:
    """The bindings of a headers exchange, each with its rule at the same place."""

    exchange: str
    bindings: tuple[Binding, ...]
    rules: tuple[HeadersRule, ...]
    index: HeadersIndex
    version: Version

    def match(self, letter: Letter, /) -> Hop:
        """Return the bindings whose rule the headers satisfy, and those of which that cannot be known."""
        matched, undecided = [], []
        for number in candidates(self.index, letter.headers):
            answer = headers_rule.matches(self.rules[number], letter.headers, self.version)
            if answer:
                matched.append(self.bindings[number])
            elif answer is None:
                why = "lists and tables in headers cannot be compared here"
                undecided.append(Missed(self.bindings[number], why))
        return Hop(self.exchange, "headers", tuple(matched), undecided=tuple(undecided))

    def may_match(self, flow: "Flow", /) -> Sequence[Binding]:
        """Return the bindings whose rule the headers of some message may satisfy."""
        if flow.event is None:
            return self.bindings
        pairs = zip(self.rules, self.bindings, strict=True)
        return [binding for rule, binding in pairs if _may_satisfy(flow, rule, self.version)]


def _may_satisfy(flow: "Flow", rule: HeadersRule, version: Version) -> bool:
    """Tell whether some message may have what is wanted; headers that begin with x- may come on the way."""
    answers = (name.startswith("x-") or _may_be(flow, name, wanted, version) for name, wanted in rule.wanted)
    return any(answers) if rule.any else all(answers)


def _may_be(flow: "Flow", name: str, wanted: object, version: Version) -> bool:
    values = flow.header_values(name)
    return values is None or any(headers_rule.equal(wanted, value, version) is not False for value in values)


def _lay_out(exchange: Exchange, bindings: tuple[Binding, ...], version: Version) -> ByHeaders:
    rules = tuple(rule(one.arguments) for one in bindings)
    return ByHeaders(exchange.name, bindings, rules, index(rules), version)


def _why_not(binding: Binding, letter: Letter, version: Version) -> str:
    return headers_rule.why_not(rule(binding.arguments), letter.headers, version)


def _catch_all(exchange: Exchange, to: str, _bindings: Iterable[Binding]) -> list[Binding]:
    return [Binding(exchange.name, to, to_exchange=True, arguments={"x-match": "all"})]


TYPE = ExchangeType(_lay_out, _why_not, reads_headers=True, catch_all=_catch_all)
