"""What a dead letter tells of itself: where it came from, why it died, and when.

By edatool's headers where it has them, else by RabbitMQ's ``x-death``. Both may be written by anybody: what is not of
the shape that it should have counts as not there.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import blake2b

from edatool.broker.consume.visit.visited import Visited
from edatool.frozen import frozen
from edatool.runtime.dead_letters import headers as ours


@frozen
class RecordedDeath:
    """One entry of ``x-death``: how often a message died in a queue for a reason, and when first."""

    queue: str
    reason: str
    exchange: str
    keys: tuple[str, ...]
    count: int
    time: datetime | None


@frozen
class Origin:
    """Where a message was published, and the queue that gave it up; None is for what nothing tells."""

    queue: str | None
    exchange: str | None
    key: str | None


@frozen
class DeadMessage:
    """A message of a dead-letter queue, and what it tells of itself."""

    visited: Visited
    origin: Origin
    reason: str
    """A sentence, or RabbitMQ's word for it; empty where nothing tells."""
    error: str | None
    attempts: int | None
    consumer: str | None
    died: datetime | None
    replays: int
    edits: tuple[str, ...]
    deaths: tuple[RecordedDeath, ...]
    """The newest first, as far as RabbitMQ keeps that order."""

    @property
    def id(self) -> str:
        """The message id; of a message without one, ``~`` and what its payload is known by."""
        delivery = self.visited.delivery
        return delivery.message_id or f"~{blake2b(delivery.body, digest_size=8).hexdigest()}"

    @property
    def kind(self) -> str:
        """The reason without its particulars, which the sentences of edatool have behind a colon."""
        return self.reason.partition(": ")[0]


def dead_message(visited: Visited) -> DeadMessage:
    """Read what a message tells of itself."""
    headers = visited.delivery.headers
    deaths = _deaths(headers.get("x-death"))
    last = _decisive(deaths)
    return DeadMessage(
        visited,
        _origin(headers, deaths, last),
        _text(headers, ours.REASON) or (last.reason if last else ""),
        _text(headers, ours.ERROR),
        _whole(headers, ours.ATTEMPTS),
        _text(headers, ours.CONSUMER),
        _time(headers.get(ours.DIED)) or (last.time if last else None),
        _whole(headers, ours.REPLAYS) or 0,
        _texts(headers.get(ours.EDITED)),
        deaths,
    )


def _origin(headers: Mapping[str, object], deaths: tuple[RecordedDeath, ...], last: RecordedDeath | None) -> Origin:
    queue = _text(headers, ours.QUEUE) or (last.queue if last else None)
    # Where it was published says the death that lies the longest back: others are of queues that it was led to.
    first = min(deaths, key=lambda one: (one.time or _NEVER, -deaths.index(one)), default=None)
    exchange, key = _text(headers, ours.EXCHANGE), _text(headers, ours.KEY)
    if first and exchange is None:
        exchange = first.exchange
    if first and first.keys and key is None:
        key = first.keys[0]
    return Origin(queue, exchange, key)


def _decisive(deaths: tuple[RecordedDeath, ...]) -> RecordedDeath | None:
    """Return the newest death that is more than the end of a wait, for which many have queues with a TTL."""
    newest_first = sorted(deaths, key=lambda one: one.time or _NEVER, reverse=True)
    return next((one for one in newest_first if one.reason != "expired"), newest_first[-1] if newest_first else None)


_NEVER = datetime.fromtimestamp(0, UTC)


def _deaths(claimed: object) -> tuple[RecordedDeath, ...]:
    tables = [one for one in claimed if isinstance(one, dict)] if isinstance(claimed, list) else []
    return tuple(_death(one) for one in tables if isinstance(one.get("queue"), str))


def _death(one: Mapping[str, object]) -> RecordedDeath:
    return RecordedDeath(
        _text(one, "queue") or "",
        _text(one, "reason") or "",
        _text(one, "exchange") or "",
        _texts(one.get("routing-keys")),
        _whole(one, "count") or 0,
        _time(one.get("time")),
    )


def _text(table: Mapping[str, object], name: str) -> str | None:
    value = table.get(name)
    return value if isinstance(value, str) else None


def _whole(table: Mapping[str, object], name: str) -> int | None:
    value = table.get(name)
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _time(value: object) -> datetime | None:
    """Return a time as AMQP has it, of which pika makes one without a zone, or as text."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
        return found.replace(tzinfo=found.tzinfo or UTC) if isinstance(found, datetime) else None
    except ValueError:
        return None
