"""The queues of a live broker, read and settled as tests do with those in memory."""

import time
from typing import Any

import pika

from tests.broker_fixtures import Vhost

SECONDS = 20

Got = tuple[Any, Any, bytes]


class LiveQueues:
    """One channel to a vhost; close it with ``connection.close()``. ``patience`` is how many seconds it waits."""

    def __init__(self, vhost: Vhost) -> None:
        self.connection = pika.BlockingConnection(pika.URLParameters(vhost.url))
        self.channel = self.connection.channel()
        self.patience: float = SECONDS

    def await_count(self, queue: str, count: int) -> None:
        """Wait until that many messages are ready."""
        deadline = time.monotonic() + self.patience
        while (found := self.channel.queue_declare(queue, passive=True).method.message_count) != count:
            assert time.monotonic() < deadline, f"queue {queue} has {found} messages, not {count}"
            time.sleep(0.02)

    def get(self, queue: str) -> Got:
        """Take a message, when there is one."""
        deadline = time.monotonic() + self.patience
        while (got := self.channel.basic_get(queue))[0] is None:
            assert time.monotonic() < deadline, f"nothing comes to queue {queue}"
            time.sleep(0.02)
        return got  # type: ignore[no-any-return]

    def ack(self, got: Got, *, multiple: bool = False) -> None:
        """Acknowledge a message."""
        self.channel.basic_ack(got[0].delivery_tag, multiple=multiple)

    def reject(self, got: Got, *, requeue: bool = False) -> None:
        """Reject a message."""
        self.channel.basic_reject(got[0].delivery_tag, requeue=requeue)

    def nack(self, got: Got, *, requeue: bool = False, multiple: bool = False) -> None:
        """Give a message back."""
        self.channel.basic_nack(got[0].delivery_tag, multiple=multiple, requeue=requeue)

    def sleep(self, milliseconds: int) -> None:
        """Wait until a message that the broker gets now has expired after that time."""
        dead = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "alarm.rings"}
        self.channel.queue_declare("alarm.rings", durable=True)
        self.channel.queue_declare("alarm", durable=True, arguments=dead)
        self.channel.basic_publish("", "alarm", b"", pika.BasicProperties(expiration=str(milliseconds)))
        self.ack(self.get("alarm.rings"))
