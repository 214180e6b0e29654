"""A queue or an exchange replaced by another of the same name, without losing what is routed meanwhile."""

from collections.abc import Callable
from time import monotonic

from edatool.broker.session import Session
from edatool.change.replacing.exchange import replace_exchange
from edatool.change.replacing.queue import replace_queue
from edatool.change.replacing.replacement import Replaced, Replacement
from edatool.change.replacing.work import Work
from edatool.errors import BrokerUnreachable


def replace(
    one: Replacement,
    session: Session,
    report: Callable[[str], None],
    time_limit: float,
) -> Replaced:
    """Replace an object, or go on with its replacement from whatever point an earlier call came to.

    Call it with the same value again after any error, interruption or kill: what is on the broker tells how far it
    is. When it returns, the new object is there with its bindings, and no helper objects are; then it may be called
    again, too. ``report`` is called with a sentence before each step. Where others apply, too, the session holds the
    lock of the vhost.

    Raises:
        GivenWay: it cannot be done now, and all is as it was before.
        Unsafe: going on would lose messages, or ``time_limit`` (in seconds) has passed; everything is kept.
        BrokerRefused: missing permissions, or the broker does not take the new object.
        BrokerUnreachable: the broker or its management API, which this needs, does not answer.
    """
    if session.address.management is None:
        raise BrokerUnreachable("a replacement needs the management API: name it with --management")
    begin = monotonic()
    work = Work(one, session, report, begin + time_limit)
    if one.kind == "exchange":
        replace_exchange(work)
        return Replaced(seconds=monotonic() - begin)
    moved, lost = replace_queue(work)
    return Replaced(moved, lost, monotonic() - begin)
