"""Where rejected messages of events end, before and after a topology changes."""

from collections.abc import Iterable

from edatool.frozen import frozen
from edatool.routing import effective
from edatool.routing.dead_letter import Passage, dead_letter
from edatool.routing.router import Router
from edatool.routing.trace import Trace


@frozen
class Burial:
    """What an event's messages come to that ``queue`` gets for certain, before and after, and that a consumer rejects.

    ``before`` and ``after`` are the queues that they reach then, or may reach; ``lost`` says why they will reach none.
    """

    event: str
    queue: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    lost: str | None = None


def burials(tried: Iterable[tuple[str, Trace, Trace]], before: Router, after: Router) -> tuple[Burial, ...]:
    """Return the dead letters that end elsewhere; ``tried`` are names of events with the ways of their messages."""
    kept = [name for name in before.topology.queues if name in after.topology.queues]
    dying = {name for name in kept if _dead_letters(before, name) or _dead_letters(after, name)}
    found: dict[Burial, None] = {}
    for event, was, will in tried:
        for queue in sorted(dying.intersection(was.queues).intersection(will.queues)):
            assert was.letter
            assert will.letter
            old = dead_letter(before, was.letter, queue, "rejected")
            new = dead_letter(after, will.letter, queue, "rejected")
            if _ends(old) != _ends(new):
                found[Burial(event, queue, _ends(old), _ends(new), new.lost)] = None
    return tuple(found)


def _dead_letters(router: Router, queue: str) -> bool:
    return effective.dead_letters(router.topology.queues[queue], router.policies) is not None


def _ends(passage: Passage) -> tuple[str, ...]:
    return tuple(sorted((*passage.queues, *passage.maybe)))
