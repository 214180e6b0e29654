"""An object deleted and declared anew, without waiting in between: nothing is shorter over AMQP.

Right before, the old object is declared as it was, which the broker takes for that object only. Also when this program
is killed, or the connection is lost, right after it has sent the rest, the broker does all of it (but after a pause,
where one was asked for).
"""

from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any, Literal

from pika import spec

from edatool.broker import pika_private
from edatool.broker.address import Address
from edatool.broker.connection import connection
from edatool.broker.declare.operations import FRESH, NOT_EMPTY, declare
from edatool.broker.diagnosis import connection_error
from edatool.broker.lock import Held
from edatool.errors import BrokerError, BrokerRefused, Unsafe
from edatool.routing.topology import Binding, Exchange, Queue


def swap_queue(
    address: Address, vhost: str, old: Queue, new: Queue, *, pause: float = 0.0, held: Held | None = None
) -> int | None:
    """Delete a queue and declare it anew; return how many messages went with the deleted one.

    A queue that is not empty is left as it is, and None returned; of a classic queue the broker itself sees to that,
    and any other one is asked right before. For ``pause`` seconds there is no queue. With ``held``, it is done on the
    connection that holds the lock.

    Raises:
        Unsafe: the queue that is there is not the old one.
        BrokerRefused: the new queue was refused.
        BrokerUnreachable: no connection, or it was lost: look at what is there.
    """
    return _QueueSwap(address, vhost, old, new, pause).lost_messages(held)


def swap_exchange(
    address: Address,
    vhost: str,
    old: Exchange | None,
    new: Exchange,
    bindings: Iterable[Binding],
    *,
    held: Held | None = None,
) -> None:
    """Delete an exchange, declare it anew, and bind it to other exchanges; ``old`` is None where it is gone already.

    Raises:
        Unsafe: the exchange that is there is not the old one.
        BrokerRefused: the new exchange or a binding was refused.
        BrokerUnreachable: no connection, or it was lost: look at what is there.
    """
    _ExchangeSwap(address, vhost, old, new, tuple(bindings)).carry_out(held)


class _Swap:
    """One channel, on which ``look`` makes sure of what is there, and the rest follows."""

    def __init__(self, address: Address, vhost: str, what: str, look: Callable[[Any], None]) -> None:
        self.address, self.vhost, self.what, self.look = address, vhost, what, look
        self.phase: Literal["looking", "swapping", "done"] = "looking"
        self.refused: tuple[int, str] | None = None
        self.error: BrokerError | Unsafe | None = None
        self.connection: Any = None

    def carry_out(self, held: Held | None) -> None:
        with connection(self.address, self.vhost, held, self.opened, self.lost) as self.connection:
            self.connection.ioloop.start()
        if self.error:
            raise self.error

    def opened(self, connection: Any) -> None:
        connection.channel(on_open_callback=self.channel_opened)

    def channel_opened(self, channel: Any) -> None:
        channel.add_on_close_callback(self.closed)
        self.look(channel)

    def end(self) -> None:
        self.phase = "done"
        self.connection.close()

    def closed(self, _: Any, error: Any) -> None:
        if not self.connection.is_open or self.phase == "done":
            return
        if self.phase == "looking":
            way_out = "find out who declared it, and delete it or plan anew"
            self.error = Unsafe(f"{self.what} is not what it was ({error.reply_text}): {way_out}")
        else:
            self.refused = (error.reply_code, error.reply_text)
        self.connection.close()

    def lost(self, connection: Any, error: BaseException) -> None:
        if self.phase != "done" and self.refused is None and self.error is None:
            self.error = connection_error(error, self.address, self.vhost)
        connection.ioloop.stop()


class _QueueSwap(_Swap):
    def __init__(self, address: Address, vhost: str, old: Queue, new: Queue, pause: float) -> None:
        super().__init__(address, vhost, f"queue {old.name}", self.ask)
        self.old, self.new, self.pause = old, new, pause
        self.is_left = False
        self.messages = 0

    def lost_messages(self, held: Held | None) -> int | None:
        self.carry_out(held)
        if self.refused is None:
            return None if self.is_left else self.messages
        if self.refused[0] == NOT_EMPTY and "not empty" in self.refused[1]:
            return None
        raise BrokerRefused(f"the broker refuses the new {self.what}: {self.refused[1]}")

    def ask(self, channel: Any) -> None:
        asked = monotonic()

        def answered(frame: Any) -> None:
            if frame.method.message_count:
                self.is_left = True
                self.end()
            elif monotonic() - asked > FRESH:
                self.ask(channel)
            else:
                self.swap(channel)

        declare(channel, self.old, answered)

    def swap(self, channel: Any) -> None:
        self.phase = "swapping"

        def deleted(frame: Any) -> None:
            self.messages = frame.method.message_count
            if self.pause:
                self.connection.ioloop.call_later(self.pause, declare_new)

        def declare_new() -> None:
            if channel.is_open:
                declare(channel, self.new, lambda _: self.end())

        channel.add_callback(deleted, [spec.Queue.DeleteOk])
        # pika's own queue_delete would hold back what follows until the answer is there, or ask for none.
        pika_private.send(channel, spec.Queue.Delete(queue=self.old.name, if_empty=self.old.type == "classic"))
        if not self.pause:
            declare_new()


class _ExchangeSwap(_Swap):
    def __init__(
        self, address: Address, vhost: str, old: Exchange | None, new: Exchange, bindings: tuple[Binding, ...]
    ) -> None:
        super().__init__(address, vhost, f"exchange {new.name}", self.ask if old else self.swap)
        self.old, self.new, self.bindings = old, new, bindings

    def carry_out(self, held: Held | None) -> None:
        super().carry_out(held)
        if self.refused is not None:
            raise BrokerRefused(f"the broker refuses the new {self.what}: {self.refused[1]}")

    def ask(self, channel: Any) -> None:
        asked = monotonic()

        def answered(_: Any) -> None:
            if monotonic() - asked > FRESH:
                self.ask(channel)
            else:
                self.swap(channel)

        assert self.old
        declare(channel, self.old, answered)

    def swap(self, channel: Any) -> None:
        self.phase = "swapping"
        channel.exchange_delete(self.new.name)
        declare(channel, self.new)
        for one in self.bindings:
            channel.exchange_bind(one.destination, one.source, one.key, arguments=dict(one.arguments))
        channel.exchange_declare(self.new.name, passive=True, callback=lambda _: self.end())
