"""A message as a queue holds it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from edatool.broker.message import Message
from edatool.routing.message import Letter, Reason
from edatool.routing.version import TYPED_NUMBERS, Version

RETURNS_GO_ON: Version = (4, 3, 0)
"""From here on a dead letter takes the count of its returns along, and delivery limits apply to all of them."""


@dataclass(frozen=True, slots=True)
class Died:
    """That a message died in a queue, ``count`` times, where it had come through ``exchange`` by ``keys``."""

    queue: str
    reason: Reason
    count: int
    exchange: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A message in a queue; ``deaths`` are those before, as the header ``x-death`` lists them.

    ``returns`` counts how often a consumer gave it back (from 4.3 on also to the queues in which it died), which
    only quorum queues tell: ``counted``; before 4.0 also while it is zero: ``tells_zero``. ``place`` is its place in
    the queue's order, and ``expires`` the time, in milliseconds of the broker's clock, at which it dies here.
    """

    queue: str
    published: Message
    letter: Letter
    deaths: tuple[Died, ...] = ()
    returns: int = 0
    counted: bool = False
    tells_zero: bool = False
    place: tuple[int, int] = (0, 0)
    expires: int | None = None

    @property
    def body(self) -> bytes:
        """What was published."""
        return self.published.body

    @property
    def payload(self) -> Any:
        """The body parsed as JSON; ValueError where it is something else."""
        return json.loads(self.body)

    @property
    def exchange(self) -> str:
        """The exchange that the message was sent to last: for a dead letter, the dead-letter exchange."""
        return self.letter.exchange

    @property
    def key(self) -> str:
        """The routing key that it was sent with last."""
        return self.letter.keys[0]

    @property
    def headers(self) -> Mapping[str, object]:
        """The headers as a consumer sees them; those of RabbitMQ about deaths (without times) and returns included."""
        headers = dict(self.letter.headers)
        if self.deaths:
            headers["x-death"] = [_table(one) for one in self.deaths]
        if self.counted and (self.returns or self.tells_zero):
            headers["x-delivery-count"] = self.returns
        return headers

    @property
    def type(self) -> str:
        """The name of the event."""
        return self.published.type

    @property
    def message_id(self) -> str:
        """The identity that the publisher gave it."""
        return self.published.message_id

    @property
    def redelivered(self) -> bool:
        """Whether a consumer had it before."""
        return self.returns > 0


def buried(held: Held, reason: Reason, letter: Letter, version: Version) -> Held:
    """Return a message that dies in its queue as it goes on, with one more death in its history."""
    died = {(one.queue, one.reason): one for one in held.deaths}
    first = Died(held.queue, reason, 0, held.exchange, _told(held.letter, version))
    last = died.get((held.queue, reason), first)
    died[held.queue, reason] = replace(last, count=last.count + 1)
    deaths = tuple(died[one.queue, one.reason] for one in letter.deaths if (one.queue, one.reason) in died)
    returns = held.returns + (reason in ("rejected", "delivery_limit")) if version >= RETURNS_GO_ON else 0
    return replace(held, letter=letter, deaths=deaths, returns=returns)


def _told(letter: Letter, version: Version) -> tuple[str, ...]:
    """Return the keys that everybody may know: without those of BCC, which come last.

    From 3.13 on RabbitMQ takes away the first key of each of these names (Erlang's ``--``), so that the order changes
    where a key is among them.
    """
    further = letter.headers.get("CC", ())
    copies = [one for one in further if isinstance(one, str)] if isinstance(further, (list, tuple)) else []
    keys, hidden = list(letter.keys), letter.keys[1 + len(copies) :]
    if version < TYPED_NUMBERS:
        return letter.keys[: 1 + len(copies)]
    for one in hidden:
        keys.remove(one)
    return tuple(keys)


def _table(died: Died) -> dict[str, object]:
    return {
        "count": died.count,
        "reason": died.reason,
        "queue": died.queue,
        "exchange": died.exchange,
        "routing-keys": list(died.keys),
    }
