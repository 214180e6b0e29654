"""A consumer's handlers on the broker in memory: what they do with its messages, in the thread of the test."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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


@dataclass(slots=True)
class MessageInHand:
    """A message that waits at its consumer, to be looked at again at ``due``, in milliseconds of the broker's clock."""

    held: HeldMessage
    delivery: Delivery
    due: int


def feed(broker: "MemoryBroker", consumer: Consumer, in_hand: list[MessageInHand]) -> int:
    """Give a consumer all that is ready in its queues, and return how many messages that were.

    What keeps its order and waits is ``in_hand`` from one call to the next.

    Raises:
        WrongUsage: a copy of a message is not taken where it goes on to, or there is no end of it.
    """
    with consumer.handling(lambda: time.time() + broker.clock, retry_in_place=True) as handlings:
        count = 0
        while fed := _round(broker, handlings, in_hand):
            count += fed
            if count > MOST:
                raise WrongUsage(f"{MOST} messages were handled, and there is no end of it: let handlers publish less")
        return count


def _round(broker: "MemoryBroker", handlings: Mapping[str, Handling], in_hand: list[MessageInHand]) -> int:
    fed = 0
    for queue, handling in handlings.items():
        waiting = set[int]()
        """The keys of events behind which others of the same key wait."""
        for one in _taken(broker, queue, in_hand):
            key = handling.key(one.delivery)
            if key in waiting or one.due > _now(broker):
                in_hand.append(one)
                waiting.add(key)
                continue
            verdict = handling.verdict(one.delivery)
            fed += not isinstance(verdict, Later) or verdict.delivery is not None
            if not isinstance(verdict, Later):
                _settle(broker, one.held, verdict)
            elif handling.chosen.keeps_order:
                due = _now(broker) + round(verdict.seconds * 1000)
                in_hand.append(MessageInHand(one.held, verdict.delivery, due) if verdict.delivery else one)
                waiting.add(key)
            else:
                _settle(broker, one.held, "not processed")
    return fed


def _taken(broker: "MemoryBroker", queue: str, in_hand: list[MessageInHand]) -> Iterator[MessageInHand]:
    """Yield what is in hand of a queue, and then what is ready in it."""
    before = [one for one in in_hand if one.held.queue == queue]
    in_hand[:] = [one for one in in_hand if one.held.queue != queue]
    yield from before
    # Not more than wait at its beginning: what comes back at once waits for the next round.
    for _ in broker.queue(queue):
        if held := broker.get(queue):
            yield MessageInHand(held, _delivery(held), _now(broker))


def _now(broker: "MemoryBroker") -> int:
    return round(broker.clock * 1000)


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
