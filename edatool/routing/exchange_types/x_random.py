"""Random exchanges: one of the bindings gets a message."""

from edatool.routing.exchange_types.exchange_type import Alike, ExchangeType
from edatool.routing.message import Letter
from edatool.routing.topology import Binding, Exchange
from edatool.routing.trace import Hop, RandomChoice
from edatool.routing.version import Version


def _lay_out(exchange: Exchange, bindings: tuple[Binding, ...], _version: Version) -> Alike:
    return Alike(Hop(exchange.name, "x-random", choices=tuple(RandomChoice(one, 1) for one in bindings)))


def _take_turns(_exchange: Exchange, _letter: Letter, turn: int) -> int:
    return turn


TYPE = ExchangeType(_lay_out, decided=False, pick=_take_turns)
