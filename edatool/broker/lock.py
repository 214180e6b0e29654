"""A lock on a vhost that dies with its holder: an exclusive queue."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pika
from pika import exceptions

from edatool.broker import pika_private
from edatool.broker.address import Address
from edatool.broker.amqp import parameters, watched
from edatool.broker.diagnosis import NoRoom, connection_error
from edatool.broker.http.management import Management
from edatool.broker.properties import keep_raw
from edatool.errors import BrokerError, BrokerRefused, BrokerUnreachable, Locked

QUEUE = "edatool.lock"
_HOLDER = "edatool-holder"
_RESOURCE_LOCKED, _ACCESS_REFUSED, _PRECONDITION_FAILED = 405, 403, 406
_PAUSE = 0.25
"""Seconds between two tries to take the lock."""


class Lent:
    """The connection of a lock, lent to one piece of work: as pika's own, but that ``close`` only closes its channels.

    ``lost`` is called with it once they are closed, or the connection is.
    """

    def __init__(self, connection: Any, lost: Callable[[Any, BaseException], None]) -> None:
        self._connection, self._lost = connection, lost
        self._channels: list[Any] = []
        self._closing = self.is_closed = False
        self.pika, self.ioloop, self.params = connection, connection.ioloop, connection.params

    @property
    def is_open(self) -> bool:
        """Whether it can be worked with."""
        return bool(self._connection.is_open) and not self._closing

    @property
    def is_closing(self) -> bool:
        """Whether it has been asked to close, and has not done so yet."""
        return self._closing and not self.is_closed

    def channel(self, on_open_callback: Callable[[Any], None]) -> None:
        """Open a channel."""
        self._channels.append(self._connection.channel(on_open_callback=on_open_callback))

    def close(self) -> None:
        """Close all its channels."""
        self._closing = True
        for one in self._channels:
            if not (one.is_closed or one.is_closing):
                one.close()
        self._end_when_closed()

    def abandon(self) -> None:
        """Close all its channels, and tell nobody."""
        self._lost = lambda *_: None
        self.close()

    def _end_when_closed(self) -> None:
        if all(one.is_closed for one in self._channels):
            self.end(exceptions.ConnectionClosedByClient(200, "done"))
        elif not self.is_closed:
            self.ioloop.call_later(0.001, self._end_when_closed)

    def end(self, error: BaseException) -> None:
        """Say that it is closed."""
        if not self.is_closed:
            self.is_closed = True
            self._lost(self, error)


class Held:
    """A lock that is held; while nobody works with its connection, a thread of its own serves that.

    ``lost`` is set when the connection is lost, and with it the lock.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._lent: Lent | None = None
        self._turn, self._idle = threading.Lock(), threading.Event()
        self._over = False
        self.lost = threading.Event()
        connection.add_on_close_callback(self._closed)
        self._idle.set()
        self._thread = threading.Thread(target=self._serve, name="edatool-lock", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Make sure that the lock is still ours: the broker answers on its connection.

        Raises:
            BrokerUnreachable: its connection was lost, and somebody else may hold the lock.
        """

        def opened(lent: Any) -> None:
            lent.channel(on_open_callback=lambda _: lent.close())

        with self.lent(opened, lambda lent, _: lent.ioloop.stop()) as lent:
            lent.ioloop.start()
        self._refuse_if_lost()

    @contextmanager
    def lent(self, opened: Callable[[Any], None], lost: Callable[[Any, BaseException], None]) -> Iterator[Lent]:
        """Lend the connection to the calling thread; see ``connection.connection``.

        Raises:
            BrokerUnreachable: it was lost.
        """
        self._idle.clear()
        self._wake()
        with self._turn:
            try:
                self._refuse_if_lost()
                lent = self._lent = Lent(self._connection, lost)
                self._connection.ioloop.call_later(0, lambda: opened(lent) if lent.is_open else None)
                yield lent
            finally:
                self._take_back()
                self._idle.set()

    def release(self) -> None:
        """Give the lock back."""
        self._over = True
        self._wake()
        self._thread.join()

    def _take_back(self) -> None:
        lent, self._lent = self._lent, None
        if lent and not lent.is_closed and not self.lost.is_set():
            lent.abandon()

    def _refuse_if_lost(self) -> None:
        if self.lost.is_set():
            raise BrokerUnreachable("the connection that holds the lock was lost: run it again to go on")

    def _wake(self) -> None:
        self._connection.ioloop.add_callback_threadsafe(self._give_way)

    def _give_way(self) -> None:
        if threading.current_thread() is self._thread and not self._connection.is_closing:
            self._connection.ioloop.stop()

    def _serve(self) -> None:
        while not self._ended():
            self._idle.wait()
            with self._turn:
                if self._idle.is_set() and not self._ended():
                    self._connection.ioloop.start()
        with self._turn:
            _close(self._connection)

    def _ended(self) -> bool:
        return self._over or self.lost.is_set()

    def _closed(self, connection: Any, error: BaseException) -> None:
        self.lost.set()
        if self._lent:
            self._lent.end(error)
        connection.ioloop.stop()


def _close(connection: Any) -> None:
    if connection.is_open:
        connection.close()
        with watched(connection):
            connection.ioloop.start()
    connection.ioloop.close()


@contextmanager
def held(
    address: Address, vhost: str, holder: str, wait: float, on_wait: Callable[[str], None] = lambda _: None
) -> Iterator[Held]:
    """Hold the lock of a vhost: at any time one connection has it, and it is free when that connection ends.

    ``holder`` tells others who has it. Waits for ``wait`` seconds at most; ``on_wait`` is told whom for.

    Raises:
        Locked: somebody else held it all the time.
        NoRoom: the vhost's ``max_queues`` or ``max_connections`` leaves no room for the lock.
        BrokerRefused: the user may not configure the queue ``edatool.lock``, or may not connect.
        BrokerUnreachable: the broker does not answer.
    """
    lock = _Taking(address, vhost, holder).taken(wait, on_wait)
    try:
        yield lock
    finally:
        lock.release()


class _Taking:
    def __init__(self, address: Address, vhost: str, holder: str) -> None:
        self.address, self.vhost, self.holder = address, vhost, holder
        self.refused: tuple[int, str] | None = None
        self.error: BrokerError | None = None
        self.connection = pika.SelectConnection(
            parameters(address, vhost),
            on_open_callback=lambda connection: connection.ioloop.stop(),
            on_open_error_callback=self.failed,
            on_close_callback=self.failed,
        )
        keep_raw(self.connection)

    def taken(self, wait: float, on_wait: Callable[[str], None]) -> Held:
        try:
            self.run()
            self.take(wait, on_wait)
        except BaseException:
            _close(self.connection)
            raise
        return Held(self.connection)

    def take(self, wait: float, on_wait: Callable[[str], None]) -> None:
        deadline = time.monotonic() + wait
        told = False
        while not self.is_taken():
            who = self.other_holder()
            if time.monotonic() >= deadline:
                raise Locked(
                    f"another apply works on the vhost {self.vhost!r}{who}: wait for it, or longer with --wait"
                )
            if not told:
                on_wait(who)
                told = True
            self.connection.ioloop.call_later(_PAUSE, self.connection.ioloop.stop)
            self.run()

    def is_taken(self) -> bool:
        self.refused = None
        self.connection.channel(on_open_callback=self.opened)
        self.run()
        if self.refused is None:
            return True
        code, text = self.refused
        if code == _RESOURCE_LOCKED:
            return False
        if code == _ACCESS_REFUSED:
            way_out = f"allow {self.address.user!r} to configure it"
            raise BrokerRefused(f"the lock is the queue {QUEUE!r} of the vhost {self.vhost!r}: {way_out}")
        if code == _PRECONDITION_FAILED and "limit" in text:
            raise NoRoom(
                f"the vhost {self.vhost!r} has as many queues as its max_queues allows, and the lock takes room for "
                f"one more, the queue {QUEUE!r}, while edatool works: raise max_queues by one ({text})"
            )
        raise BrokerRefused(f"the lock is the queue {QUEUE!r} of the vhost {self.vhost!r}, which is refused: {text}")

    def opened(self, channel: Any) -> None:
        def closed(_: Any, error: Any) -> None:
            if self.connection.is_open:
                self.refused = (error.reply_code, error.reply_text)
                self.connection.ioloop.stop()

        def answered(_: Any) -> None:
            pika_private.forget_on_close(channel, closed)
            self.connection.ioloop.stop()

        channel.add_on_close_callback(closed)
        channel.queue_declare(QUEUE, exclusive=True, arguments={_HOLDER: self.holder}, callback=answered)

    def run(self) -> None:
        """Serve the connection until what was asked is answered."""
        with watched(self.connection):
            self.connection.ioloop.start()
        if self.error:
            raise self.error

    def failed(self, connection: Any, error: BaseException) -> None:
        self.error = connection_error(error, self.address, self.vhost)
        connection.ioloop.stop()

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
