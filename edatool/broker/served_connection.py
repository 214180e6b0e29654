"""One AMQP connection that several pieces of work use, one after the other."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pika import exceptions

from edatool.broker.address import Address
from edatool.broker.amqp import Lost, Opened, connect, watched
from edatool.broker.diagnosis import connection_error
from edatool.broker.properties import keep_raw
from edatool.errors import BrokerError, BrokerUnreachable


class Lent:
    """A connection lent to one piece of work: as pika's own, but that ``close`` only closes its channels.

    ``lost`` is called with it once they are closed, or the connection is.
    """

    def __init__(self, connection: Any, lost: Lost) -> None:
        self._connection, self._lost = connection, lost
        self._channels: list[Any] = []
        self._closing = self.is_closed = False
        self.ioloop, self.params = connection.ioloop, connection.params

    @property
    def is_open(self) -> bool:
        """Whether it can be worked with."""
        return bool(self._connection.is_open) and not self._closing

    @property
    def is_closing(self) -> bool:
        """Whether it has been asked to close, and has not done so yet."""
        return self._closing and not self.is_closed

    def channel(self, on_open_callback: Opened) -> None:
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


class ServedConnection:
    """A connection that is made at once; while nobody works with it, a thread of its own serves it.

    ``error`` says why there is none, or none any more. ``server`` is what the broker says of itself, which it does
    before it refuses a vhost. ``alone`` is to be set when it holds the lock of the vhost.
    """

    def __init__(self, address: Address, vhost: str) -> None:
        self._address, self._vhost = address, vhost
        self._lent: Lent | None = None
        self._loan, self._turn, self._idle = threading.Lock(), threading.Lock(), threading.Event()
        self._over = self.alone = False
        self.error: BrokerError | None = None
        self.server: Mapping[str, Any] = {}
        self._connection = connect(address, vhost, self._opened, self._closed)
        keep_raw(self._connection)
        self._thread = threading.Thread(target=self._serve, name="edatool-session", daemon=True)
        try:
            with watched(self._connection):
                self._connection.ioloop.start()
            self._idle.set()
            self._thread.start()
        except BaseException:
            self._close()
            raise

    @contextmanager
    def lent(self, opened: Opened, lost: Lost) -> Iterator[Lent]:
        """Lend the connection to the calling thread, whose loop, once started, calls ``opened``.

        ``lost`` is called when it is closed, by whomever; it has to stop the loop. It is closed, too, where the broker
        leaves unanswered what it is asked: whoever uses it always waits for an answer. It keeps the bytes of
        properties for ``raw``.

        Raises:
            BrokerError: it was lost.
        """
        with self._loan, self._reserved():
            try:
                if self.error:
                    raise self.error
                lent = self._lent = Lent(self._connection, lost)
                self._connection.ioloop.call_later(0, lambda: opened(lent) if lent.is_open else None)
                with watched(self._connection):
                    yield lent
            finally:
                self._take_back()

    @contextmanager
    def _reserved(self) -> Iterator[None]:
        """Have the thread that serves the connection make room."""
        self._idle.clear()
        self._wake()
        try:
            with self._turn:
                yield
        finally:
            self._idle.set()

    def close(self) -> None:
        """Close the connection, and wait until it is."""
        self._over = True
        self._wake()
        self._thread.join()

    def _take_back(self) -> None:
        lent, self._lent = self._lent, None
        if lent and not lent.is_closed and not self.error:
            lent.abandon()

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
            self._close()

    def _ended(self) -> bool:
        return self._over or self.error is not None

    def _opened(self, connection: Any) -> None:
        self.server = connection.server_properties
        connection.ioloop.stop()

    def _closed(self, connection: Any, error: BaseException) -> None:
        self.server = connection.server_properties or self.server
        if self.alone:
            self.error = BrokerUnreachable("the connection that holds the lock was lost: run it again to go on")
        else:
            self.error = connection_error(error, self._address, self._vhost)
        if self._lent:
            self._lent.end(error)
        connection.ioloop.stop()

    def _close(self) -> None:
        if self._connection.is_open:
            self._connection.close()
            with watched(self._connection):
                self._connection.ioloop.start()
        self._connection.ioloop.close()
