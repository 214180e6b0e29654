"""A consumer's handlers on the broker in memory: what they do with its messages, in the thread of the test."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from edatool.broker.consume.delivery import Delivery, Onward, Verdict
from edatool.errors import WrongUsage
from edatool.runtime.consume.consumer import Consumer
from edatool.runtime.consume.handling import Handling
from edatool.runtime.consume.later import Later
from edatool.testing.held import HeldMessage

if TYPE_CHECKING:
    from edatool.testing.memory import MemoryBroker

MOST = 10_000
"""Deliveries in one call: more are those of events that make each other for ever."""


def feed(broker: "MemoryBroker", consumer: Consumer) -> int:
    """Give a consumer all that is ready in its queues, and return how many messages that were.

    Raises:
        WrongUsage: a copy of a message is not taken where it goes on to, or there is no end of it.
    """
    with consumer.handling(lambda: time.time() + broker.clock) as handlings:
        count = 0
        while fed := _round(broker, handlings):
            count += fed
            if count > MOST:
                raise WrongUsage(f"{MOST} messages were handled, and there is no end of it: let handlers publish less")
        return count


def _round(broker: "MemoryBroker", handlings: Mapping[str, Handling]) -> int:
    fed = 0
    for queue, handling in handlings.items():
        # Not more than wait at its beginning: what comes back at once waits for the next round.
        for _ in broker.queue(queue):
            held = broker.get(queue)
            if held is None:
                break
            verdict = handling.verdict(_delivery(held))
            _settle(broker, held, "not processed" if isinstance(verdict, Later) else verdict)
            fed += not isinstance(verdict, Later)
    return fed


def _settle(broker: "MemoryBroker", held: HeldMessage, verdict: Verdict) -> None:
    if isinstance(verdict, Onward):
        _send(broker, held, verdict)
        broker.ack(held)
    elif verdict == "done":
        broker.ack(held)
    elif verdict == "failed":
        broker.reject(held, requeue=True)
    else:
        broker.nack(held, requeue=True)


def _send(broker: "MemoryBroker", held: HeldMessage, onward: Onward) -> None:
    headers = {name: value for name, value in held.headers.items() if name not in onward.without}
    headers = {**headers, **onward.headers}
    outcome, why = broker.send(held.published._replace(exchange=onward.exchange, key=onward.key, headers=headers))
    if outcome != "confirmed":
        there = f"exchange {onward.exchange!r}" if onward.exchange else f"queue {onward.key!r}"
        raise WrongUsage(f"{there} does not take what a handler failed at: {why}")


def _delivery(held: HeldMessage) -> Delivery:
    was = held.published
    return Delivery(
        held.exchange,
        held.key,
        held.headers,
        held.body,
        was.content_type,
        was.type,
        was.message_id,
        queue=held.queue,
        redelivered=held.redelivered,
        timestamp=was.timestamp,
    )
