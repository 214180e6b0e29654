"""Where a dead letter ends after all the queues that it only waits in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from edatool.routing import effective
from edatool.routing.dead_letter import dead_letter
from edatool.routing.message import Letter, Reason
from edatool.routing.router import Router


@dataclass(frozen=True, slots=True)
class Journey:
    """One way of a dead letter: the queues in order, and the milliseconds it waits in them.

    It ends in the last queue, or is lost after it as ``lost`` says; ``loop`` then names the queues of the circle
    that it would go in. ``sure`` is False where chance, or what cannot be simulated, decides.
    """

    queues: tuple[str, ...]
    wait: int = 0
    sure: bool = True
    lost: str | None = None
    loop: tuple[str, ...] = ()


def journeys(router: Router, letter: Letter, queue: str, reason: Reason) -> tuple[Journey, ...]:
    """Follow a message that dies in a queue, on through queues that have a TTL and a dead-letter exchange."""
    return tuple(_follow(router, letter, reason, Journey((queue,))))


def _follow(router: Router, letter: Letter, reason: Reason, way: Journey) -> Iterator[Journey]:
    """Go on from the last queue of ``way``; the broker ends all circles, so this comes to an end too."""
    queue = way.queues[-1]
    if reason == "expired":
        way = replace(way, wait=way.wait + (_ttl(router, queue) or 0))
    passage = dead_letter(router, letter, queue, reason)
    for name in passage.loops:
        circle = (*way.queues[_last(way.queues, name) :], name)
        yield replace(way, lost=f"the circle {' -> '.join(circle)} has no end", loop=circle)
    if passage.lost and not passage.loops:
        yield replace(way, lost=passage.lost)
    for name in (*passage.queues, *passage.maybe):
        onward = replace(way, queues=(*way.queues, name), sure=way.sure and name in passage.queues)
        if passage.trace and passage.trace.letter and _only_waits(router, name):
            yield from _follow(router, passage.trace.letter, "expired", onward)
        else:
            yield onward


def _last(queues: tuple[str, ...], name: str) -> int:
    return len(queues) - 1 - queues[::-1].index(name)


def _only_waits(router: Router, name: str) -> bool:
    queue = router.topology.queues.get(name)
    return queue is not None and bool(_ttl(router, name) is not None and effective.dead_letters(queue, router.policies))


def _ttl(router: Router, name: str) -> int | None:
    return effective.message_ttl(router.topology.queues[name], router.policies)
