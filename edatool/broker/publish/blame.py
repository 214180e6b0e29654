"""Which messages a broker means by the words with which it closes a channel."""

import re
from collections.abc import Sequence

from edatool.broker.message import AmqpMessage
from edatool.broker.publish.pending import Pending

_SIZE = re.compile(r"message size \d+ is larger than configured max size (\d+)")
_HEADER = re.compile(r'unacceptable_type_in_header,"(B?CC)"')


def largest_body(reason: str) -> int | None:
    """Return the bytes of a body that the broker takes, where its words are about a larger one."""
    found = _SIZE.search(reason)
    return int(found[1]) if found else None


def may_change(reason: str) -> bool:
    """Say whether the same message may have been taken a moment ago: the fault is not in itself."""
    return reason.startswith(("NOT_FOUND", "ACCESS_REFUSED"))


def means(reason: str, message: AmqpMessage) -> bool:
    """Say whether the words fit a message: then the broker would refuse it now, too."""
    if (largest := largest_body(reason)) is not None:
        return len(message.body) > largest
    if found := _HEADER.search(reason):
        return not isinstance(message.headers.get(found[1], ()), (list, tuple))
    return _names(reason, message.exchange or "amq.default") and _names_key(reason, message.key)


def split(suspects: Sequence[Pending], reason: str) -> tuple[int, Pending | None]:
    """Return how many of the suspects the broker may have taken, and the one that it surely refused.

    None is one of them, where nobody can tell. What is behind those that may have been taken was not.
    """
    if len(suspects) == 1:
        return 0, suspects[0]
    meant = [number for number, one in enumerate(suspects) if means(reason, one.message)]
    if not meant:
        return len(suspects), None
    # What is wrong with a message itself is wrong with the first one that it fits. An exchange that is missing may
    # have been there a moment ago, so that it is any of those to it.
    number = meant[-1] if may_change(reason) else meant[0]
    return number, suspects[number]


def _names(reason: str, exchange: str) -> bool:
    named = f"exchange '{exchange}' in vhost"
    _, quoted, cut = reason.partition("exchange '")
    # A reason has 255 bytes at most, and ends in dots where it was cut.
    return named in reason or (cut.endswith("...") and named.startswith(quoted + cut[:-3]))


def _names_key(reason: str, key: str) -> bool:
    return "access to topic '" not in reason or f"topic '{key}' in exchange" in reason
