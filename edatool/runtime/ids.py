"""Message ids that sort by time: UUID version 7 (RFC 9562), which Python has from 3.14 on."""

import random
import time
from functools import lru_cache

_NUMBERED_BITS = 40


def new_id() -> str:
    """Return a new UUIDv7; the ids of one millisecond are in no order."""
    # Not a secret, so no call of the system for each; Python seeds this anew after a fork.
    own = hex(0b10 << 62 | random.getrandbits(62))
    return f"{_begin(time.time_ns() // 1_000_000)}{own[2:6]}-{own[6:]}"


# What the ids of one millisecond share is most of the work.
@lru_cache(maxsize=1)
def _begin(milliseconds: int) -> str:
    return uuid7(milliseconds, random.getrandbits(12) << 62)[:19]


def new_run() -> str:
    """Return the id of a run whose messages are numbered: a UUIDv7 that ends with 40 zero bits."""
    return uuid7(time.time_ns() // 1_000_000, random.getrandbits(74 - _NUMBERED_BITS) << _NUMBERED_BITS)


def numbered(run: str, number: int) -> str:
    """Return the id of a message of a run, always the same for the same number (below 2**40); they sort by number."""
    return f"{run[:24]}{int(run[24:], 16) + number:012x}"


def uuid7(milliseconds: int, noise: int) -> str:
    """Return the UUIDv7 of a time since the epoch and 74 random bits."""
    value = milliseconds << 80 | 0x7 << 76 | noise >> 62 << 64 | 0b10 << 62 | noise & (1 << 62) - 1
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
