"""A message as a queue holds it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from edatool.broker.message import AmqpMessage
from edatool.frozen import frozen
from edatool.routing.message import Letter, Reason
from edatool.routing.version import NEWEST, TYPED_NUMBERS, Version
from edatool.testing.counts import FAILURES_APART, NOT_BACK, DeliveryCounts


@frozen
class Died:
    """That a message died in a queue, ``count`` times, where it had come through ``exchange`` by ``keys``."""

    queue: str
    reason: Reason
    count: int
    exchange: str
    keys: tuple[str, ...]


@frozen
class HeldMessage:
    """A message in a queue; ``deaths`` are those before, as the header ``x-death`` lists them.

    ``counts`` are told by quorum queues only. ``place`` is its place in the queue's order, ``expires`` the time, in
    milliseconds of the broker's clock, at which it dies here, and ``tag`` the number of its delivery.
    """

    queue: str
    published: AmqpMessage
    letter: Letter
    deaths: tuple[Died, ...] = ()
    counts: DeliveryCounts = NOT_BACK
    quorum: bool = False
    version: Version = NEWEST
    place: tuple[int, int] = (0, 0)
    expires: int | None = None
    tag: int = 0

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
        return headers | self.counts.headers(self.version) if self.quorum else headers

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
        """Whether a consumer had it before; of some dead letters also in the queue where they died."""
        tells_failures = self.quorum or self.version >= FAILURES_APART
        return self.counts.returned > 0 or (tells_failures and self.counts.failures > 0)


def buried(held: HeldMessage, reason: Reason, letter: Letter, version: Version) -> HeldMessage:
    """Return a message that dies in its queue as it goes on, with one more death in its history."""
    died = {(one.queue, one.reason): one for one in held.deaths}
    first = Died(held.queue, reason, 0, held.exchange, _told(held, version))
    last = died.get((held.queue, reason), first)
    died[held.queue, reason] = replace(last, count=last.count + 1)
    deaths = tuple(died[one.queue, one.reason] for one in letter.deaths if (one.queue, one.reason) in died)
    return replace(held, letter=letter, deaths=deaths, counts=DeliveryCounts(failures=held.counts.failures))


def _told(held: HeldMessage, version: Version) -> tuple[str, ...]:
    """Return the keys that everybody may know: without those of BCC, which come last.

    From 3.13 on RabbitMQ takes away the first key of each of these names (Erlang's ``--``), so that the order changes
    where a key is among them; and it does so at each death, though the message came by other keys (``record_death``
    in mc.erl).
    """
    if version < TYPED_NUMBERS:
        return held.letter.keys[: 1 + len(_strings(held.letter.headers.get("CC")))]
    keys = list(held.letter.keys)
    for one in _strings(held.published.headers.get("BCC")):
        if one in keys:
            keys.remove(one)
    return tuple(keys)


def _strings(values: object) -> list[str]:
    return [one for one in values if isinstance(one, str)] if isinstance(values, (list, tuple)) else []


def _table(died: Died) -> dict[str, object]:
    return {
        "count": died.count,
        "reason": died.reason,
        "queue": died.queue,
        "exchange": died.exchange,
        "routing-keys": list(died.keys),
    }
