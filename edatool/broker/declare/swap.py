"""An object deleted and declared anew, without waiting in between: nothing is shorter over AMQP.

Right before, the old object is declared as it was, which the broker takes for that object only. Also when this program
is killed, or the connection is lost, right after it has sent the rest, the broker does all of it (but after a pause,
where one was asked for).
"""

from collections.abc import Iterable
from time import monotonic
from typing import Any

from pika import spec

from edatool.broker import pika_private
from edatool.broker.declare.operations import FRESH, NOT_EMPTY, declare
from edatool.broker.session import Session
from edatool.broker.talk import Answered, Refused, Script, talk
from edatool.errors import BrokerRefused, Unsafe
from edatool.routing.topology import Binding, Exchange, Queue


def swap_queue(session: Session, old: Queue, new: Queue, *, pause: float = 0.0) -> int | None:
    """Delete a queue and declare it anew; return how many messages went with the deleted one.

    A queue that is not empty is left as it is, and None returned; of a classic queue the broker itself sees to that,
    and any other one is asked right before. For ``pause`` seconds there is no queue.

    Raises:
        Unsafe: the queue that is there is not the old one.
        BrokerRefused: the new queue was refused.
        BrokerUnreachable: no connection, or it was lost: look at what is there.
    """

    def script(channel: Any) -> Script[int | None]:
        found = yield from _require_fresh(channel, old)
        if found.method.message_count:
            return None
        deleted: list[Any] = []

        def swap(answered: Answered) -> None:
            def declare_new() -> None:
                if channel.is_open:
                    declare(channel, new, answered)

            def note(frame: Any) -> None:
                deleted.append(frame)
                if pause:
                    channel.connection.ioloop.call_later(pause, declare_new)

            channel.add_callback(note, [spec.Queue.DeleteOk])
            # pika's own queue_delete would hold back what follows until the answer is there, or ask for none.
            pika_private.send(channel, spec.Queue.Delete(queue=old.name, if_empty=old.type == "classic"))
            if not pause:
                declare_new()

        try:
            yield swap
        except Refused as refused:
            if refused.code == NOT_EMPTY and "not empty" in refused.text:
                return None
            raise _refusal(new, refused) from None
        return int(deleted[0].method.message_count)

    return talk(session, script)


def swap_exchange(session: Session, old: Exchange | None, new: Exchange, bindings: Iterable[Binding]) -> None:
    """Delete an exchange, declare it anew, and bind it to other exchanges; ``old`` is None where it is gone already.

    Raises:
        Unsafe: the exchange that is there is not the old one.
        BrokerRefused: the new exchange or a binding was refused.
        BrokerUnreachable: no connection, or it was lost: look at what is there.
    """
    wanted = tuple(bindings)

    def script(channel: Any) -> Script[None]:
        if old:
            yield from _require_fresh(channel, old)

        def swap(answered: Answered) -> None:
            channel.exchange_delete(new.name)
            declare(channel, new)
            for one in wanted:
                channel.exchange_bind(one.destination, one.source, one.key, arguments=dict(one.arguments))
            channel.exchange_declare(new.name, passive=True, callback=answered)

        try:
            yield swap
        except Refused as refused:
            raise _refusal(new, refused) from None

    talk(session, script)


def _require_fresh(channel: Any, old: Queue | Exchange) -> Script[Any]:
    """Make sure right now that the old object is there; return what the broker answers."""
    while True:
        asked = monotonic()
        try:
            frame = yield lambda answered: declare(channel, old, answered)
        except Refused as refused:
            way_out = "find out who declared it, and delete it or plan anew"
            raise Unsafe(f"{_named(old)} is not what it was ({refused.text}): {way_out}") from None
        if monotonic() - asked <= FRESH:
            return frame


def _refusal(new: Queue | Exchange, refused: Refused) -> BrokerRefused:
    return BrokerRefused(f"the broker refuses the new {_named(new)}: {refused.text}")


def _named(one: Queue | Exchange) -> str:
    return f"{'queue' if isinstance(one, Queue) else 'exchange'} {one.name}"
