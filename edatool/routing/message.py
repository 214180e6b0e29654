"""Messages: as a client publishes them, and as the broker routes them."""

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from edatool.frozen import frozen

Headers = Mapping[str, object]
"""Header values by name, as JSON has them; None is AMQP's void."""

EXCHANGE, KEY = "x-edatool-exchange", "x-edatool-key"
"""Headers in which a message tells where it was published, or is when it is due: the exchange and the routing key."""

Reason = Literal["rejected", "expired", "maxlen", "delivery_limit"]


@frozen
class Message:
    """What a client publishes, as far as routing goes; headers CC and BCC are lists of further keys."""

    exchange: str
    key: str = ""
    headers: Headers = field(default_factory=dict)


@frozen
class Death:
    """That a message was dead-lettered from a queue."""

    queue: str
    reason: Reason


@frozen
class Letter:
    """A message inside the broker: all its keys, the headers that exchanges see, its deaths as in ``x-death``."""

    exchange: str
    keys: tuple[str, ...]
    headers: Headers
    deaths: tuple[Death, ...] = ()


@frozen
class Refusal:
    """The error with which the broker closes a publisher's channel; ``code`` is AMQP's reply code."""

    code: int
    reason: str


def accept(message: Message) -> Letter | Refusal:
    """Read the keys of a message. BCC is gone before an exchange sees the headers, but its keys stay."""
    for name in ("CC", "BCC"):
        if not isinstance(message.headers.get(name, []), (list, tuple)):
            return Refusal(406, f"header {name} is not a list of keys")
    further = (*_keys(message.headers, "CC"), *_keys(message.headers, "BCC"))
    headers = message.headers
    if "BCC" in headers:
        headers = {name: value for name, value in headers.items() if name != "BCC"}
    return Letter(message.exchange, (message.key, *further), headers)


def _keys(headers: Headers, name: str) -> list[str]:
    keys = headers.get(name, ())
    assert isinstance(keys, (list, tuple))
    return [key for key in keys if isinstance(key, str)]
