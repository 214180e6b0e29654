"""Exchanges of which nothing is known here: their bindings may match, or may not."""

from edatool.routing.exchange_types.exchange_type import Alike, ExchangeType
from edatool.routing.topology import Binding, Exchange
from edatool.routing.trace import Hop, Missed
from edatool.routing.version import Version


def lay_out(exchange: Exchange, bindings: tuple[Binding, ...], _version: Version) -> Alike:
    """Leave all bindings undecided."""
    why = f"exchanges of type {exchange.routes_as} cannot be simulated"
    return Alike(Hop(exchange.name, exchange.routes_as, undecided=tuple(Missed(one, why) for one in bindings)))


TYPE = ExchangeType(lay_out, decided=False)
