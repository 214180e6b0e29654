"""Consistent-hash exchanges: one of the bindings gets a message; the key of a binding is its weight.

Messages of the same first key, or the same hash header, go to the same binding; to which, is the broker's own affair.
"""

import zlib

from edatool.errors import WrongUsage
from edatool.routing.exchange_types.exchange_type import Alike, ExchangeType
from edatool.routing.message import Letter
from edatool.routing.topology import Binding, Exchange
from edatool.routing.trace import Hop, RandomChoice
from edatool.routing.version import Version


def _lay_out(exchange: Exchange, bindings: tuple[Binding, ...], _version: Version) -> Alike:
    return Alike(
        Hop(exchange.name, "x-consistent-hash", choices=tuple(RandomChoice(one, weight(one)) for one in bindings))
    )


def weight(binding: Binding) -> int:
    """Return how many of the messages a binding gets, as its share of the sum of all weights."""
    return int(binding.key) if binding.key.isdecimal() else 1


def _wrong_key(key: str) -> str | None:
    if key.isascii() and key.isdigit() and 1 <= int(key[:6]) <= 10000:
        return None
    return f"the key is the weight here, a whole number from 1 to 10000, not {key!r}"


def _hash(exchange: Exchange, letter: Letter, _turn: int) -> int:
    if "hash-property" in exchange.arguments:
        raise WrongUsage(f"exchange {exchange.name!r} hashes a property of messages, which is not simulated")
    header = exchange.arguments.get("hash-header")
    hashed = letter.keys[0] if header is None else str(letter.headers.get(str(header), ""))
    return zlib.crc32(hashed.encode())


TYPE = ExchangeType(_lay_out, decided=False, wrong_key=_wrong_key, pick=_hash)
