"""Where a dead letter ends after all the queues that it only waits in."""

from collections.abc import Iterator
from dataclasses import replace

from edatool.frozen import frozen
from edatool.routing import effective
from edatool.routing.dead_letter import dead_letter
from edatool.routing.message import Death, Letter, Reason
from edatool.routing.router import Router


@frozen
class Journey:
    """One way of a dead letter: the queues in order, and the milliseconds it waits in them.

    It ends in the last queue, or is lost after it as ``lost`` says; ``loop`` then names the queues of the circle
    that it would go in, or that it does go in for ever where it is ``endless``. ``sure`` is False where chance, or
    what cannot be simulated, decides.
    """

    queues: tuple[str, ...]
    wait: int = 0
    sure: bool = True
    lost: str | None = None
    loop: tuple[str, ...] = ()
    endless: bool = False


_State = tuple[str, Reason, bool, str, tuple[str, ...], tuple[Death, ...]]
"""All that decides how a way goes on: the letter's headers follow from its deaths."""


@frozen
class _Stage:
    """A way whose message dies in the last queue; ``states`` has one for each of its queues."""

    way: Journey
    letter: Letter
    reason: Reason
    states: tuple[_State, ...]


def journeys(router: Router, letter: Letter, queue: str, reason: Reason) -> tuple[Journey, ...]:
    """Follow a message that dies in a queue, on through queues that have a TTL and a dead-letter exchange.

    Where two ways come together for good, the further way is followed once.
    """
    return tuple(_follow(router, _stage(Journey((queue,)), letter, reason)))


def _follow(router: Router, first: _Stage) -> Iterator[Journey]:
    """Follow all ways to their ends.

    The broker ends all circles or, before 3.13, leaves some that come to the same state again.
    """
    waiting: list[_Stage | Journey] = [first]
    followed: set[_State] = set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, Journey):
            yield one
        elif one.states[-1] not in followed:
            followed.add(one.states[-1])
            waiting += reversed([*_onward(router, one)])


def _onward(router: Router, stage: _Stage) -> Iterator[_Stage | Journey]:
    """Go on from the last queue of a way."""
    way, queue = stage.way, stage.way.queues[-1]
    if stage.reason == "expired":
        way = replace(way, wait=way.wait + (_ttl(router, queue) or 0))
    passage = dead_letter(router, stage.letter, queue, stage.reason)
    for name in passage.loops:
        # A message may have died in queues before the one where the way begins.
        circle = (*way.queues[_last(way.queues, name) if name in way.queues else 0 :], name)
        yield replace(way, lost=f"the circle {' -> '.join(circle)} has no end", loop=circle)
    if passage.lost and not passage.loops:
        yield replace(way, lost=passage.lost)
    for name in (*passage.queues, *passage.maybe):
        onward = replace(way, queues=(*way.queues, name), sure=way.sure and name in passage.queues)
        if passage.trace and passage.trace.letter and _only_waits(router, name):
            yield _circling(_stage(onward, passage.trace.letter, "expired", stage.states))
        else:
            yield onward


def _stage(way: Journey, letter: Letter, reason: Reason, before: tuple[_State, ...] = ()) -> _Stage:
    state = (way.queues[-1], reason, way.sure, letter.exchange, letter.keys, letter.deaths)
    return _Stage(way, letter, reason, (*before, state))


def _circling(stage: _Stage) -> _Stage | Journey:
    """End a way that has been where it is."""
    *before, state = stage.states
    if state not in before:
        return stage
    circle = stage.way.queues[before.index(state) :]
    lost = f"it goes round in the circle {' -> '.join(circle)}, which RabbitMQ before 3.13 does not end"
    return replace(stage.way, queues=stage.way.queues[:-1], lost=lost, loop=circle, endless=True)


def _last(queues: tuple[str, ...], name: str) -> int:
    return len(queues) - 1 - queues[::-1].index(name)


def _only_waits(router: Router, name: str) -> bool:
    queue = router.topology.queues.get(name)
    return queue is not None and bool(_ttl(router, name) is not None and effective.dead_letters(queue, router.policies))


def _ttl(router: Router, name: str) -> int | None:
    return effective.message_ttl(router.topology.queues[name], router.policies, router.operators)
