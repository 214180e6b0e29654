"""Delayed exchanges: a message waits as long as it says, and then is routed by the rules of another type.

An exchange that does not name that type is one of which nothing is known.
"""

from edatool.routing.exchange_types import not_simulated
from edatool.routing.exchange_types.exchange_type import ExchangeType
from edatool.routing.message import Letter


def _delay(letter: Letter) -> int:
    wanted = letter.headers.get("x-delay")
    return wanted if type(wanted) is int and wanted > 0 else 0


TYPE = ExchangeType(not_simulated.lay_out, decided=False, delay=_delay)
