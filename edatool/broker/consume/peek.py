"""What is in queues, read without taking it out."""

from typing import Any

from edatool.broker.declare.operations import get
from edatool.broker.session import Session
from edatool.broker.talk import Answered, Script, talk
from edatool.frozen import frozen
from edatool.routing.topology import Queue

SILENCE = 1.0
"""Seconds without a delivery after which a queue counts as read to its end."""


@frozen
class PeekedMessage:
    """What a message in a queue says of itself."""

    type: str
    message_id: str


def peek(session: Session, queue: Queue, most: int) -> list[PeekedMessage]:
    """Return the first messages of a queue, at most ``most``; they stay in the queue.

    The messages are delivered and given back, so a quorum queue counts a delivery. This is also the only way to
    learn at once whether a stream holds anything: its message count lags by seconds (measured on 3.10, 4.0, 4.3).

    Raises:
        BrokerUnreachable, BrokerRefused: there is no connection, or no such queue.
    """

    def script(channel: Any) -> Script[list[PeekedMessage]]:
        count = most
        if queue.type != "stream":
            count = min(most, (yield _ask_for_count(channel, queue)))
        if not count:
            return []
        yield lambda answered: channel.basic_qos(prefetch_count=count, callback=answered)
        found: list[PeekedMessage] = yield lambda answered: _Reading(channel, count, answered).begin(queue)
        return found

    return talk(session, script)


class _Reading:
    """Consumes until there is a number of messages, or nothing more comes."""

    def __init__(self, channel: Any, count: int, answered: Answered) -> None:
        self.channel, self.count, self.answered = channel, count, answered
        self.loop = channel.connection.ioloop
        self.found: list[PeekedMessage] = []
        self.timer: Any = None

    def begin(self, queue: Queue) -> None:
        arguments = {"x-stream-offset": "first"} if queue.type == "stream" else {}
        self.channel.basic_consume(queue.name, self.delivered, arguments=arguments)
        self.timer = self.loop.call_later(SILENCE, self.end)

    def delivered(self, _: Any, __: Any, properties: Any, ___: bytes) -> None:
        if self.timer is None:
            return
        self.found.append(PeekedMessage(properties.type or "", properties.message_id or ""))
        self.loop.remove_timeout(self.timer)
        self.timer = self.loop.call_later(SILENCE, self.end)
        if len(self.found) == self.count:
            self.end()

    def end(self) -> None:
        self.loop.remove_timeout(self.timer)
        self.timer = None
        self.answered(self.found)


def reject(session: Session, queue: Queue, message_ids: set[str]) -> None:
    """Reject the messages with these ids in a classic or quorum queue, so that they are dead-lettered.

    The others are given back, so a quorum queue counts a delivery.

    Raises:
        BrokerUnreachable, BrokerRefused: there is no connection, or no such queue.
    """

    def script(channel: Any) -> Script[None]:
        for _ in range((yield _ask_for_count(channel, queue))):
            method, properties = yield lambda answered: get(channel, queue, answered)
            if method and properties.message_id in message_ids:
                channel.basic_reject(method.delivery_tag, requeue=False)

    talk(session, script)


def _ask_for_count(channel: Any, queue: Queue) -> Any:
    return lambda answered: channel.queue_declare(
        queue.name, passive=True, callback=lambda frame: answered(frame.method.message_count)
    )
