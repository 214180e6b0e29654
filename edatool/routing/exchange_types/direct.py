"""Direct exchanges: a binding gets the messages that have its key."""

import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from edatool.frozen import frozen
from edatool.routing.exchange_types.exchange_type import ExchangeType, each_once
from edatool.routing.exchange_types.topic import pattern_of
from edatool.routing.message import Letter
from edatool.routing.topology import Binding, Exchange
from edatool.routing.trace import Hop
from edatool.routing.version import Version

if TYPE_CHECKING:
    from edatool.routing.reach.flow import Flow


@frozen
class ByKey:
    """The bindings of a direct exchange."""

    exchange: str
    bindings: tuple[Binding, ...]
    by_key: Mapping[str, list[Binding]]

    def match(self, letter: Letter, /) -> Hop:
        """Return the bindings of each key of a message."""
        return Hop(self.exchange, "direct", each_once(self.by_key.get(key, ()) for key in letter.keys))

    def may_match(self, flow: "Flow", /) -> Sequence[Binding]:
        """Return the bindings whose key some message may have."""
        if flow.words is None:
            return self.bindings
        key = flow.key
        if key is not None:
            return self.by_key.get(key, ())
        return [one for one in self.bindings if flow.may_have_key(one.key)]


def _lay_out(exchange: Exchange, bindings: tuple[Binding, ...], _version: Version) -> ByKey:
    by_key: dict[str, list[Binding]] = {}
    for binding in bindings:
        by_key.setdefault(binding.key, []).append(binding)
    return ByKey(exchange.name, bindings, by_key)


def _catch_all(exchange: Exchange, to: str, bindings: Iterable[Binding]) -> list[Binding]:
    return [Binding(exchange.name, to, to_exchange=True, key=key) for key in sorted({one.key for one in bindings})]


TYPE = ExchangeType(_lay_out, matches_key=operator.eq, event_key=pattern_of, catch_all=_catch_all)
