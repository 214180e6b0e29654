"""A lock on a vhost that dies with its holder: an exclusive queue."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from edatool.broker.diagnosis import NoRoom
from edatool.broker.session import Session
from edatool.broker.talk import Refused, Script, talk
from edatool.errors import BrokerError, BrokerRefused, Locked

QUEUE = "edatool.lock"
_HOLDER = "edatool-holder"
_RESOURCE_LOCKED, _ACCESS_REFUSED, _PRECONDITION_FAILED = 405, 403, 406
_PAUSE = 0.25
"""Seconds between two tries to take the lock."""


@contextmanager
def held(session: Session, holder: str, wait: float, on_wait: Callable[[str], None] = lambda _: None) -> Iterator[None]:
    """Hold the lock of a vhost: at any time one connection has it, and it is free when that connection ends.

    It is the session's AMQP connection, which is closed at the end. ``holder`` tells others who has it. Waits for
    ``wait`` seconds at most; ``on_wait`` is told whom for.

    Raises:
        Locked: somebody else held it all the time.
        NoRoom: the vhost's ``max_queues`` or ``max_connections`` leaves no room for the lock.
        BrokerRefused: the user may not configure the queue ``edatool.lock``, or may not connect.
        BrokerUnreachable: the broker does not answer.
    """
    try:
        _take(session, holder, wait, on_wait)
        yield
    finally:
        session.hang_up()


def read_holder(session: Session) -> str:
    """Return who holds the lock and where, as far as the management API tells; empty where nobody does.

    From RabbitMQ 4.3 on, an exclusive queue is kept as long as its node is away; before, it is gone with the node.
    """
    if session.address.management is None:
        return ""
    try:
        queue = session.http.read_queue(QUEUE)
    except BrokerError:
        return ""  # there is none, or it was given back just now
    holder = queue["arguments"].get(_HOLDER)
    return f"{holder} (if its node {queue.get('node')} is down, until that is back)" if holder else ""


def _take(session: Session, holder: str, wait: float, on_wait: Callable[[str], None]) -> None:
    deadline = time.monotonic() + wait
    told = False
    while not _is_taken(session, holder):
        holder = read_holder(session)
        who = f", {holder}" if holder else ""
        if time.monotonic() >= deadline:
            raise Locked(f"another apply works on the vhost {session.vhost!r}{who}: wait for it, or longer with --wait")
        if not told:
            on_wait(who)
            told = True
        time.sleep(_PAUSE)


def _is_taken(session: Session, holder: str) -> bool:
    def take(channel: Any) -> Script[None]:
        yield lambda answered: channel.queue_declare(
            QUEUE, exclusive=True, arguments={_HOLDER: holder}, callback=answered
        )
        session.be_alone()

    try:
        talk(session, take)
    except Refused as refused:
        if refused.code == _RESOURCE_LOCKED:
            return False
        raise _refusal(refused, session) from None
    return True


def _refusal(refused: Refused, session: Session) -> BrokerRefused:
    the_lock = f"the lock is the queue {QUEUE!r} of the vhost {session.vhost!r}"
    if refused.code == _ACCESS_REFUSED:
        return BrokerRefused(f"{the_lock}: allow {session.address.user!r} to configure it")
    if refused.code == _PRECONDITION_FAILED and "limit" in refused.text:
        return NoRoom(
            f"the vhost {session.vhost!r} has as many queues as its max_queues allows, and the lock takes room for "
            f"one more, the queue {QUEUE!r}, while edatool works: raise max_queues by one ({refused.text})"
        )
    return BrokerRefused(f"{the_lock}, which is refused: {refused.text}")
