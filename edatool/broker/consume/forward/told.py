"""What those are told who have messages passed on."""

from collections.abc import Callable, Sequence

from edatool.broker.consume.delivery import Delivery, Onward
from edatool.frozen import frozen


@frozen
class Told:
    """Who is told what: all are called in the thread of ``run``.

    ``passed``: a message, the ways that it went, and the seconds that it took. ``failed``: why the broker did not take
    one, which is sent again. ``given_up``: why a message cannot be sent at all, which the queue's own dead-lettering
    puts aside. ``full``: a destination takes no messages; ``taken_again``: now it does. ``holds``: from time to time,
    how many messages are in hand, and may be.
    """

    passed: Callable[[Delivery, Sequence[Onward], float], None] = lambda *_: None
    failed: Callable[[Onward, str], None] = lambda *_: None
    given_up: Callable[[str | None, str], None] = lambda *_: None
    full: Callable[[str], None] = lambda _: None
    taken_again: Callable[[str], None] = lambda _: None
    holds: Callable[[int, int], None] = lambda *_: None
