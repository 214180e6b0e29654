"""An outcome to what is done with its message: the right verb, or a copy to a delay queue or the dead letters."""

import datetime
from dataclasses import replace

from edatool.broker.consume.delivery import Delivery, Onward, Verdict
from edatool.counted import counted
from edatool.routing.compile import retry_queue_name
from edatool.runtime.consume.outcomes import Handled
from edatool.runtime.consume.queues import ReadQueue
from edatool.runtime.dead_letters.headers import (
    ATTEMPTS,
    CONSUMER,
    COPIES,
    DEADLINE,
    DIED,
    ERROR,
    EXCHANGE,
    KEY,
    OF_DEATH,
    QUEUE,
    REASON,
    TRIED,
)

MOST_TIMES = 20
"""Tries of which the time is kept: the first one and the last ones."""
_MOST_ATTEMPTS = 1_000_000
_END_OF_TIME = 253402300800.0
"""The year 10000: a deadline may be any 64 bits, and one that is later would not fit into a header again."""
_LONGEST_KEY = 255
"""Bytes of a routing key (AMQP 0-9-1, shortstr)."""
_OF_BROKER = tuple(f"x-{which}-death-{what}" for which in ("first", "last") for what in ("exchange", "queue", "reason"))
# RabbitMQ would count what stays of an earlier life, and route by CC and BCC.
_WITHOUT = (*OF_DEATH, "x-death", *_OF_BROKER, "CC", "BCC")
# A message must not expire while it waits, nor as a dead letter; its deadline goes on in a header.
_WITHOUT_PROPERTIES = ("expiration",)


def verdict(outcome: Handled, delivery: Delivery, queue: ReadQueue, consumer: str, now: float) -> Verdict:
    """Return what is to be done with a message; ``now`` in seconds since the epoch."""
    match outcome.kind:
        case "done" | "dropped" | "filtered":
            return "done"
        case "not processed":
            return given_back(delivery, queue, now) or "not processed"
        case "again":
            return _again(outcome, delivery, queue, consumer, now)
        case "dead":
            return _dead(outcome, delivery, queue, consumer, now)


def attempts_before(delivery: Delivery) -> int:
    """Return how often a consumer has tried a message, sent on as copies in between."""
    return _number(delivery.headers.get(ATTEMPTS))


def failures_before(delivery: Delivery) -> int:
    """Return how many of those tries failed: not those whose consumer was lost, which a quorum queue counts as well."""
    times = len(_tried(delivery))
    return times if times < MOST_TIMES else attempts_before(delivery)


def attempt(delivery: Delivery) -> int:
    """Return which try this is, 1 the first, with those that a quorum queue counts."""
    return attempts_before(delivery) + _number(delivery.headers.get("x-delivery-count")) + 1


def deadline(delivery: Delivery) -> float | None:
    """Return when a message expires, in seconds since the epoch; None where its publisher gave it no expiration."""
    kept = delivery.headers.get(DEADLINE)
    if isinstance(kept, int):
        return min(max(kept / 1000, 0.0), _END_OF_TIME)
    if delivery.timestamp is None or not (delivery.expiration or "").isdecimal():
        return None
    return min(delivery.timestamp + int(delivery.expiration or 0) / 1000, _END_OF_TIME)


def published(delivery: Delivery) -> tuple[str, str]:
    """Return the exchange and the key that a message was published with, also where it was sent on since."""
    exchange, key = delivery.headers.get(EXCHANGE), delivery.headers.get(KEY)
    if isinstance(exchange, str) and isinstance(key, str):
        return exchange, key
    return delivery.exchange, delivery.key


def in_place(outcome: Handled, delivery: Delivery, queue: ReadQueue, now: float) -> tuple[float, Delivery]:
    """Return in how many seconds a message is to be tried again while it stays in hand, and as what.

    A queue without waits of its own tries at once, as RabbitMQ does. What the broker counts stays beside our count.
    """
    before = attempts_before(delivery)
    wait = _wait(queue.waits, before, outcome.after) / 1000 if queue.waits else 0.0
    return wait, replace(delivery, headers={**delivery.headers, **_history(delivery, now), ATTEMPTS: before + 1})


