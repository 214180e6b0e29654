"""What messages are sent through."""

from collections.abc import Callable
from typing import Protocol

from edatool.broker.message import AmqpMessage
from edatool.broker.publish.pending import Pending


class Connection(Protocol):
    """What messages are sent through: to RabbitMQ, or to ``edatool.testing.MemoryBroker``."""

    def submit(
        self,
        message: AmqpMessage,
        timeout: float = ...,
        on_done: Callable[[Pending], None] | None = ...,
        *,
        wait: bool = ...,
    ) -> Pending | None:
        """Accept a message; None where there is no room and ``wait`` is False."""

    def close(self, timeout: float = ...) -> list[Pending]:
        """Wait for what is on its way, end the connection, and return what was not confirmed."""
