"""A lock on a vhost that dies with its holder: an exclusive queue."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pika
from pika import exceptions

from edatool.broker.address import Address
from edatool.broker.amqp import parameters, translated
from edatool.broker.management import Management
from edatool.errors import BrokerError, BrokerRefused, BrokerUnreachable, Locked

QUEUE = "edatool.lock"
_HOLDER = "edatool-holder"
_RESOURCE_LOCKED, _ACCESS_REFUSED = 405, 403
_PAUSE = 0.25
"""Seconds between two tries to take the lock."""


class Held:
    """A lock that is held; its connection is served by a thread of its own, so that the broker hears from it.

    ``lost`` is set when the connection is lost, and with it the lock.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._over = threading.Event()
        self.lost = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="edatool-lock", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Make sure that the lock is still ours.

        Raises:
            BrokerUnreachable: its connection was lost, and somebody else may hold the lock.
        """
        if self.lost.is_set():
            raise BrokerUnreachable("the connection that holds the lock was lost: run it again to go on")

    def _serve(self) -> None:
        try:
            while not self._over.is_set():
                self._connection.process_data_events(time_limit=_PAUSE)
            self._connection.close()
        except (exceptions.AMQPError, OSError):
            self.lost.set()

    def release(self) -> None:
        """Give the lock back."""
        self._over.set()
        self._thread.join()


@contextmanager
def held(
    address: Address, vhost: str, holder: str, wait: float, on_wait: Callable[[str], None] = lambda _: None
) -> Iterator[Held]:
    """Hold the lock of a vhost: at any time one connection has it, and it is free when that connection ends.

    ``holder`` tells others who has it. Waits for ``wait`` seconds at most; ``on_wait`` is told whom for.

    Raises:
        Locked: somebody else held it all the time.
        BrokerRefused: the user may not configure the queue ``edatool.lock``, or may not connect.
        BrokerUnreachable: the broker does not answer.
    """
    with translated(address, vhost):
        connection = pika.BlockingConnection(parameters(address, vhost))
    try:
        with translated(address, vhost):
            _Taking(connection, address, vhost, holder).take(wait, on_wait)
    except BaseException:
        with suppress(exceptions.AMQPError, OSError):
            connection.close()
        raise
    lock = Held(connection)
    try:
        yield lock
    finally:
        lock.release()


@dataclass(frozen=True, slots=True)
class _Taking:
    connection: Any
    address: Address
    vhost: str
    holder: str

    def take(self, wait: float, on_wait: Callable[[str], None]) -> None:
        deadline = time.monotonic() + wait
        told = False
        while not self.taken():
            who = self.other_holder()
            if time.monotonic() >= deadline:
                raise Locked(
                    f"another apply works on the vhost {self.vhost!r}{who}: wait for it, or longer with --wait"
                )
            if not told:
                on_wait(who)
                told = True
            self.connection.sleep(_PAUSE)

    def taken(self) -> bool:
        try:
            channel = self.connection.channel()
            channel.queue_declare(QUEUE, exclusive=True, arguments={_HOLDER: self.holder})
        except exceptions.ChannelClosedByBroker as error:
            if error.reply_code == _RESOURCE_LOCKED:
                return False
            if error.reply_code == _ACCESS_REFUSED:
                way_out = f"allow {self.address.user!r} to configure it"
                raise BrokerRefused(f"the lock is the queue {QUEUE!r} of the vhost {self.vhost!r}: {way_out}") from None
            raise
        return True

    def other_holder(self) -> str:
        """Say who holds the lock and where, as far as the management API tells.

        From RabbitMQ 4.3 on, an exclusive queue is kept as long as its node is away; before, it is gone with the node.
        """
        if self.address.management is None:
            return ""
        try:
            with Management(self.address, self.vhost) as management:
                queue = management.queue(QUEUE)
        except BrokerError:
            return ""  # it was given back just now
        holder = queue["arguments"].get(_HOLDER)
        return f", {holder} (if its node {queue.get('node')} is down, until that is back)" if holder else ""
