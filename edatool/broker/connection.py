"""The connection of a piece of work: one of its own, or the one that holds the lock of the vhost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pika

from edatool.broker.address import Address
from edatool.broker.amqp import parameters, watched
from edatool.broker.lock import Held
from edatool.broker.properties import keep_raw

Opened = Callable[[Any], None]
"""Is called with the open connection."""

Lost = Callable[[Any, BaseException], None]
"""Is called with the connection once it is closed, by whomever, and why; has to stop the loop."""


@contextmanager
def connection(address: Address, vhost: str, held: Held | None, opened: Opened, lost: Lost) -> Iterator[Any]:
    """Yield a connection whose loop, once started, calls ``opened``, and ``lost`` when it is closed.

    It is closed, too, where the broker leaves unanswered what it is asked: whoever uses it always waits for an answer.

    What is sent on the connection of a lock is never carried out after the lock was lost: RabbitMQ gives the lock to
    somebody else only once it has closed that connection. It keeps the bytes of properties for ``raw``.

    Raises:
        BrokerUnreachable: the lock was lost.
    """
    if held:
        with held.lent(opened, lost) as lent, watched(lent.pika):
            yield lent
        return
    own = pika.SelectConnection(
        parameters(address, vhost), on_open_callback=opened, on_open_error_callback=lost, on_close_callback=lost
    )
    keep_raw(own)
    try:
        with watched(own):
            yield own
    finally:
        own.ioloop.close()
