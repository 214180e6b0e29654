"""Which bindings of an exchange match a message."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from edatool.frozen import frozen
from edatool.routing.exchange_types.exchange_type import ExchangeType, Layout
from edatool.routing.exchange_types.types import type_named
from edatool.routing.message import Letter
from edatool.routing.topology import Binding, Exchange
from edatool.routing.trace import Hop, Missed
from edatool.routing.version import Version


@frozen
class BoundExchange:
    """An exchange with its bindings, laid out for finding those that match; it routes by the rules of ``type``."""

    exchange: Exchange
    type: ExchangeType
    alternate: str | None
    bindings: tuple[Binding, ...]
    layout: Layout
    delay: Callable[[Letter], int] | None


def source(exchange: Exchange, alternate: str | None, bindings: Iterable[Binding], version: Version) -> BoundExchange:
    """Lay out the bindings of an exchange."""
    bindings, own = tuple(bindings), type_named(exchange.routes_as)
    layout = own.lay_out(exchange, bindings, version)
    return BoundExchange(exchange, own, alternate, bindings, layout, type_named(exchange.type).delay)


def hop(source: BoundExchange, letter: Letter) -> Hop:
    """Match a message against all bindings of an exchange; those that missed are left out."""
    found = source.layout.match(letter)
    return replace(found, delay=source.delay(letter)) if source.delay else found


def missed(source: BoundExchange, hop: Hop, letter: Letter, version: Version) -> tuple[Missed, ...]:
    """Say of each binding that did not match why."""
    possible = {id(binding) for binding in hop.possible}
    return tuple(
        Missed(one, source.type.why_not(one, letter, version)) for one in source.bindings if id(one) not in possible
    )