def given_back(delivery: Delivery, queue: ReadQueue, now: float) -> Onward | None:
    """Return as what a message goes back that nobody has looked at, None as itself.

    Before RabbitMQ 4.3 a quorum queue counts that as a failure, and gives up the message when it has come back as often
    as it may; so the last time it is a copy, which begins anew at the end of the queue.
    """
    if queue.returns is None or _number(delivery.headers.get("x-delivery-count")) < queue.returns:
        return None
    headers = {name: value for name, value in _history(delivery, now).items() if name not in (ATTEMPTS, TRIED)}
    return Onward("", delivery.queue, headers, _WITHOUT, without_properties=_WITHOUT_PROPERTIES)


def once_more(delivery: Delivery, now: float) -> Onward:
    """Return a copy that goes back to its queue, counted, for who cannot give the message itself back."""
    headers = _history(delivery, now)
    return Onward("", delivery.queue, headers, _WITHOUT, without_properties=_WITHOUT_PROPERTIES)


def _again(outcome: Handled, delivery: Delivery, queue: ReadQueue, consumer: str, now: float) -> Verdict:
    before = failures_before(delivery)
    if before < len(queue.waits):
        wait = _wait(queue.waits, before, outcome.after)
        headers = _history(delivery, now)
        return Onward("", retry_queue_name(queue.name, wait), headers, _WITHOUT, without_properties=_WITHOUT_PROPERTIES)
    if not queue.waits and queue.limit is not None and attempt(delivery) <= queue.limit:
        return "failed"
    times = before + 1 if queue.waits else attempt(delivery)
    reason = f"it failed {counted(times, 'time')}, the last time with {outcome.reason}"
    return _dead(Handled("dead", reason, outcome.errors), delivery, queue, consumer, now)


def _wait(waits: tuple[int, ...], before: int, after: float | None) -> int:
    if after is None:
        return waits[before]
    long_enough = [wait for wait in waits if wait >= after * 1000]
    return min(long_enough, default=max(waits))


def _dead(outcome: Handled, delivery: Delivery, queue: ReadQueue, consumer: str, now: float) -> Onward:
    to = next((queue.by_error[name] for name in outcome.errors if name in queue.by_error), queue.dead)
    why: dict[str, object] = {REASON: outcome.reason, CONSUMER: consumer, DIED: _time(now), QUEUE: queue.name}
    if outcome.errors:
        why[ERROR] = outcome.errors[0]
    headers = {**_history(delivery, now), **why}
    key = _fitting(published(delivery)[1]) if to.key is None else to.key
    return Onward(to.exchange, key, headers, _WITHOUT, without_properties=_WITHOUT_PROPERTIES)


def _fitting(key: str) -> str:
    """Return a key that may be sent: one of a header may be longer, and one that was not UTF-8 gets longer as text."""
    return key.encode()[:_LONGEST_KEY].decode(errors="ignore")


def _history(delivery: Delivery, now: float) -> dict[str, object]:
    """Return the headers of a message that was tried once more."""
    exchange, key = published(delivery)
    found: dict[str, object] = {ATTEMPTS: attempt(delivery), TRIED: _times(delivery, now), EXCHANGE: exchange, KEY: key}
    copies = delivery.headers.get(COPIES, delivery.headers.get("CC"))
    if isinstance(copies, list):
        found[COPIES] = [one for one in copies if isinstance(one, str)]
    until = deadline(delivery)
    return found if until is None else {**found, DEADLINE: round(until * 1000)}


def _tried(delivery: Delivery) -> list[str]:
    before = delivery.headers.get(TRIED)
    return [one[:40] for one in before if isinstance(one, str)] if isinstance(before, list) else []


def _times(delivery: Delivery, now: float) -> list[str]:
    times = [*_tried(delivery), _time(now)]
    return times if len(times) <= MOST_TIMES else [times[0], *times[1 - MOST_TIMES :]]


def _time(now: float) -> str:
    return datetime.datetime.fromtimestamp(now, datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST_ATTEMPTS:
        return 0
    return int(value)  # pika has a type of its own for long integers
